import type { TranslationBundle } from '@jupyterlab/translation';
import { RequestError, UnreachableError } from './requestError';

/**
 * Say in the reader's language what went wrong, and what to do where we know it.
 */
export function describeError(error: unknown, trans: TranslationBundle): string {
  if (error instanceof UnreachableError) {
    return trans.__('The Jupyter server does not answer. Check the connection and try again.');
  }
  if (error instanceof RequestError) {
    if (error.isUnavailable) {
      return trans.__('The CrossCompute server is starting or has stopped. Try again in a moment.');
    }
    switch (error.code) {
      case 'http-404':
        return trans.__(
          'The server part of CrossCompute is not enabled. Run “jupyter server extension enable jupyterlab_crosscompute” and restart Jupyter.'
        );
      case 'http-401':
      case 'http-403':
        return trans.__('Jupyter refused the request. Log in again and reload the page.');
      default:
        return error.message;
    }
  }
  return error instanceof Error ? error.message : String(error);
}
