/** A page or file of this server, as the browser that prints gets it. */
export interface IPageAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Answers requests of the browser that prints, inside this process: nothing listens for it. */
export interface IPageSource {
  /** @param uri - path and query */
  get(uri: string): Promise<IPageAnswer>;
}
