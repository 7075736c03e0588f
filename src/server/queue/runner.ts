import * as path from 'node:path';
import type { IExecutor, IRunFolders, IScriptContext } from '../../core/run/execution';
import { PRIORITIES, RETURN_CODES, type IRunError, type IRunRecord } from '../../core/run/run';
import type { Script } from '../../core/automation/automation';
import type { IView } from '../../core/view/view';
import { ConfigError } from '../../core/problem';
import { nodeFiles } from '../files';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import { BlobStore } from '../store/blobs';
import { formatTime, type IClock } from '../store/clock';
import { isDiskFull, keepReserve } from '../store/diskReserve';
import { ensureRunFolder, writeRecord } from '../store/history';
import type { JournalWriter } from '../store/journalWriter';
import type { Journals } from '../store/journals';
import { CellOutputFiles } from './cellOutputFiles';
import { commitRun } from './commitRun';
import { deriveConfigurations } from './derivedConfigurations';
import { linkJournal, writeDebugRecord, writeIdentities } from './debugFolder';
import { ExecutedNotebooks } from './executedNotebooks';
import {
  doneOutcome,
  endedOutcome,
  exceptionOutcome,
  failedOutcome,
  type IOutcome
} from './outcome';
import { checkOutputs, snapshotOutputs, storeOutputs, type OutputSnapshot } from './outputs';
import type { IPreparedRun, IRunSource } from './queue';
import { OverdueError, type RunControl } from './runControl';
import { makeRunFolders, readPasswords, writeInputs } from './runFolders';
import { RunOutput } from './runOutput';
import { SecretMask } from './secretMask';
import { TextFile } from './textFile';

/** A run that has a slot. */
export interface IStartedRun {
  id: string;
  /** Absolute. */
  automationFolder: string;
  /** ENVIRONMENT values by variable id. */
  secrets: Readonly<Record<string, string>>;
  control: RunControl;
  /** The record as it is now. */
  record(): IRunRecord;
  /** Change the record, also in the index. */
  update(changes: Partial<IRunRecord>): IRunRecord;
}

/** What every run needs. */
export interface IRunnerServices {
  source: IRunSource;
  executors: readonly IExecutor[];
  /** Views that look at what a run wrote. */
  views: { get(name: string): IView | undefined };
  journals: Journals;
  clock: IClock;
  log: ILog;
  /** Identifier of the place where kernels are, for the record. */
  engineId: string;
  deleteKernel(engineId: string, kernelId: string): Promise<void>;
  /** `run.json` of a run that is not over, with what a restart must know. */
  mark(record: IRunRecord): Parameters<typeof writeRecord>[1];
}

/**
 * Perform one run from its slot to its final event. Never rejects: whatever happens is an end of the
 * run, and is written down as far as the disk allows.
 */
export async function performRun(run: IStartedRun, services: IRunnerServices): Promise<void> {
  const performed = new PerformedRun(run, services);
  let outcome: IOutcome;
  try {
    outcome = await performed.execute();
  } catch (error) {
    outcome = performed.explain(error);
  }
  await performed.finish(outcome);
}

async function requireFolder(automationFolder: string): Promise<void> {
  if ((await nodeFiles.status(automationFolder))?.kind !== 'folder') {
    throw new HttpError(404, 'automation-unknown', 'the folder of this automation is gone');
  }
}

/** One run while it is performed. */
class PerformedRun {
  constructor(
    private readonly _run: IStartedRun,
    private readonly _services: IRunnerServices
  ) {}

  /** Do everything up to the end of the scripts and their outputs. */
  async execute(): Promise<IOutcome> {
    const { control } = this._run;
    this._journal = await this._begin();
    if (control.reason) {
      return endedOutcome(control.reason);
    }
    const prepared = await control.within(this._services.source.prepare(this._run.record()));
    this._rekey(prepared);
    const { automation, folder } = prepared;
    await this._prepareFolders(prepared);
    const before = await snapshotOutputs(automation, folder);
    this._startTimeout(automation.environment.timeoutMs);
    for (const [index, script] of automation.scripts.entries()) {
      if (control.reason) {
        break;
      }
      const failure = await this._executeScript(prepared, script, index);
      // Before outputs are looked at, and before the next script can read them.
      this._output?.flush();
      await this._attempt('the outputs of cells', async () => this._cells?.flush());
      if (failure && !control.reason) {
        return failure;
      }
    }
    this._timeout?.dispose();
    return control.reason ? endedOutcome(control.reason) : this._collect(prepared, before);
  }

