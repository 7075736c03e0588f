import type { FastifyRequest } from 'fastify';
import { isSameText, type TokenDigester } from '../access/tokenDigest';
import { HttpError } from '../httpError';
import { headerOf, isFromBrowser } from './security';

/** Header that repeats the token of the page's form. */
export const FORM_TOKEN_HEADER = 'x-crosscompute-form';

/** The token that a page of ours gives to its own script: no other site can read it, nor send the header. */
export function formTokenOf({ visitor }: FastifyRequest, digester: TokenDigester): string {
  // Who has not signed in may not have a cookie yet, or never takes one: nothing tells them apart for sure.
  return digester.seal('form', visitor.digest ? visitor.owner : 'anyone');
}

/**
 * Refuse what a form of another site could send. Programs send no header of a browser; behind Jupyter its
 * own check came first.
 *
 * @throws {HttpError} 403 `form-token-missing`
 */
export function checkFormToken(request: FastifyRequest, digester: TokenDigester): void {
  const isExempt =
    request.peer.username !== null ||
    !isFromBrowser(request) ||
    headerOf(request, 'authorization') !== '';
  if (
    !isExempt &&
    !isSameText(headerOf(request, FORM_TOKEN_HEADER), formTokenOf(request, digester))
  ) {
    throw new HttpError(
      403,
      'form-token-missing',
      'load the page again, and send the file from there'
    );
  }
}
