import * as path from 'node:path';
import { automationId } from '../../core/run/key';
import { isFinal, type IRunRecord } from '../../core/run/run';
import { PROGRAM_ENGINE } from '../engine/programRecord';
import type { ILog } from '../log';
import { formatTime, type IClock } from '../store/clock';
import { listHistory, readHistory, readRecord } from '../store/history';
import type { Journals } from '../store/journals';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { withoutMark, type StoredRun } from '../store/runRecord';
import { isAttachable } from './attachment';
import { commitRun } from './commitRun';
import { showsRun } from './debugFolder';
import { lostOutcome, SERVER_DIED, type IOutcome } from './outcome';
import { removeDraftsOfQueued, removeDraftsOfRunning } from './leftDrafts';
import { isHeldElsewhere, isOurs } from './pendingMark';
import type { IRunSource } from './queue';
import { removeVariableFiles } from './variableFiles';

/** What recovery needs of the queue. */
export interface IRecoveryContext {
  index: RunIndex;
  journals: Journals;
  source: IRunSource;
  serverKey: Uint8Array;
  clock: IClock;
  log: ILog;
  deleteKernel(engineId: string, kernelId: string): Promise<void>;
  /** Tell whether this queue has the run in hand already. */
  isHeld(id: string): boolean;
  /** Put a queued run into the order again, or let it follow the one that its record names; that is recovered already. */
  enter(id: string): void;
  /** Go on with a run whose kernel executes; false when that is for another server. */
  attach(run: IIndexedRun): Promise<boolean>;
  /** Tell everybody about a run that changed. */
  changed(record: IRunRecord): void;
}

const SECRETS_GONE =
  'the server was restarted while it waited, and its secret inputs are kept in memory only; run it again';
const NOT_OURS = 'another server queued this run and is gone; run it again';

/** Bring the runs of the index that an earlier server left into a true state. */
export async function recoverIndexed(context: IRecoveryContext): Promise<void> {
  const unfinished = context.index.unfinished();
  await removeDraftsOfQueued(
    unfinished.filter(({ record }) => record.state === 'queued' && !context.isHeld(record.id))
  );
  for (const run of followersLast(unfinished)) {
    if (context.isHeld(run.record.id)) {
      // Asked for before the queue was started.
      continue;
    }
    if (run.record.leader !== null) {
      await recoverFollower(run, context);
    } else if (run.record.state === 'running') {
      await recoverRunning(run, true, context);
    } else if (run.secrets.length) {
      await endRun(run, lostOutcome(SECRETS_GONE), context);
    } else {
      context.enter(run.record.id);
    }
  }
}

/** Whom they follow is in a true state before. */
function followersLast(runs: readonly IIndexedRun[]): IIndexedRun[] {
  const isFollower = ({ record }: IIndexedRun) => record.leader !== null;
  return [...runs.filter(run => !isFollower(run)), ...runs.filter(isFollower)];
}

async function recoverFollower(run: IIndexedRun, context: IRecoveryContext): Promise<void> {
  await removeDraftsOfRunning(run);
  const stored = await readRecord(run.automationFolder, run.record.id);
  if (stored && isFinal(stored.state)) {
    await commitEnd(run, { ...withoutMark(stored), automation: run.record.automation }, context);
  } else if (run.secrets.length && !context.index.find(run.record.leader ?? '')) {
    await endRun(run, lostOutcome(SECRETS_GONE), context);
  } else {
    context.enter(run.record.id);
  }
}

/** The disk says what ran: what somebody deleted there is no result that a page could show. */
function forgetMissing(
  known: ReadonlySet<string>,
  present: ReadonlySet<string>,
  { index, isHeld }: IRecoveryContext
): void {
  for (const id of known) {
    if (!present.has(id) && !isHeld(id)) {
      index.remove(id);
    }
  }
}

/**
 * Add the runs of an automation's history that the index does not hold, oldest first. Those that are
 * not over go on, or are lost; those that another living server holds are left to it. Runs of the index
 * whose history is gone are forgotten.
 */