  /** The outcome of a run that an exception ended. */
  explain(error: unknown): IOutcome {
    const { reason } = this._run.control;
    const isExpected =
      error instanceof OverdueError ||
      error instanceof ConfigError ||
      error instanceof HttpError ||
      isDiskFull(error);
    if (!isExpected) {
      this._services.log.error(`run ${this._run.id} ended with an exception`, error);
    }
    return reason ? endedOutcome(reason) : exceptionOutcome(error);
  }

  /** Write down how it ended; never rejects. */
  async finish(outcome: IOutcome): Promise<void> {
    const { clock, journals, log } = this._services;
    const { id, automationFolder } = this._run;
    this._timeout?.dispose();
    this._errorSubscription?.dispose();
    this._isOver = true;
    this._leaveNoKernel();
    await this._recording;
    await this._attempt('its output', async () => this._output?.close());
    await this._attempt('the outputs of cells', async () => this._cells?.close());
    const error = outcome.error && (this._output?.describe(outcome.error) ?? outcome.error);
    await this._attempt('the executed notebook', async () => {
      await this._journal?.flush();
      if (this._folders) {
        await this._notebooks.write(automationFolder, id, this._folders.debug);
      }
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
        automationFolder,
        debugFolder: this._folders?.debug ?? null,
        isLinked: this._isLinked
      },
      journals,
      log
    );
    // Only now may anybody believe that it is over.
    this._run.update(final);
    await this._attempt('its journal', () => journals.close(id));
  }

  private async _begin(): Promise<JournalWriter> {
    const { clock, journals, mark } = this._services;
    const { id, automationFolder, update } = this._run;
    const started = formatTime(clock.nowMs());
    const engine = { id: this._services.engineId, kernel: null };
    // At once, so that nobody sees it neither waiting nor running.
    const record = update({ state: 'running', started, engine });
    // One that waited longer than its automation existed does not bring it back.
    await requireFolder(automationFolder);
    await ensureRunFolder(automationFolder, id);
    const journal = await journals.open({ id, automationFolder });
    this._errorSubscription = journals.onWriteError(id, error => this._onWriteError(error));
    await keepReserve(automationFolder);
    await writeRecord(automationFolder, mark(record));
    journal.append({ kind: 'state', state: 'running' });
    return journal;
  }

  /** What runs is what is there now; when that is other work than was asked for, it is said. */
  private _rekey({ key, code, datasets, problems }: IPreparedRun): void {
    const record = this._run.update({
      datasets,
      problems: [...this._run.record().problems, ...problems]
    });
    if (key === record.key && code === record.code) {
      return;
    }
    if (code !== record.code) {
      this._journal?.append({
        kind: 'progress',
        fraction: null,
        message: 'The code changed while this run was waiting; it runs as it is now.',
        source: 'explicit'
      });
    }
    // A secret is part of the key, and whoever prepares does not know it.
    const isSecret = Object.keys(this._run.secrets).length > 0 && code === record.code;
    this._run.update(isSecret ? { code } : { key, code });
  }

