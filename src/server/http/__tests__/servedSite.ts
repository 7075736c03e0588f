import { rm } from 'node:fs/promises';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { IRunResource } from '../../../core/api';
import { createFolder, startServer } from '../../../testing/serverSetUp';
import type { Services } from '../../services';
import type { LoadedAutomation } from '../../site/loadedAutomation';

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
  const folder = await createFolder(files);
  const server = await startServer(folder, { services: { environment } });
  const { app, services } = server;
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
      await server.close();
      await rm(folder, { recursive: true });
    }
  };
}
