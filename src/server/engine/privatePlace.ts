import type { ILog } from '../log';
import type { IJupyterPlace, IOwnedPlace } from './place';
import { startPrivateServer } from './privateServer';

/** A private Jupyter server that starts when the first kernel is wanted. */
export interface IPrivatePlace {
  /** Start it in the background; what goes wrong is told by `get`. */
  prepare(): void;
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
  let starting: Promise<IOwnedPlace> | null = null;
  const get = (): Promise<IOwnedPlace> => {
    starting ??= startPrivateServer(options).catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  };
  return {
    prepare: () => void get().catch(() => undefined),
    get,
    close: async () => {
      const place = await starting?.catch(() => null);
      await place?.close();
    }
  };
}
