import type { IPosition } from '../problem';

/** A value of a TXT file. */
export interface ITxtRow {
  /** Trimmed, not empty. */
  text: string;
  position: IPosition;
}

/**
 * Read one value a line; blank lines and lines starting with `#` are skipped, as is a byte order mark.
 *
 * @param file - absolute path, for positions
 */
export function parseTxt(text: string, file: string): ITxtRow[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({
      text: line.trim(),
      position: { file, line: index + 1, column: line.length - line.trimStart().length + 1 }
    }))
    .filter(row => row.text !== '' && !row.text.startsWith('#'));
}
