/** Where a command writes: results to standard output, everything else to standard error. */
export interface IOutput {
  /** A line of the result. */
  result(line: string): void;
  /** A line for people. */
  say(line: string): void;
}

/**
 * The output of this process.
 *
 * @param isQuiet - what is only said to people is left out
 */
export function createOutput(isQuiet: boolean): IOutput {
  return {
    result: line => void process.stdout.write(`${line}\n`),
    say: line => void (isQuiet || process.stderr.write(`${line}\n`))
  };
}
