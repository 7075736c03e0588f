import type { IQueueState, IRunSummary } from '../../core/api';
import type { IVisitor } from '../access/visitor';
import type { Services } from '../services';
import { runSummaryFor } from '../access/allowed';

/** The state of the queue as a visitor may see it: runs of others, and of what it may not see, are left out. */
export function queueStateFor(services: Services, visitor: IVisitor): IQueueState {
  const { access, queue } = services;
  const visible = (summaries: readonly IRunSummary[]): IRunSummary[] =>
    summaries.flatMap(summary => {
      const run = queue.get(summary.id);
      return run && access.listsRun(visitor, run)
        ? [runSummaryFor(access.ofRun(visitor, run), summary)]
        : [];
    });
  const state = queue.state();
  return { ...state, running: visible(state.running), queued: visible(state.queued) };
}
