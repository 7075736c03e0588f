import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { IRunResource } from '../../../core/api';
import { createServices } from '../../createServices';
import { createLog } from '../../log';
import type { Services } from '../../services';
import type { LoadedAutomation } from '../../site/loadedAutomation';
import { createServer } from '../server';

/** One automation that a server of its own serves at its root, without kernels. */
export interface IServedSite {
  app: FastifyInstance;
  services: Services;
  /** The automation as it was opened. */
  loaded: LoadedAutomation;
  /** Absolute folder of the automation. */
  folder: string;
  post(url: string, payload: object): Promise<LightMyRequestResponse>;
  /** Wait for the end of a run. */
  ended(id: string): Promise<IRunResource>;
  close(): Promise<void>;
}

/**
 * Write the files of an automation and serve it.
 *
 * @param files - text by path relative to the automation's folder; `automate.yaml` is one of them
 */
export async function serveSite(
  files: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = process.env
): Promise<IServedSite> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'site-'));
  const folder = path.join(root, 'tool');
  const assetsFolder = path.join(root, 'assets');
  await mkdir(assetsFolder);
  for (const name of ['page.js', 'page.css', 'logo.svg']) {
    await writeFile(path.join(assetsFolder, name), '');
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const services = await createServices({
    rootFolder: folder,
    stateFolder: path.join(root, 'state'),
    place: () => Promise.reject(new Error('no kernels here')),
    engineId: 'private',
    siteUri: () => '',
    hasSites: false,
    isWatching: false,
    maximumConcurrentRuns: 2,
    assetsFolder,
    environment,
    log: createLog('silent')
  });
  const app = await createServer(services, {
    proxySecret: null,
    rootUri: '',
    hosts: null,
    origins: [],
    hasSites: false,
    version: '0'
  });
  await services.queue.start();
  const loaded = await services.automations.open(folder);
  return {
    app,
    services,
    loaded,
    folder,
    post: async (url, payload) => app.inject({ method: 'POST', url, payload }),
    ended: async id => {
      await new Promise<void>(resolve => services.queue.follow(id, 0, () => undefined, resolve));
      return (await app.inject(`/api/runs/${id}`)).json();
    },
    close: async () => {
      await app.close();
      await services.close();
      await rm(root, { recursive: true });
    }
  };
}
