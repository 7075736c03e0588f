import type { FileError } from '../files';
import { nameOf, relativePath } from '../path';
import type { IPosition, IProblem } from '../problem';
import { formatProblem, sortProblems } from '../problem';
import type { ProblemCode, ProblemWeight } from './problemCodes';
import { PROBLEM_CODES } from './problemCodes';

/** Collects problems while files are read, so that all of them are reported at once. */
export class ProblemList {
  /** True when at least one problem keeps the automation closed. */
  get isClosing(): boolean {
    return this._problems.some(problem => problem.blocks === 'all');
  }

  /**
   * Add a problem with the usual weight of its code.
   *
   * @param message - one sentence without its full stop
   * @param hint - what to do; '' when the message says it
   * @param weight - only where it differs from the code's usual weight
   */
  add(
    code: ProblemCode,
    position: IPosition,
    message: string,
    hint = '',
    weight: ProblemWeight = PROBLEM_CODES[code]
  ): void {
    const { file, line, column } = position;
    const { severity, blocks } = weight;
    const problem = { file, line, column, severity, code, message, hint, blocks };
    // What several aliases name is looked at several times, but stands in the file once.
    const text = formatProblem(problem);
    if (!this._texts.has(text)) {
      this._texts.add(text);
      this._problems.push(problem);
    }
  }

  /** Add problems that were found elsewhere. */
  addAll(problems: readonly IProblem[]): void {
    for (const problem of problems) {
      this._problems.push(problem);
    }
  }

  /** All problems so far, sorted by file and position. */
  sorted(): IProblem[] {
    return sortProblems(this._problems);
  }

  private readonly _problems: IProblem[] = [];
  private readonly _texts = new Set<string>();
}

/**
 * Write a place for a message: `batches.csv:4:2`, relative to a folder where it lies in it.
 *
 * @param folder - absolute
 */
export function formatPlace(position: IPosition, folder: string): string {
  const file = relativePath(folder, position.file) ?? position.file;
  return `${file}:${position.line}:${position.column}`;
}

/** Report that a file is too large for a configuration. */
export function addTooLarge(problems: ProblemList, file: string): void {
  const position = { file, line: 1, column: 1 };
  problems.add('file-too-large', position, `"${file}" is too large for a configuration`);
}

/** Report that a file cannot be read. */
export function addUnreadable(
  problems: ProblemList,
  error: FileError,
  weight?: ProblemWeight
): void {
  const position = { file: error.path, line: 1, column: 1 };
  if (error.code === 'encoding') {
    const message = `"${nameOf(error.path)}" is not UTF-8`;
    problems.add('encoding', position, message, 'save it as UTF-8', weight);
  } else {
    const message = `"${nameOf(error.path)}" cannot be read: ${error.reason}`;
    problems.add('file-unreadable', position, message, '', weight);
  }
}