export async function adoptHistory(
  automationFolder: string,
  context: IRecoveryContext
): Promise<void> {
  const { index, log } = context;
  const known = index.idsOf(automationFolder);
  const ids = await listHistory(automationFolder);
  forgetMissing(known, new Set(ids), context);
  const wanted = ids.filter(id => !known.has(id));
  const stored = await readHistory(automationFolder, wanted, log);
  const unfinished: { run: IIndexedRun; isOurs: boolean }[] = [];
  index.transaction(() => {
    for (const item of stored) {
      // Somebody may have asked for it, or moved the folder here, while its record was read.
      if (index.find(item.id)) {
        continue;
      }
      if (item.pending && !isFinal(item.state) && isHeldElsewhere(item.pending)) {
        log.info(`run ${item.id} is left to the server with process id ${item.pending.pid}`);
        continue;
      }
      const run = index.insert(toIndexed(item, automationFolder, context), false);
      if (!isFinal(item.state)) {
        unfinished.push({ run, isOurs: isOurs(item, context.serverKey) });
      }
    }
  });
  const ours = new Set(unfinished.filter(({ isOurs }) => isOurs).map(({ run }) => run));
  for (const run of followersLast(unfinished.map(({ run }) => run))) {
    const isOurs = ours.has(run);
    if (run.record.leader !== null && isOurs) {
      await recoverFollower(run, context);
    } else if (run.record.state === 'running') {
      await recoverRunning(run, isOurs, context);
    } else if (isOurs && !run.secrets.length) {
      context.enter(run.record.id);
    } else {
      await endRun(run, lostOutcome(isOurs ? SECRETS_GONE : NOT_OURS), context);
    }
  }
}

/**
 * Write down the end of a run that does not execute, in `debug/` too when that shows it.
 *
 * @param onCommitted - called before the index is told
 */
export async function endRun(
  run: IIndexedRun,
  outcome: IOutcome,
  context: Pick<IRecoveryContext, 'index' | 'journals' | 'clock' | 'log' | 'changed'>
): Promise<void> {
  const { clock } = context;
  await commitEnd(
    run,
    {
      ...run.record,
      engine: { ...run.record.engine, kernel: null },
      state: outcome.state,
      ended: formatTime(clock.nowMs()),
      return_code: outcome.returnCode,
      error: outcome.error
    },
    context
  );
}

async function recoverRunning(
  run: IIndexedRun,
  isOurs: boolean,
  context: IRecoveryContext
): Promise<void> {
  const stored = await readRecord(run.automationFolder, run.record.id);
  const isOver = stored !== null && isFinal(stored.state);
  const mayGoOn =
    isOurs &&
    !isOver &&
    !run.secrets.length &&
    (await isAttachable(run.automationFolder, run.record));
  if (mayGoOn) {
    await removeDraftsOfRunning(run);
    if (await context.attach(run)) {
      return;
    }
  }
  await endKernel(run, isOurs, context);
  await removeDraftsOfRunning(run);
  if (isOver) {
    // Its outputs are in the store and its end is written: only the last steps are missing.
    const { automation } = run.record;
    await commitEnd(run, { ...withoutMark(stored), automation }, context);
  } else {
    await endRun(run, lostOutcome(SERVER_DIED), context);
  }
}

async function endKernel(
  { record: { engine } }: IIndexedRun,
  isOurs: boolean,
  context: IRecoveryContext
): Promise<void> {
  // A record from elsewhere must not end somebody's kernel.
  if (engine.kernel !== null && isOurs) {
    const { id, kernel } = engine;
    const ending = context
      .deleteKernel(id, kernel)
      .catch(error => context.log.warn(`kernel ${kernel} of engine ${id} may be left: ${error}`));
    // The next run must not meet a program in its folder. Others are not waited for: their engine may not be up yet,
    // or never again.
    await (id === PROGRAM_ENGINE ? ending : null);
  }
}

async function commitEnd(
  { record: { id }, automationFolder, folder }: IIndexedRun,
  record: IRunRecord,
  context: Pick<IRecoveryContext, 'index' | 'journals' | 'log' | 'changed'>
): Promise<void> {
  const { index, journals, log } = context;
  const debugFolder = path.join(folder, 'debug');
  const isShown = await showsRun(debugFolder, id);
  await removeVariableFiles({ automationFolder, id, debugFolder }).catch(error =>
    log.error(`run ${id}: the files of its variables may be left`, error)
  );
  await commitRun(
    record,
    {
      automationFolder,
      debugFolder: isShown ? debugFolder : null,
      isLinked: false,
      // Of thousands that never began, each would wait for the disk.
      isDurable: record.started !== null
    },
    journals,
    log
  );
  index.update(record);
  await journals.close(id);
  context.changed(record);
}

/** A folder may be opened below another root than the one under which its history was written. */
function toIndexed(
  stored: StoredRun,
  automationFolder: string,
  { source }: IRecoveryContext
): Omit<IIndexedRun, 'sequence'> {
  const record = withoutMark(stored);
  const name = path.posix.basename(record.automation.configuration);
  const absolute = path.join(automationFolder, name);
  const relative = path.relative(source.configurationPath('.'), absolute);
  const configuration = relative.startsWith('..') ? absolute : relative.split(path.sep).join('/');
  return {
    record: {
      ...record,
      automation: { ...record.automation, id: automationId(configuration), configuration }
    },
    automationFolder,
    folder: path.join(automationFolder, record.batch.folder),
    isSingle: stored.pending?.isSingle ?? false,
    secrets: stored.pending?.secrets ?? []
  };
}
