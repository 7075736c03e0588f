/** Where a command writes: results to standard output, everything else to standard error. */
export interface IOutput {
  /** A line of the result. */
  result(line: string): void;
  /** A line for people. */
  say(line: string): void;
}

/** An output that can also show how things stand. */
export interface ILiveOutput extends IOutput {
  /** True where a person looks at a terminal that can rewrite a line. */
  readonly isTerminal: boolean;
  /** Rewrite the last line of a terminal, cut to its width, and keep it below all others; null takes it away. */
  status(text: string | null): void;
}

/** A stream that may be a terminal. */
type Stream = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

/** Columns of a terminal that does not know them, and says 0. */
const UNKNOWN_WIDTH = 80;
/** Back to the begin of the line, and away with what is there. */
const CLEAR = '\r\u001b[K';

/**
 * The output of this process.
 *
 * @param isQuiet - what is only said to people is left out
 */
export function createOutput(
  isQuiet: boolean,
  stdout: Stream = process.stdout,
  stderr: Stream = process.stderr
): ILiveOutput {
  const isTerminal = stdout.isTTY === true && stderr.isTTY === true && !isQuiet;
  let shown: string | null = null;
  const above = (stream: Stream, line: string) => {
    if (shown !== null) {
      stderr.write(CLEAR);
    }
    stream.write(`${line}\n`);
    if (shown !== null) {
      stderr.write(shown);
    }
  };
  return {
    isTerminal,
    result: line => above(stdout, line),
    say: line => void (isQuiet || above(stderr, line)),
    status: text => {
      const next =
        text === null ? null : text.slice(0, Math.max(0, (stderr.columns || UNKNOWN_WIDTH) - 1));
      if (isTerminal && next !== shown) {
        stderr.write(CLEAR + (next ?? ''));
        shown = next;
      }
    }
  };
}
