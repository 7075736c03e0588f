import { dsvFormat } from 'd3-dsv';

/**
 * Read delimited text with a header as rows of text, without making code of the header as other readers do, which
 * pages refuse.
 *
 * @param delimiter - one character, such as `,`
 * @param header - names of the columns for text without a header
 */
export function delimitedRows(
  text: string,
  delimiter: string,
  header?: readonly string[]
): Record<string, string>[] {
  const rows = dsvFormat(delimiter)
    .parseRows(text.replace(/^\uFEFF/, ''))
    // A blank line is no row.
    .filter(row => row.length > 1 || row[0] !== '');
  const names = header ?? rows.shift() ?? [];
  return rows.map(row => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}