  private async _prepareFolders(prepared: IPreparedRun): Promise<void> {
    const { automationFolder, id, secrets } = this._run;
    const { source, mark } = this._services;
    const record = this._run.record();
    const folders = await makeRunFolders(prepared.folder);
    await writeInputs(prepared.automation, prepared, folders.input, source);
    await source.placeDatasets(prepared.automation, folders.input);
    await writeDebugRecord(folders.debug, mark(record));
    // From here on `debug/` shows this run, and is marked with its end.
    this._folders = folders;
    this._isLinked = await linkJournal(automationFolder, id, folders.debug);
    await writeIdentities(folders.debug, this._run, record.askers[0] ?? '');
    const passwords = await readPasswords(prepared.automation, folders.input);
    const createFile = (name: string) =>
      TextFile.create(path.join(folders.debug, name), error => this._onWriteError(error));
    const files = {
      stdout: await createFile('stdout.txt'),
      stderr: await createFile('stderr.txt')
    };
    this._cells = new CellOutputFiles({
      automation: prepared.automation,
      folder: prepared.folder,
      clock: this._services.clock,
      report: error => this._onWriteError(error)
    });
    this._output = new RunOutput(
      entry => {
        this._journal?.append(entry);
        this._cells?.take(entry);
      },
      files,
      new SecretMask([...Object.values(secrets), ...passwords])
    );
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
      const startedMs = Date.parse(this._run.record().started ?? '') || clock.nowMs();
      const leftMs = Math.max(0, startedMs + timeoutMs - clock.nowMs());
      this._timeout = clock.after(leftMs, () => this._run.control.end('timeout'));
    }
  }

  private async _executeScript(
    prepared: IPreparedRun,
    script: Script,
    index: number
  ): Promise<IOutcome | null> {
    const executor = this._services.executors.find(({ kinds }) => kinds.includes(script.kind));
    if (!executor) {
      return failedOutcome(
        {
          code: 'engine-unavailable',
          message: `this server cannot execute scripts of kind "${script.kind}"`,
          script: index
        },
        RETURN_CODES.notRunnable
      );
    }
    if (script.kind === 'notebook') {
      const notebook = await this._notebooks.add(prepared.automation, script, index);
      if (notebook) {
        await this._cells?.add(notebook, index);
      }
    }
    const context = this._scriptContext(prepared, script, index);
    const { returnCode, error } = await this._run.control.within(executor.execute(context));
    if (this._writeError) {
      throw this._writeError;
    }
    if (!error && returnCode === RETURN_CODES.done) {
      return null;
    }
    const described: IRunError = error ?? {
      code: 'command-failed',
      message: `it exited with code ${returnCode}`
    };
    const code = /No space left on device|ENOSPC/.test(described.value ?? '')
      ? 'disk-full'
      : described.code;
    return failedOutcome({ script: index, ...described, code }, returnCode || RETURN_CODES.failed);
  }

  private _scriptContext(prepared: IPreparedRun, script: Script, index: number): IScriptContext {
    const folders = this._folders as IRunFolders;
    return {
      automation: prepared.automation,
      script,
      index,
      folders,
      environment: {
        ...prepared.environment,
        CROSSCOMPUTE_INPUT_FOLDER: folders.input,
        CROSSCOMPUTE_OUTPUT_FOLDER: folders.output,
        CROSSCOMPUTE_LOG_FOLDER: folders.log,
        CROSSCOMPUTE_DEBUG_FOLDER: folders.debug,
        CROSSCOMPUTE_PRINT_FOLDER: folders.print,
        ...this._run.secrets
      },
      emit: entry => this._output?.emit(entry),
      onKernel: kernelId => this._recordKernel(kernelId),
      signal: this._run.control.signal,
      isSweep: this._run.record().priority <= PRIORITIES.sweep
    };
  }

  /** On disk before the kernel does anything, so that a later server can end it. */
  private async _recordKernel(kernel: string | null): Promise<void> {
    const { engineId: id, mark } = this._services;
    if (this._isOver) {
      // Its executor was given up, and gets a kernel only now.
      this._deleteKernel(id, kernel);
      return;
    }
    const record = this._run.update({ engine: { id, kernel } });
    this._recording = this._recording.then(() =>
      this._attempt('its record', () => writeRecord(this._run.automationFolder, mark(record)))
    );
    await this._recording;
  }

  private async _collect(prepared: IPreparedRun, before: OutputSnapshot): Promise<IOutcome> {
    const { automation, folder } = prepared;
    if (!automation.scripts.length) {
      return doneOutcome({}, []);
    }
    const { files, problems, required } = await checkOutputs(automation, folder, before);
    if (required) {
      const error: IRunError = { code: 'output-missing', message: required.message };
      return failedOutcome(error, RETURN_CODES.failed, problems);
    }
    const { views, log } = this._services;
    const derived = await deriveConfigurations({ automation, folder, files, views, log });
    const blobs = new BlobStore(this._run.automationFolder);
    const stored = await storeOutputs([...files, ...derived], folder, blobs);
    await this._services.source.takeDatasets(automation, path.join(folder, 'output'));
    return doneOutcome(stored, problems);
  }

  /** An executor ends its kernel itself; one that hangs or threw may not have. */
  private _leaveNoKernel(): void {
    const { engine } = this._run.record();
    this._deleteKernel(engine.id, engine.kernel);
    if (engine.kernel !== null) {
      this._run.update({ engine: { ...engine, kernel: null } });
    }
  }

  /** Not waited for: an engine that does not answer must not keep the slot. */
  private _deleteKernel(engineId: string, kernel: string | null): void {
    if (kernel !== null) {
      this._services
        .deleteKernel(engineId, kernel)
        .catch(error => this._services.log.warn(`kernel ${kernel} may be left behind: ${error}`));
    }
  }

  private async _attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this._services.log.error(`run ${this._run.id}: ${what} could not be written`, error);
    }
  }

  private _journal: JournalWriter | null = null;
  private _folders: IRunFolders | null = null;
  private _isLinked = true;
  private _output: RunOutput | null = null;
  private _cells: CellOutputFiles | null = null;
  private _timeout: { dispose(): void } | null = null;
  private _errorSubscription: { dispose(): void } | null = null;
  private _writeError: unknown = null;
  private _isOver = false;
  /** The last writing of the record. */
  private _recording: Promise<void> = Promise.resolve();
  private readonly _notebooks = new ExecutedNotebooks();
}
