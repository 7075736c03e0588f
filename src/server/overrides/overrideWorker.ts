import { parentPort } from 'node:worker_threads';
import { failureOf, renderLocked, type ITemplateRequest } from './lockedTemplates';

/*
 * A thread of its own, without environment variables and with little memory, for templates of authors: what hangs or
 * grows there is ended by `Overrides` and harms no page of ours.
 */
parentPort?.on('message', ({ id, request }: { id: number; request: ITemplateRequest }) => {
  try {
    parentPort?.postMessage({ id, html: renderLocked(request) });
  } catch (error) {
    parentPort?.postMessage({ id, failure: failureOf(error, request.entry) });
  }
});
