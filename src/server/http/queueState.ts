import type { IQueueState, IRunSummary } from '../../core/api';
import type { IVisitor } from '../access/visitor';
import type { IQueueQuery } from '../queue/queue';
import type { Services } from '../services';
import { runSummaryFor } from '../access/allowed';

/** The state of the queue as a visitor may see it: runs of others, and of what it may not see, are left out. */
export function queueStateFor(
  { access, queue }: Services,
  visitor: IVisitor,
  query: Pick<IQueueQuery, 'after' | 'limit'> = {}
): IQueueState {
  const isVisible = access.runsListedFor(visitor);
  const seesAll = access.listsAllRuns(visitor, queue.automations());
  const state = queue.state({ ...query, ...(seesAll ? {} : { isVisible }) });
  const reduced = (summaries: readonly IRunSummary[]): IRunSummary[] =>
    summaries.map(summary => runSummaryFor(access.ofId(visitor, summary.automation), summary));
  return { ...state, running: reduced(state.running), queued: reduced(state.queued) };
}
