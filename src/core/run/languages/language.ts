/** What a kernel must know before the author's code runs in it. */
export interface IKernelSetting {
  /** Absolute working folder. */
  folder: string;
  /** Absolute folder of the automation: nothing of ours is written below it. */
  sourceFolder: string;
  /** The complete environment; every other variable is unset. */
  environment: Readonly<Record<string, string>>;
  /** Names of variables that stay as they are: those that the kernel spec sets. */
  keep: readonly string[];
  /**
   * True where the kernel's host is not ours: its own variables stay, as ours mean nothing there, and requests come
   * one at a time, as files are fetched also after one that failed. False when left out.
   */
  isElsewhere?: boolean;
  /** False shows no figures at the end of cells, where the language shows them by itself. True when left out. */
  hasFigures?: boolean;
  /**
   * Absolute path of a file in which the kernel writes down what it says, in a language that can, so that another
   * server can take it up. Nothing is written down when left out.
   */
  messageLog?: string;
}

/**
 * Code that moves files between us and a kernel that shares no folder with us.
 *
 * An answer is base64 between two marks on standard output, wherever the kernel breaks lines in it. Code never holds
 * a mark as a whole, so that a kernel which repeats its input is not taken for one that answers.
 */
export interface IFileCode {
  /** Bytes that one piece of a file may have, as a request and as an answer. */
  readonly pieceBytes: number;
  /** Bytes that all files of a run together may have, one way; null for any number. */
  readonly limitBytes: number | null;
  /** Make a folder for one run; answers its absolute path in UTF-8. */
  open(mark: string): string;
  /** Answers the absolute working folder in UTF-8. */
  workingFolder(mark: string): string;
  /** Make a folder, with those above it. */
  makeFolder(path: string): string;
  /**
   * Write the first piece of a file, with its folders, or a later one at its end.
   *
   * @param path - absolute
   * @param content - in base64
   */
  write(path: string, content: string, isFirst: boolean): string;
  /** Answers `size TAB path NUL` for every regular file below an absolute folder; paths are relative to it. */
  list(folder: string, mark: string): string;
  /** Answers bytes of a file; none when it does not exist. */
  read(path: string, offset: number, length: number, mark: string): string;
  /** Remove a folder with all in it, from which the kernel works no more. */
  remove(folder: string): string;
  /** How whole buffers travel beside code, faster and of any size; absent where the kernel knows no comms. */
  readonly comm?: IFileComm;
}

/** Messages with buffers instead of base64 in code. */
export interface IFileComm {
  /** Let the kernel take a comm of this name, whose messages have the data `{path, isFirst}` and one buffer to write. */
  listen(target: string): string;
  /** Sends a message with one buffer through the comm: what `IFileCode.read` answers. */
  read(path: string, offset: number, length: number): string;
}

/**
 * What we have to know of a kernel's language to run an author's code in it.
 *
 * Values never become source: whatever a folder or a variable holds travels encoded, as letters and
 * digits, and is decoded inside the kernel.
 */
export interface ILanguage {
  /** Names as kernel specs and notebooks write them, lower case, the usual one first. */
  readonly names: readonly string[];
  /**
   * True when a kernel surely drops all requests after one that failed, those that arrive later too,
   * so that every cell can be sent at once. Otherwise each waits for the one before.
   */
  readonly isPipelined: boolean;
  /**
   * Code that sets working folder and environment; sent once before all cells.
   *
   * @returns null when the language has no way; then only the folder that the server starts kernels
   * in can be chosen
   */
  prelude(setting: IKernelSetting): string | null;
  /** How files get to a kernel that shares none with us; absent when the language has no way. */
  readonly files?: IFileCode;
  /** Code that is sent after the last cell, to bring to disk and to the streams what is buffered; null for none. */
  readonly epilogue: string | null;
}
