import type { IDraftEvent } from '../../core/api';
import { DraftPrinter } from '../print/draftPrinter';
import type { Services } from '../services';
import { StateTopic } from './topics';

/** How far a print job is. @throws {HttpError} 404 `print-unknown` */
export function printTopic(services: Services, id: string): StateTopic {
  const job = services.prints.get(id);
  let changes: { dispose(): void } | undefined;
  const topic: StateTopic = new StateTopic(
    () => JSON.stringify(job.resource()),
    isActive => {
      changes?.dispose();
      changes = isActive ? job.onChange(() => topic.publish()) : undefined;
    }
  );
  return topic;
}

/**
 * Drafts of a batch, printed while somebody listens.
 *
 * @param name - `<automation id>/<batch slug>`
 * @throws {HttpError} 404 `automation-unknown`, `batch-unknown`
 */
export function draftTopic(services: Services, name: string): StateTopic {
  const at = name.indexOf('/');
  const automation = services.automations.get(name.slice(0, at)).id;
  const slug = name.slice(at + 1);
  services.runService.locate(services.automations.get(automation), slug);
  let printer: DraftPrinter | undefined;
  let state: IDraftEvent = { state: 'waiting', message: '' };
  const topic: StateTopic = new StateTopic(
    () => JSON.stringify(state),
    isActive => {
      printer?.dispose();
      state = { state: 'waiting', message: '' };
      printer = isActive
        ? new DraftPrinter(services, automation, slug, event => {
            state = event;
            topic.publish();
          })
        : undefined;
    }
  );
  return topic;
}
