import type { IRunRecord } from '../../core/run/run';
import { nodeFiles } from '../files';
import { HttpError } from '../httpError';
import { formatTime } from '../store/clock';
import { isDiskFull, keepReserve } from '../store/diskReserve';
import { ensureRunFolder, writeRecord } from '../store/history';
import type { JournalWriter } from '../store/journalWriter';
import { BegunRun } from './begunRun';
import { collectOutputs } from './collectOutputs';
import { commitRun } from './commitRun';
import {
  endedOutcome,
  exceptionOutcome,
  lostOutcome,
  SERVER_DIED,
  unexplainedOutcome,
  type IOutcome
} from './outcome';
import { snapshotOutputs } from './outputs';
import type { IPreparedRun } from './queue';
import { OverdueError } from './runControl';
import { makeRunFolders } from './runFolders';
import { RunKernel } from './runKernel';
import { executeScripts } from './runScripts';
import type { IRunnerServices, IStartedRun } from './startedRun';
import { Workplace, layOut } from './workplace';

/**
 * Perform one run from its slot to its final event. Never rejects: whatever happens is an end of the
 * run, and is written down as far as the disk allows.
 */
export async function performRun(run: IStartedRun, services: IRunnerServices): Promise<void> {
  const performed = new PerformedRun(run, services);
  let outcome: IOutcome | 'left' | null;
  try {
    outcome = await performed.execute();
  } catch (error) {
    outcome = performed.explain(error);
  }
  if (outcome === 'left') {
    await performed.letGo();
  } else {
    await (outcome ? performed.finish(outcome) : performed.leave());
  }
}

async function requireFolder(automationFolder: string): Promise<void> {
  if ((await nodeFiles.status(automationFolder))?.kind !== 'folder') {
    throw new HttpError(404, 'automation-unknown', 'the folder of this automation is gone');
  }
}

/** Tell whether what would execute now is what executes. */
function isSameWork({ key, code }: IPreparedRun, record: IRunRecord): boolean {
  return key === record.key && code === record.code;
}

/** One run while it is performed. */
class PerformedRun {
  constructor(
    private readonly _run: IStartedRun,
    private readonly _services: IRunnerServices
  ) {
    this._kernel = new RunKernel({
      ..._services,
      engineId: _run.isAttached ? _run.record().engine.id : _services.engineId,
      update: changes => _run.update(changes),
      write: record =>
        this._attempt('its record', () =>
          writeRecord(_run.automationFolder, _services.mark(record))
        )
    });
  }

  /**
   * Do everything up to the end of the scripts and their outputs.
   *
   * @returns null when another run does the same work, and will end this one; `left` when its kernel goes on for the
   * next server
   */
  async execute(): Promise<IOutcome | 'left' | null> {
    const { control, isAttached } = this._run;
    const journal = await (isAttached ? this._goOn() : this._begin());
    this._journal = journal;
    if (control.reason) {
      return endedOutcome(control.reason);
    }
    const prepared = await control.within(this._services.source.prepare(this._run.record()));
    if (isAttached && !isSameWork(prepared, this._run.record())) {
      return lostOutcome(SERVER_DIED);
    }
    if (!isAttached && this._rekey(prepared)) {
      return null;
    }
    const { automation, folder } = prepared;
    this._isCached = automation.environment.isCached;
    const place = await this._openPlace(prepared, journal);
    const before = this._begun
      ? await this._begun.snapshot()
      : await snapshotOutputs(automation, folder);
    if (!before) {
      return lostOutcome(SERVER_DIED);
    }
    this._timeoutMs = automation.environment.timeoutMs;
    this._startTimeout(this._timeoutMs);
    const ended = await executeScripts({
      ...{ prepared, place, journal, before, begun: this._begun },
      run: this._run,
      services: this._services,
      kernel: this._kernel,
      writeError: () => this._writeError,
      attempt: (what, work) => this._attempt(what, work)
    });
    this._timeout?.dispose();
    this._run.leaveSlot();
    if (control.reason) {
      return endedOutcome(control.reason, this._timeoutMs);
    }
    return ended ?? collectOutputs(prepared, before, this._run.automationFolder, this._services);
  }

  /** The outcome of a run that an exception ended. */
  explain(error: unknown): IOutcome {
    const { reason } = this._run.control;
    const outcome = exceptionOutcome(error, this._run.automationFolder);
    if (!outcome && !(error instanceof OverdueError)) {
      this._services.log.error(`run ${this._run.id} ended with an exception`, error);
    }
    return reason ? endedOutcome(reason, this._timeoutMs) : (outcome ?? unexplainedOutcome());
  }

  /** Write down how it ended; never rejects. */
  async finish(outcome: IOutcome): Promise<void> {
    const { clock, journals, log, results } = this._services;
    const { id, automationFolder } = this._run;
    const place = this._place;
    const { debug = null } = place?.folders ?? {};
    this._timeout?.dispose();
    this._errorSubscription?.dispose();
    await Promise.all([
      this._kernel.leave(this._run.record().engine),
      this._attempt('the end of its variables', async () => place?.removeVariableFiles(id)),
      this._attempt('its output', async () => place?.closeText()),
      this._attempt('the outputs of cells', async () => place?.closeCells())
    ]);
    const error = outcome.error && (place?.describe(outcome.error) ?? outcome.error);
    const notebooks = this._attempt('the executed notebook', async () => {
      await this._journal?.flush();
      await place?.writeNotebooks(id);
    });
    const final: Partial<IRunRecord> = {
      state: outcome.state,
      ended: formatTime(clock.nowMs()),
      return_code: outcome.returnCode,
      error,
      outputs: outcome.outputs,
      problems: [...this._run.record().problems, ...outcome.problems]
    };
    await commitRun(
      { ...this._run.record(), ...final },
      {
        ...{ automationFolder, debugFolder: debug, others: notebooks },
        isLinked: place?.isLinked ?? true
      },
      journals,
      log
    );
    if (outcome.state === 'done' && this._isCached) {
      const { key } = this._run.record();
      await this._attempt('its result for other servers', async () =>
        results.shared?.publish(key, { run: id, outputs: outcome.outputs })
      );
    }
    // Only now may anybody believe that it is over.
    this._run.update(final);
    await this._attempt('its journal', () => journals.close(id));
  }

