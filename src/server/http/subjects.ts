import type { FastifyRequest } from 'fastify';
import { HttpError } from '../httpError';
import type { AutomationAccess } from '../access/automationAccess';
import type { Services } from '../services';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import type { LoadedSite } from '../site/loadedSite';
import type { IRunRecord } from '../../core/run/run';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request is about, found when it was authorised. */
    subject: ISubject;
  }
}

/** What a request is about, and what its visitor may do with it. */
export interface ISubject {
  access?: AutomationAccess;
  batch?: ILocatedBatch;
  run?: IRunRecord;
}

/** What is needed to find what a request is about. */
export interface ISubjectsOptions {
  services: Services;
  /** True when several sites live below `at/`, as inside Jupyter. */
  hasSites: boolean;
}

/** The access that a route was authorised for. */
export function accessOf(request: FastifyRequest): AutomationAccess {
  return required(request.subject.access);
}

/** The automation that a route was authorised for. */
export function loadedOf(request: FastifyRequest): LoadedAutomation {
  return accessOf(request).loaded;
}

/** The batch that a route was authorised for. */
export function batchOf(request: FastifyRequest): ILocatedBatch {
  return required(request.subject.batch);
}

/** The run that a route was authorised for. */
export function runOf(request: FastifyRequest): IRunRecord {
  return required(request.subject.run);
}

/**
 * The automation of a page's address. Names in addresses ignore case.
 *
 * @throws {HttpError} 404 `automation-unknown`, 409 `configuration-invalid`
 */
export async function findPageAutomation(
  request: FastifyRequest,
  { services, hasSites }: ISubjectsOptions
): Promise<LoadedAutomation> {
  const { site, automation = '' } = request.params as { site?: string; automation?: string };
  const opened = await openPageSite(site, { services, hasSites });
  const loaded = opened?.find(automation.replace(/\.json$/i, ''));
  if (!loaded) {
    const unusable = opened?.members.find(item => !item.find());
    if (unusable) {
      // Its address is known by its configuration alone: say what is wrong there.
      request.subject.access = await services.access.of(request.visitor, unusable);
      unusable.get();
    }
    throw new HttpError(404, 'automation-unknown', 'there is no automation at this address');
  }
  return loaded;
}

/** The site of an address as its files are now; null when there is none yet. */
export async function openPageSite(
  site: string | undefined,
  { services: { automations, finder }, hasSites }: ISubjectsOptions
): Promise<LoadedSite | null> {
  if (hasSites && site !== undefined) {
    return finder.openSite(site);
  }
  const [only] = automations.sites;
  return only ? automations.openSite(only.configuration) : null;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('the route did not declare what it needs to see');
  }
  return value;
}
