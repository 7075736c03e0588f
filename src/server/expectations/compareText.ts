import type { FileDifference } from './difference';

/**
 * Compare texts line by line. How lines end, and whether the last one ends at all, does not count.
 *
 * @returns the first line that differs, if any
 */
export function compareText(expected: string, actual: string): FileDifference[] {
  const wanted = linesOf(expected);
  const written = linesOf(actual);
  const length = Math.max(wanted.length, written.length);
  for (let index = 0; index < length; index++) {
    if (wanted[index] !== written[index]) {
      const place = '';
      const line = index + 1;
      return [{ place, line, expected: wanted[index] ?? null, actual: written[index] ?? null }];
    }
  }
  return [];
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines[lines.length - 1] === '') {
    lines.pop();
  }
  return lines;
}
