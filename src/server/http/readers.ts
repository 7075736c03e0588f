import type { FastifyRequest } from 'fastify';
import { nameOfIdentity } from '../../core/access/identity';
import type { IPageReader } from '../../core/template/document';
import type { IWay } from '../../core/template/errorPages';
import type { ISignIn } from '../../core/template/signInPage';
import type { HttpError } from '../httpError';
import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { addressWithoutToken } from './visitors';

/** Links that a page of an error shows at most. */
const MAX_WAYS = 10;

type Known = Pick<Services, 'access' | 'automations'>;

/** Who reads a page; null where it does not matter: without groups, and inside Jupyter, which has its own login. */
export function readerOf(request: FastifyRequest, { access }: Known): IPageReader | null {
  const { rootUri = '', visitor } = request;
  if (!visitor || access.hasSites || !access.hasGroups) {
    return null;
  }
  const [token] = access.tokensOf(visitor);
  const next = encodeURIComponent(addressWithoutToken(request));
  return {
    name: token ? (nameOfIdentity(token.identity) ?? '') : null,
    signInUri: `${rootUri}/sign-in?next=${next}`,
    signOutUri: `${rootUri}/sign-out`
  };
}

/** Who reads a page that asks for a token anyway: null for who has not signed in. */
export function signedInReaderOf(request: FastifyRequest, known: Known): IPageReader | null {
  const reader = readerOf(request, known);
  return reader?.name === null ? null : reader;
}

/** Where who may not see a page can go on. */
export function waysFrom(request: FastifyRequest, { access, automations }: Known): IWay[] {
  const { rootUri = '', visitor, subject } = request;
  const [site] = automations.sites;
  const start: IWay = { text: 'Go to the start page', uri: `${rootUri}/` };
  if (!visitor || !site || access.hasSites) {
    return [start];
  }
  const wayTo = (loaded: LoadedAutomation): IWay[] => {
    const automation = loaded.find();
    const isSeen = automation && access.now(visitor, loaded).allows('see_automation');
    return isSeen ? [{ text: `Go to ${automation.title}`, uri: `${rootUri}/${loaded.uri}` }] : [];
  };
  const here = subject?.access ? wayTo(subject.access.loaded) : [];
  const others = access.now(visitor, site.root).allows('see_root')
    ? [start]
    : automations.list().flatMap(wayTo);
  const ways = new Map([...here, ...others].map(way => [way.uri, way]));
  ways.delete(addressWithoutToken(request).split('?')[0]);
  return [...ways.values()].slice(0, MAX_WAYS);
}

/** The form for who may not see a page; null where a token would not help. */
export function signInFor(
  request: FastifyRequest,
  error: HttpError,
  { access }: Known
): ISignIn | null {
  const { visitor, rootUri } = request;
  if (error.code !== 'not-authorized' || !visitor || access.hasSites) {
    return null;
  }
  return {
    uri: `${rootUri}/sign-in`,
    next: addressWithoutToken(request),
    isWrong: visitor.digest !== null && !access.tokensOf(visitor).length
  };
}
