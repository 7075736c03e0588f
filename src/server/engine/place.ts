/**
 * How files get to kernels: they see ours (`shared`), through the Contents API of their server (`contents`), through
 * the kernel (`kernel`), or what works first of these, in this order (`auto`).
 */
export const PLACE_FILES = ['auto', 'shared', 'contents', 'kernel'] as const;

/** One of the ways in which files get to kernels. */
export type PlaceFiles = (typeof PLACE_FILES)[number];

/** A Jupyter server whose kernels execute runs. */
export interface IJupyterPlace {
  /** Recorded with each run: `jupyter` for the server that started us, `private` for our own. */
  id: string;
  /** Base address with trailing slash, such as `http://127.0.0.1:8888/`. */
  baseUrl: string;
  /** Sent as `Authorization: token …`; '' for none. Never logged. */
  token: string;
  /** Absolute folder of ours that the server's relative paths start from; null for a server elsewhere. */
  rootFolder: string | null;
  /** Left out for `shared`. */
  files?: PlaceFiles;
}

/** A place that this process started and has to end. */
export interface IOwnedPlace extends IJupyterPlace {
  /** End the server and everything in it; resolves when its processes are gone. */
  close(): Promise<void>;
}
