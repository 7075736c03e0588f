import type { IInputRefusal } from '../core/api';
import type { IProblem } from '../core/problem';

/** An error with the status and code of its answer; rules of the domain throw it, HTTP and CLI show it. */
export class HttpError extends Error {
  /**
   * @param status - HTTP status
   * @param code - stable kebab-case code
   * @param message - one sentence for a person: what is wrong and what to do
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: {
      refusals?: IInputRefusal[];
      problems?: IProblem[];
      retryAfterSeconds?: number;
    } = {}
  ) {
    super(message);
    this.name = 'HttpError';
  }
}
