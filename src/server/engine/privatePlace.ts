import type { ILog } from '../log';
import type { IJupyterPlace } from './place';
import { startPrivateServer, type IPrivateServer } from './privateServer';

/** A private Jupyter server that starts when the first kernel is wanted. */
export interface IPrivatePlace {
  /** The running server. @throws when it cannot be started; the next call tries again */
  get(): Promise<IJupyterPlace>;
  /** End it, if it ever started. */
  close(): Promise<void>;
}

/** Options of `startPrivateServer`. */
export interface IPrivatePlaceOptions {
  /** Python that has Jupyter. */
  python: string;
  rootFolder: string;
  log: ILog;
}

/**
 * A private Jupyter server for the kernels of the command line. A configuration with commands alone
 * never starts it.
 */
export function createPrivatePlace(options: IPrivatePlaceOptions): IPrivatePlace {
  let starting: Promise<IPrivateServer> | null = null;
  const start = (): Promise<IPrivateServer> => {
    const server = startPrivateServer(options);
    const forget = () => {
      if (starting === server) {
        starting = null;
      }
    };
    // When it is killed, the kernels of that moment are lost, but not those that are wanted later.
    server.then(({ ended }) => ended.finally(forget), forget).catch(() => undefined);
    return server;
  };
  const get = (): Promise<IPrivateServer> => {
    starting ??= start();
    return starting;
  };
  return {
    get,
    close: async () => {
      const place = await starting?.catch(() => null);
      await place?.close();
    }
  };
}
