/** The sentences that controls say. */
export interface IInputWords {
  /** Name of the picker beside the field of a colour. @param name - label of the field */
  pickColor: (name: string) => string;
  /** @param name - of a chosen option */
  removeChoice: (name: string) => string;
  /** Below a list of choices. @param total - of those that contain what was typed */
  choices: (shown: number, total: number) => string;
  /** What the browser says is none. */
  badNumber: string;
  badDate: string;
  badEmail: string;
  addRow: string;
  /** @param row - from 1 */
  removeRow: (row: number) => string;
  /** Name of a cell. @param column - its header @param row - from 1 */
  cell: (column: string, row: number) => string;
  /** @param taken - rows that had room, of those that were pasted */
  pasted: (taken: number, total: number) => string;
  /** Only the first rows can be changed. */
  rowsKept: (shown: number, total: number) => string;
  /** @param accepted - types and suffixes that are taken */
  fileRefused: (name: string, accepted: string) => string;
  /** In place of a table that has neither data nor configured columns. */
  noColumns: string;
}

/** English, for served pages. */
export const ENGLISH_INPUT_WORDS: IInputWords = {
  pickColor: name => `Pick: ${name}`,
  removeChoice: name => `Remove ${name}`,
  choices: (shown, total) =>
    total === 0
      ? 'Nothing contains this.'
      : shown < total
        ? `${shown} of ${total}: type to find the others.`
        : '',
  badNumber: 'must be a number',
  badDate: 'must be complete',
  badEmail: 'must be an address such as name@example.com',
  addRow: 'Add row',
  removeRow: row => `Remove row ${row}`,
  cell: (column, row) => `${column}, row ${row}`,
  pasted: (taken, total) =>
    taken === total ? `Rows pasted: ${taken}` : `Rows pasted: ${taken} of ${total}`,
  rowsKept: (shown, total) => `The first ${shown} of ${total} rows can be changed here.`,
  fileRefused: (name, accepted) => `“${name}” is not accepted here. Choose ${accepted}.`,
  noColumns: 'This table has no columns yet.'
};
