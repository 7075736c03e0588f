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
  /** Code that is sent after the last cell, to bring to disk and to the streams what is buffered; null for none. */
  readonly epilogue: string | null;
}
