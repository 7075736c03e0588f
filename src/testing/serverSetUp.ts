import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServices, type IServicesOptions } from '../server/createServices';
import { createServer, type IServerOptions } from '../server/http/server';
import { createLog } from '../server/log';
import type { Services } from '../server/services';

/** What differs between servers of specs; all else is as on the command line, without kernels and without guards. */
export interface IServerSetUp {
  services?: Partial<IServicesOptions>;
  server?: Partial<IServerOptions>;
  /** Text of the style sheet of pages; default ''. */
  style?: string;
}

/** A server of a spec. Its queue has not started, and nothing is open yet. */
export interface IServerOfSpec {
  app: FastifyInstance;
  services: Services;
  /** Absolute folder in which the server looks for parts of its bundle. */
  bundleFolder: string;
  close(): Promise<void>;
}

/**
 * Write files into a new folder.
 *
 * @param files - texts by path relative to the folder
 * @returns absolute path; whoever asks removes it
 */
export async function createFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'crosscompute-'));
  for (const [name, text] of Object.entries(files)) {
    await writeBelow(folder, name, text);
  }
  return folder;
}

/** Write a file, and the folders it lies in. */
export async function writeBelow(folder: string, name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

/**
 * Make services and a server for a folder.
 *
 * @param folder - absolute; what the server needs of its own lies in another one, which `close` removes
 */
export async function startServer(
  folder: string,
  { services: ofServices, server: ofServer, style = '' }: IServerSetUp = {}
): Promise<IServerOfSpec> {
  const own = await createFolder({
    'assets/page.js': '',
    'assets/page.css': style,
    'assets/logo.svg': ''
  });
  const hasSites = ofServices?.hasSites ?? false;
  const services = await createServices({
    rootFolder: folder,
    stateFolder: path.join(own, 'state'),
    place: () => Promise.reject(new Error('no kernels here')),
    engineId: 'private',
    siteUri: configuration => (hasSites ? `at/${configuration}/` : ''),
    hasSites,
    isWatching: false,
    maximumConcurrentRuns: 2,
    assetsFolder: path.join(own, 'assets'),
    environment: process.env,
    log: createLog('silent'),
    ...ofServices
  });
  const app = await createServer(services, {
    proxySecret: null,
    rootUri: '',
    hosts: null,
    origins: [],
    hasSites,
    version: '0',
    ...ofServer
  });
  return {
    app,
    services,
    bundleFolder: own,
    close: async () => {
      await app.close();
      await services.close();
      await rm(own, { recursive: true });
    }
  };
}
