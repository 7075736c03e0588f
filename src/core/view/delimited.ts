/// <reference types="../batch/csvParser" />
import { parse } from 'papaparse/papaparse';
import { InputProblem } from './view';

/**
 * Split delimited text after RFC 4180 into rows of cells; blank lines are left out.
 *
 * @param delimiter - `,` for CSV, a tab for what a spreadsheet copies
 * @throws {InputProblem} when a quote is not closed
 */
export function parseDelimited(text: string, delimiter: ',' | '\t'): string[][] {
  const rows: string[][] = [];
  let isBroken = false;
  parse(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'), {
    delimiter,
    newline: '\n',
    quoteChar: '"',
    step: ({ data, errors }) => {
      isBroken ||= errors.some(({ code }) => code === 'MissingQuotes');
      if (data.length > 1 || data[0]?.trim()) {
        rows.push(data);
      }
    }
  });
  if (isBroken) {
    throw new InputProblem('a quote is not closed');
  }
  return rows;
}
