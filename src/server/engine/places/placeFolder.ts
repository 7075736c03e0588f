/** A file in the folder of a run at a place that shares no folder with us. */
export interface IPlaceFile {
  /** Relative to the folder, with `/`; as the place says it, not yet to be trusted. */
  path: string;
  /** Bytes. */
  size: number;
}

/** The folder of one run where its kernel is. Every method throws when the place does not answer. */
export interface IPlaceFolder {
  /** Absolute there. */
  readonly path: string;
  /** Bytes that all files together may have, one way; null for any number. */
  readonly limitBytes: number | null;
  /** Make a folder, with those above it; one that is there already stays. */
  makeFolder(path: string): Promise<void>;
  /**
   * Send a file.
   *
   * @param source - absolute, here
   * @param path - relative to the folder
   */
  send(source: string, path: string): Promise<void>;
  /** All regular files below a part of it. */
  list(path: string): Promise<IPlaceFile[]>;
  /**
   * Fetch a file, piece by piece, into a new file.
   *
   * @param target - absolute, here
   */
  receive(file: IPlaceFile, target: string): Promise<void>;
  /**
   * Remove it with all that is in it.
   *
   * @param isKernelFree - false when the kernel may not answer any more; what only it could remove goes when it ends
   */
  remove(options: { isKernelFree: boolean }): Promise<void>;
}