  /** Leave it to the next server, as it is; never rejects. */
  async letGo(): Promise<void> {
    const { id } = this._run;
    this._timeout?.dispose();
    this._errorSubscription?.dispose();
    await this._attempt('its output', async () => this._place?.closeText());
    await this._attempt('the outputs of cells', async () => this._place?.closeCells());
    await this._attempt('its journal', () => this._services.journals.close(id));
    this._services.log.info(`run ${id} goes on in its kernel for the next server`);
  }

  /** Leave it to the run that it follows now; never rejects. */
  async leave(): Promise<void> {
    const { automationFolder } = this._run;
    this._errorSubscription?.dispose();
    await this._attempt('whom it follows', () =>
      writeRecord(automationFolder, this._services.mark(this._run.record()))
    );
  }

  private async _begin(): Promise<JournalWriter> {
    const { clock, journals, mark } = this._services;
    const { id, automationFolder, update } = this._run;
    this._startedMs = clock.elapsedMs();
    const started = formatTime(clock.nowMs());
    const engine = { id: this._services.engineId, kernel: null };
    // At once, so that nobody sees it neither waiting nor running.
    const record = update({ state: 'running', started, engine });
    // One that waited longer than its automation existed does not bring it back.
    await requireFolder(automationFolder);
    await ensureRunFolder(automationFolder, id);
    const journal = await journals.open({ id, automationFolder });
    this._errorSubscription = journals.onWriteError(id, error => this._onWriteError(error));
    await Promise.all([keepReserve(automationFolder), writeRecord(automationFolder, mark(record))]);
    journal.append({ kind: 'state', state: 'running' });
    return journal;
  }

  /** Take up what a server before this one began. */
  private async _goOn(): Promise<JournalWriter> {
    const { clock, journals } = this._services;
    const { id, automationFolder } = this._run;
    const { started, engine } = this._run.record();
    this._startedMs = clock.elapsedMs() - Math.max(0, clock.nowMs() - Date.parse(started ?? ''));
    await requireFolder(automationFolder);
    const journal = await journals.open({ id, automationFolder });
    this._errorSubscription = journals.onWriteError(id, error => this._onWriteError(error));
    await keepReserve(automationFolder);
    this._begun = await BegunRun.read({ id, automationFolder }, engine, journals);
    return journal;
  }

  /**
   * What runs is what is there now; when that is other work than was asked for, it is said.
   *
   * @returns true when another run does that work
   */
  private _rekey({ key, code, datasets, problems }: IPreparedRun): boolean {
    const record = this._run.update({
      datasets,
      problems: [...this._run.record().problems, ...problems]
    });
    if (key === record.key && code === record.code) {
      return false;
    }
    if (code !== record.code) {
      this._say('The code changed while this run was waiting; it runs as it is now.');
    }
    // A secret is part of the key, and whoever prepares does not know it.
    const hasSecrets = Object.keys(this._run.secrets).length > 0;
    this._run.update(hasSecrets && code === record.code ? { code } : { key, code });
    const leader = hasSecrets || this._run.control.reason ? null : this._run.joinEqual();
    if (leader === null) {
      return false;
    }
    this._say('Another run does the same work already; this one gets what that makes.');
    this._journal?.append({ kind: 'state', state: 'running', leader });
    return true;
  }

  private _say(message: string): void {
    this._journal?.append({ kind: 'progress', fraction: null, message, source: 'explicit' });
  }

  private async _openPlace(prepared: IPreparedRun, journal: JournalWriter): Promise<Workplace> {
    const { automationFolder, secrets } = this._run;
    const { clock, mark, source } = this._services;
    const record = this._run.record();
    const folders = this._begun
      ? await makeRunFolders(prepared.folder)
      : await layOut(prepared, source, mark(record));
    const onWriteError = (error: unknown) => this._onWriteError(error);
    this._place = new Workplace(folders, {
      automationFolder,
      clock,
      journal,
      secrets,
      said: this._begun?.said ?? null,
      onWriteError
    });
    await this._place.open(prepared, record);
    return this._place;
  }

  /** What a run says cannot be kept any more: a full disk ends it at once, anything else when its script is over. */
  private _onWriteError(error: unknown): void {
    this._writeError ??= error;
    if (isDiskFull(error)) {
      this._run.control.end('disk-full');
    }
  }

  private _startTimeout(timeoutMs: number | null): void {
    const { clock } = this._services;
    if (timeoutMs !== null) {
      const leftMs = Math.max(0, this._startedMs + timeoutMs - clock.elapsedMs());
      this._timeout = clock.after(leftMs, () => this._run.control.end('timeout'));
    }
  }

  private async _attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this._services.log.error(`run ${this._run.id}: ${what} could not be written`, error);
    }
  }

  private _startedMs = 0;
  private _journal: JournalWriter | null = null;
  private _place: Workplace | null = null;
  private _timeout: { dispose(): void } | null = null;
  private _timeoutMs: number | null = null;
  private _errorSubscription: { dispose(): void } | null = null;
  private _writeError: unknown = null;
  /** Null for a run that begins here. */
  private _begun: BegunRun | null = null;
  /** Results answer for later requests. */
  private _isCached = false;
  private readonly _kernel: RunKernel;
}
