/** A Jupyter server whose kernels execute runs. */
export interface IJupyterPlace {
  /** Recorded with each run: `jupyter` for the server that started us, `private` for our own. */
  id: string;
  /** Base address with trailing slash, such as `http://127.0.0.1:8888/`. */
  baseUrl: string;
  /** Sent as `Authorization: token …`; '' for none. Never logged. */
  token: string;
  /** Absolute folder that the server's relative paths start from; null when files are not shared. */
  rootFolder: string | null;
}

/** A place that this process started and has to end. */
export interface IOwnedPlace extends IJupyterPlace {
  /** End the server and everything in it; resolves when its processes are gone. */
  close(): Promise<void>;
}
