import type { IQueueState, IRunSummary } from '../../core/api';
import type { IRunRecord } from '../../core/run/run';
import type { IVisitor } from '../access/visitor';
import type { Services } from '../services';
import { runSummaryFor } from '../access/allowed';

/** The state of the queue as a visitor may see it: runs of others, and of what it may not see, are left out. */
export function queueStateFor(services: Services, visitor: IVisitor): IQueueState {
  const { access, queue } = services;
  const seen = new Map<string, IRunRecord>();
  const state = queue.state(run => {
    const isVisible = access.listsRun(visitor, run);
    if (isVisible) {
      seen.set(run.id, run);
    }
    return isVisible;
  });
  const reduced = (summaries: readonly IRunSummary[]): IRunSummary[] =>
    summaries.flatMap(summary => {
      const run = seen.get(summary.id);
      return run ? [runSummaryFor(access.ofRun(visitor, run), summary)] : [];
    });
  return { ...state, running: reduced(state.running), queued: reduced(state.queued) };
}
