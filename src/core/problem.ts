/** How much a problem weighs: an error blocks something, the others do not. */
export type Severity = 'error' | 'warning' | 'info';

/** A place in a file; line and column count from 1, the column in UTF-16 units. */
export interface IPosition {
  /** POSIX path: absolute inside core and server, relative to the root folder in API and messages. */
  file: string;
  line: number;
  column: number;
}

/**
 * Something that is wrong in a file of an automation.
 *
 * Codes are the stable kebab-case names of the format reference, such as `unknown-view`.
 */
export interface IProblem extends IPosition {
  severity: Severity;
  code: string;
  /** One sentence for a person, without markup. */
  message: string;
  /** What to do, without markup; '' when the message says it already. */
  hint: string;
  /**
   * What an error blocks: `all` keeps the automation closed, `run` only refuses runs, `batch` concerns the batch at its
   * place alone.
   */
  blocks: 'all' | 'run' | 'batch' | 'nothing';
}

/**
 * Thrown where an automation cannot be used because of its problems.
 */
export class ConfigError extends Error {
  /**
   * @param problems - at least one, sorted by file and position
   */
  constructor(readonly problems: readonly IProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * Write a problem in one line: `tips/automate.yaml:12:5 error unknown-view: message; hint`.
 */
export function formatProblem(problem: IProblem): string {
  const { file, line, column, severity, code, message, hint } = problem;
  return `${file}:${line}:${column} ${severity} ${code}: ${message}${hint ? `; ${hint}` : ''}`;
}

/**
 * Sort problems by file, then line, then column; the order of equals is kept.
 */
export function sortProblems(problems: readonly IProblem[]): IProblem[] {
  return [...problems].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column
  );
}
