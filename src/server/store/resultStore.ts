import type { IBlob } from './blobs';
import { BlobStore } from './blobs';
import { FolderResults } from './folderResults';

/** A stored content, as lists give it. */
export interface IStoredResult extends IBlob {
  /** Milliseconds since the epoch when it was stored last. */
  storedMs: number;
}

/** Where the bytes of outputs are kept, each content once, under its digest (`sha256:` and 64 hex digits). */
export interface IResultStore {
  /** Tell whether a content is stored. */
  has(digest: string): Promise<boolean>;
  /**
   * Put a copy of a content at an absolute path, whole or not at all; missing folders are made, a file there is replaced.
   *
   * @throws {ResultStoreError} `absent`, or `damaged` when what is stored is not what its digest says
   */
  get(digest: string, file: string): Promise<void>;
  /** Store a copy of a file; a content that is stored already costs no room. */
  put(file: string): Promise<IBlob>;
  /** All contents, in no order. */
  list(): AsyncIterable<IStoredResult>;
  /** Forget a content; one that is not stored is no error. */
  remove(digest: string): Promise<void>;
}

/** What a run made, for servers on other hosts. */
export interface ISharedResult {
  /** Id of the run that made it. */
  run: string;
  /** Path relative to the batch folder → digest. */
  outputs: Record<string, string>;
}

/** Tells servers that share a store which work is done. */
export interface ISharedResults {
  /** The result of a run key, or null. */
  find(key: string): Promise<ISharedResult | null>;
  /** Tell of the result of a run key; the newest counts. */
  publish(key: string, result: ISharedResult): Promise<void>;
}

/** Where a server keeps results. */
export interface IResults {
  /**
   * The store of an automation.
   *
   * @param automationFolder - absolute
   */
  of(automationFolder: string): IResultStore;
  /** Null where nobody else sees them. */
  readonly shared: ISharedResults | null;
  close(): void;
}

/** Results in the folders of their automations, where nothing else is said. */
export const folderResults: IResults = {
  of: automationFolder => new FolderResults(new BlobStore(automationFolder)),
  shared: null,
  close: () => undefined
};
