import type { IIndexedRun, RunIndex } from '../store/runIndex';

/**
 * Find the result of a run that another server executed while one of ours waited for its folder: it is the work that
 * was asked for, as it is when a run is joined.
 */
export function findDoneMeanwhile(
  { record: { id, key, created, automation, batch }, secrets }: IIndexedRun,
  index: RunIndex
): IIndexedRun | null {
  const done = index.newestDone(key);
  const isSame =
    done !== null &&
    done.record.id !== id &&
    (done.record.ended ?? '') >= created &&
    batch.kind !== 'test' &&
    done.record.batch.kind !== 'test' &&
    secrets.length === 0 &&
    // What was asked for this folder before comes first.
    !index.isBatchBusy(automation.id, batch.slug, id);
  return isSame ? done : null;
}

/**
 * Find a run in flight that does the same work as one whose key is another one now, so that one of the two executes:
 * one that executes already, or one that waits and can follow.
 *
 * @param place - tells which runs have a slot here, and which of them nobody may join any more
 */
export function findEqual(
  { record: { id, key, batch } }: IIndexedRun,
  index: RunIndex,
  place: { isExecuting(id: string): boolean; isEnding(id: string): boolean }
): IIndexedRun | null {
  if (batch.kind === 'test') {
    return null;
  }
  const others = index
    .inFlight(key)
    .filter(
      ({ record, secrets }) =>
        record.id !== id &&
        record.leader === null &&
        record.batch.kind !== 'test' &&
        secrets.length === 0 &&
        !place.isEnding(record.id)
    );
  // What is asked for a folder later is what lies there in the end: nothing else may be on its way there.
  const canFollow = ({ record }: IIndexedRun) =>
    !index.isBatchBusy(record.automation.id, record.batch.slug, record.id, id);
  return (
    others.find(({ record }) => place.isExecuting(record.id)) ??
    // One that runs without a slot was left by a server that died, and is about to end.
    others.find(run => run.record.state === 'queued' && canFollow(run)) ??
    null
  );
}
