import { InputProblem } from './view';

/** A cell, in quotes or bare, with what ends it. */
const CELLS = {
  ',': /(?:"([^"]*(?:""[^"]*)*)"|([^",\n][^,\n]*|))(,|\n|$)/y,
  '\t': /(?:"([^"]*(?:""[^"]*)*)"|([^"\t\n][^\t\n]*|))(\t|\n|$)/y
} as const;

/**
 * Split delimited text after RFC 4180 into rows of cells; blank lines are left out. The parser of batches reads positions,
 * too, and does not load in a browser.
 *
 * @param delimiter - `,` for CSV, a tab for what a spreadsheet copies
 * @throws {InputProblem} when a quote is not closed, or something stands behind a closing one
 */
export function parseDelimited(text: string, delimiter: ',' | '\t'): string[][] {
  const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const pattern = new RegExp(CELLS[delimiter]);
  const rows: string[][] = [];
  let cells: string[] = [];
  for (let at = 0; at < content.length || cells.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(content);
    if (!match) {
      throw new InputProblem(`row ${rows.length + 1}: a quote is not closed`);
    }
    const [, quoted, bare, end] = match;
    cells.push(quoted === undefined ? bare : quoted.replace(/""/g, '"'));
    if (end !== delimiter) {
      if (cells.length > 1 || cells[0].trim() !== '') {
        rows.push(cells);
      }
      cells = [];
    }
  }
  return rows;
}
