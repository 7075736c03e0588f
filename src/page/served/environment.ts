import type { IViewModule } from '../host';
import type { IEventSource } from '../events';

/** What a served page uses of its browser; specs give their own. */
export interface IEnvironment {
  document: Document;
  fetch: typeof fetch;
  createSource: (uri: string) => IEventSource;
  /** Kept until the tab is closed; null where the browser keeps nothing. */
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  /** Address of the page, with its query. */
  address: () => string;
  navigate(uri: string): void;
  reload(): void;
  /** Load a script of an author, by its address. */
  importModule(uri: string): Promise<IViewModule>;
  report(error: unknown): void;
}

/** The environment of a browser's window. */
export function browserEnvironment(): IEnvironment {
  return {
    document,
    fetch: (input, init) => fetch(input, init),
    createSource: uri => new EventSource(uri),
    storage: findStorage(),
    address: () => location.href,
    navigate: uri => location.assign(uri),
    reload: () => location.reload(),
    importModule: uri => import(uri) as Promise<IViewModule>,
    report: error => {
      // It goes to the browser's console, as every error that nobody caught.
      setTimeout(() => {
        throw error;
      });
    }
  };
}

/** Browsers may refuse storage, such as to pages in frames. */
function findStorage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
