/** The character that starts an escape sequence of a terminal, and the one that ends a title. */
const ESCAPE = '\\u001B';
const BELL = '\\u0007';

/** Colours and cursor movements, titles, and sequences of one character. */
const SEQUENCES = new RegExp(
  [
    `${ESCAPE}\\[[0-?]*[ -/]*[@-~]`,
    `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?`,
    `${ESCAPE}[@-Z\\\\^_]`
  ].join('|'),
  'g'
);

/** Remove terminal colours and other escape sequences from text, such as that of a traceback. */
export function stripAnsi(text: string): string {
  return text.replace(SEQUENCES, '');
}
