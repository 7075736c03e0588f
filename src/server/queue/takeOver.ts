import type { IRunProblem, IRunRecord } from '../../core/run/run';
import { RETURN_CODES } from '../../core/run/run';
import { resolveInside } from '../site/containedPath';
import { formatTime } from '../store/clock';
import type { IIndexedRun } from '../store/runIndex';
import { commitRun } from './commitRun';
import { linkJournal, writeIdentities } from './debugFolder';
import type { IPreparedRun } from './queue';
import type { IRunnerServices } from './startedRun';
import { layOut } from './workplace';

/** A result that another run made of the same work. */
export interface ITakenResult {
  /** Id of that run. */
  leader: string;
  key: string;
  /** Digest of the code; null when the key alone tells. */
  code: string | null;
  /** Of that run; null for now. */
  started: string | null;
  /** Path relative to the batch folder → digest. */
  outputs: Record<string, string>;
  problems: readonly IRunProblem[];
}

/**
 * Give a run the result of another one: its inputs and their outputs in its folder, and the record of its end.
 *
 * @returns how it ended; null, and nothing is changed, when its work is no longer the same
 * @throws {ResultStoreError} when the store does not give what it should have
 */
export async function takeOver(
  run: IIndexedRun,
  result: ITakenResult,
  services: IRunnerServices
): Promise<IRunRecord | null> {
  const { record, automationFolder } = run;
  const { clock, journals, log, mark, results, source } = services;
  const prepared = await source.prepare(record);
  if (!isSameWork(run, prepared, result)) {
    return null;
  }
  const now = formatTime(clock.nowMs());
  const folders = await layOut(prepared, source, mark(record));
  const isLinked = await linkJournal(automationFolder, record.id, folders.debug);
  await writeIdentities(folders.debug, { automationFolder, id: record.id }, record.askers[0] ?? '');
  const store = results.of(automationFolder);
  for (const [name, digest] of Object.entries(result.outputs)) {
    await store.get(digest, await resolveInside(prepared.folder, name));
  }
  if (result.code === null) {
    // What executed elsewhere handed over nothing here.
    await source.takeDatasets(prepared.automation, folders.output);
  }
  const final: IRunRecord = {
    ...record,
    leader: result.leader,
    key: result.key,
    state: 'done',
    started: result.started ?? now,
    ended: formatTime(clock.nowMs()),
    code: prepared.code,
    datasets: prepared.datasets,
    return_code: RETURN_CODES.done,
    error: null,
    outputs: result.outputs,
    problems: [...record.problems, ...prepared.problems, ...result.problems]
  };
  const place = { automationFolder, debugFolder: folders.debug, isLinked };
  await commitRun(final, place, journals, log);
  return final;
}

/** Secrets are part of a key, and whoever prepares does not know them. */
function isSameWork(
  { record, secrets }: IIndexedRun,
  prepared: IPreparedRun,
  { key, code }: ITakenResult
): boolean {
  return (
    prepared.key === key || (secrets.length > 0 && record.key === key && prepared.code === code)
  );
}
