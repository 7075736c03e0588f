import type { IInputRefusal, IProblemDocument } from '../core/api';
import type { IProblem } from '../core/problem';

/** The server did not answer at all: it is down, or the network is. */
export class UnreachableError extends Error {
  /**
   * @param reason - what the browser said
   */
  constructor(readonly reason: unknown) {
    super('the Jupyter server does not answer');
    this.name = 'UnreachableError';
  }
}

/** A request was refused, by our server with a problem document, or by Jupyter in front of it. */
export class RequestError extends Error {
  /**
   * @param status - HTTP status
   * @param code - stable kebab-case code; `http-<status>` for an answer of Jupyter itself
   * @param message - one sentence for a person
   * @param refusals - refused inputs, with code `input-refused`
   * @param problems - of the configuration, with code `configuration-invalid`
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly refusals: readonly IInputRefusal[] = [],
    readonly problems: readonly IProblem[] = []
  ) {
    super(message);
    this.name = 'RequestError';
  }

  /** True when our server is not there yet, or no more, while Jupyter is. */
  get isUnavailable(): boolean {
    return /^http-(502|503|504|599)$/.test(this.code);
  }
}

/**
 * Read an answer that is no success. What is no problem document comes from Jupyter, or from a proxy on the way.
 */
export async function readRequestError(response: Response): Promise<RequestError> {
  const { status } = response;
  const text = await response.text();
  try {
    const { code, detail, message, refusals, problems } = JSON.parse(
      text
    ) as Partial<IProblemDocument> & { message?: string };
    if (code && detail) {
      return new RequestError(status, code, detail, refusals, problems);
    }
    return new RequestError(status, `http-${status}`, `${status} ${message ?? ''}`);
  } catch {
    // No JSON: a page for people.
    return new RequestError(status, `http-${status}`, `${status} ${response.statusText}`);
  }
}
