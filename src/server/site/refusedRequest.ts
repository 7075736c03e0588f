import { askerOf, type IAsker } from '../../core/access/identity';
import { sha256Hex } from '../../core/run/digest';
import { PRIORITIES } from '../../core/run/run';
import type { IEnsureRequest } from '../queue/queue';
import type { ILocatedBatch } from './loadedAutomation';
import type { ISweep } from './runService';
import { createId } from './uploads';

/** What is known of a batch of a sweep whose run could not be asked for, perhaps as its inputs cannot be read. */
export function refusedRequest(
  { loaded, program }: Omit<ISweep, 'batches'>,
  { slug, name, folder, kind }: ILocatedBatch,
  asking: IAsker
): IEnsureRequest {
  const automation = loaded.get();
  const { name: asker, identity } = askerOf(asking);
  const id = createId();
  return {
    id,
    // It is the same work as nothing else.
    key: sha256Hex(id),
    automation: {
      id: loaded.id,
      slug: automation.slug,
      version: automation.version,
      configuration: loaded.relativeConfiguration
    },
    batch: { slug, name, folder, kind },
    automationFolder: automation.folder,
    inputs: {},
    code: program.code,
    datasets: program.datasets,
    kernel: program.kernel,
    asker,
    identity,
    priority: PRIORITIES.sweep,
    retryOf: null,
    problems: [],
    isSingle: automation.environment.concurrency === 'single',
    secrets: {}
  };
}
