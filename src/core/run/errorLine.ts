/** Longer lines are data that somebody put into a message; a traceback has all of it. */
const MAX_LENGTH = 500;

/** The first line of what an exception says, cut where it is no sentence any more. */
export function errorLine(text: string): string {
  const [line] = text.split('\n', 1);
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
