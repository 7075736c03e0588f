import { isFinal, isKept, type IRunRecord } from '../../core/run/run';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long the history of runs is kept. */
export interface IKeepRuns {
  /** Runs of a batch, the newest of them. */
  count: number;
  /** Days after the end of a run. */
  days: number;
}

/** What is kept where nothing else is said. */
export const DEFAULT_KEEP_RUNS: IKeepRuns = { count: 50, days: 90 };

/** What a setting says: how many runs of a batch are kept; what is no number above 0 counts as absent. */
export function keepRunsOf(setting: string | undefined): IKeepRuns {
  const count = Number(setting);
  return Number.isInteger(count) && count > 0 ? { ...DEFAULT_KEEP_RUNS, count } : DEFAULT_KEEP_RUNS;
}

/**
 * Choose the runs of a batch whose history goes: those beyond the number, and old ones. The newest run, which the folder
 * of the batch shows, the newest good one, and those that were pinned or printed always stay, as does what is not over.
 *
 * @param runs - all runs of one batch, newest first
 * @returns the runs that go
 */
export function findExpired(
  runs: readonly IRunRecord[],
  { count, days }: IKeepRuns,
  nowMs: number
): IRunRecord[] {
  const newestGood = runs.find(({ state }) => state === 'done');
  return runs.filter((run, index) => {
    const isOld = nowMs - Date.parse(run.ended ?? run.created) > days * DAY_MS;
    const stays = index === 0 || run === newestGood || !isFinal(run.state) || isKept(run);
    return !stays && (index >= count || isOld);
  });
}
