import * as path from 'node:path';
import type { IAutomation, Script } from '../../core/automation/automation';
import type { IRunFolders } from '../../core/run/execution';
import type { JournalEntry } from '../../core/run/journal';
import type { IRunError, IRunRecord } from '../../core/run/run';
import type { IClock } from '../store/clock';
import type { JournalWriter } from '../store/journalWriter';
import type { StoredRun } from '../store/runRecord';
import { CellOutputFiles } from './cellOutputFiles';
import { linkJournal, writeDebugRecord, writeIdentities } from './debugFolder';
import { ExecutedNotebooks } from './executedNotebooks';
import type { IPreparedRun, IRunSource } from './queue';
import { makeRunFolders, readPasswords, writeInputs } from './runFolders';
import { RunOutput } from './runOutput';
import { SecretMask } from './secretMask';
import { TextFile } from './textFile';
import { removeVariableFiles, writeVariableFiles } from './variableFiles';

/** Where a run executes: its five folders, and what it says on its way to the journal and to files. */
export class Workplace {
  /**
   * @param folders - that exist already
   */
  constructor(
    readonly folders: IRunFolders,
    private readonly _options: Workplace.IOptions
  ) {}

  /** False where `debug/journal.ndjson` is no link and has to be copied. */
  isLinked = true;

  /** What scripts find in their environment because of it: the folders, and ENVIRONMENT values. */
  get environment(): Record<string, string> {
    const { input, output, log, debug, print } = this.folders;
    return {
      CROSSCOMPUTE_INPUT_FOLDER: input,
      CROSSCOMPUTE_OUTPUT_FOLDER: output,
      CROSSCOMPUTE_LOG_FOLDER: log,
      CROSSCOMPUTE_DEBUG_FOLDER: debug,
      CROSSCOMPUTE_PRINT_FOLDER: print,
      ...this._options.secrets
    };
  }

  /** From here on `debug/` shows this run. */
  async open(prepared: IPreparedRun, record: IRunRecord): Promise<void> {
    const { automationFolder, clock, journal, onWriteError, secrets } = this._options;
    const { debug, input } = this.folders;
    this.isLinked = await linkJournal(automationFolder, record.id, debug);
    await writeIdentities(debug, { automationFolder, id: record.id }, record.askers[0] ?? '');
    const variables = prepared.fileVariables ?? {};
    await writeVariableFiles({ automationFolder, id: record.id, debugFolder: debug }, variables);
    const passwords = await readPasswords(prepared.automation, input);
    const createFile = (name: string) => TextFile.create(path.join(debug, name), onWriteError);
    const stdout = await createFile('stdout.txt');
    const stderr = await createFile('stderr.txt').catch(async (error: unknown) => {
      await stdout.close();
      throw error;
    });
    this._cells = new CellOutputFiles({
      automation: prepared.automation,
      folder: prepared.folder,
      clock,
      report: onWriteError
    });
    this._output = new RunOutput(
      entry => {
        journal.append(entry);
        this._cells?.take(entry);
      },
      { stdout, stderr },
      new SecretMask([...Object.values(secrets), ...Object.values(variables), ...passwords])
    );
  }

  /** Remember the notebook of a script before it executes; other scripts have none. */
  async addScript(automation: IAutomation, script: Script, index: number): Promise<void> {
    if (script.kind === 'notebook') {
      const notebook = await this._notebooks.add(automation, script, index);
      if (notebook) {
        await this._cells?.add(notebook, index);
      }
    }
  }

  /** Take what a script says; never throws. */
  emit(entry: JournalEntry): void {
    this._output?.emit(entry);
  }

  /** Say what waits for more of its text. */
  flushText(): void {
    this._output?.flush();
  }

  /** Write the files that come from outputs of cells. */
  async flushCells(): Promise<void> {
    await this._cells?.flush();
  }

  /** An error as it may be kept, see `RunOutput`. */
  describe(error: IRunError): IRunError {
    return this._output?.describe(error) ?? error;
  }

  /** Say the rest, and give the text files back. */
  async closeText(): Promise<void> {
    await this._output?.close();
  }

  /** Write the last files that come from outputs of cells. */
  async closeCells(): Promise<void> {
    await this._cells?.close();
  }

  /** Remove the files of variables, which scripts have no more use for. */
  async removeVariableFiles(id: string): Promise<void> {
    const { automationFolder } = this._options;
    await removeVariableFiles({ automationFolder, id, debugFolder: this.folders.debug });
  }

  /** Write the notebooks with their outputs into `debug/`. */
  async writeNotebooks(id: string): Promise<void> {
    await this._notebooks.write(this._options.automationFolder, id, this.folders.debug);
  }

  private _output: RunOutput | null = null;
  private _cells: CellOutputFiles | null = null;
  private readonly _notebooks = new ExecutedNotebooks();
}

/** A namespace for `Workplace` statics. */
export namespace Workplace {
  /** What a workplace needs. */
  export interface IOptions {
    /** Absolute. */
    automationFolder: string;
    clock: IClock;
    journal: JournalWriter;
    /** ENVIRONMENT values by variable id. */
    secrets: Readonly<Record<string, string>>;
    /** Called when something that a run says cannot be kept. */
    onWriteError: (error: unknown) => void;
  }
}

/**
 * Make the folders of a run, with its inputs and its record in them.
 *
 * @param marked - the record as it lies in its home
 */
export async function layOut(
  prepared: IPreparedRun,
  source: IRunSource,
  marked: StoredRun
): Promise<IRunFolders> {
  const folders = await makeRunFolders(prepared.folder);
  await writeInputs(prepared.automation, prepared, folders.input, source);
  await source.placeDatasets(prepared.automation, folders.input);
  await writeDebugRecord(folders.debug, marked);
  return folders;
}
