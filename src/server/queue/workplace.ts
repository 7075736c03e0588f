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
import type { SaidBefore } from './saidBefore';
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

  /** True when a script is given something that must stand in no file. */
  hasSecrets = true;

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
    const { automationFolder, clock, journal, onWriteError, said, secrets } = this._options;
    const { debug, input } = this.folders;
    const { id, askers } = record;
    const variables = prepared.fileVariables ?? {};
    const [isLinked, passwords] = await Promise.all([
      linkJournal(automationFolder, id, debug),
      readPasswords(prepared.automation, input),
      said ?? writeIdentities(debug, { automationFolder, id }, askers[0] ?? '')
    ]);
    this.isLinked = isLinked;
    // Alone: whoever removes them when something fails must not come before they are written.
    await (said ?? writeVariableFiles({ automationFolder, id, debugFolder: debug }, variables));
    const [stdout, stderr] = await createTextFiles(debug, onWriteError);
    this._cells = new CellOutputFiles({
      automation: prepared.automation,
      folder: prepared.folder,
      clock,
      report: onWriteError
    });
    const hidden = [...Object.values(secrets), ...Object.values(variables), ...passwords];
    this.hasSecrets = hidden.some(value => value !== '');
    this._output = new RunOutput(
      entry => {
        const fresh = said ? said.admit(entry) : entry;
        if (fresh) {
          journal.append(fresh);
        }
        this._cells?.take(entry);
      },
      { stdout, stderr },
      new SecretMask(hidden)
    );
  }

  /** Remember the notebook of a script before it executes, or one that is over; other scripts have none. */
  async addScript(
    automation: IAutomation,
    { script, index, isOver = false }: { script: Script; index: number; isOver?: boolean }
  ): Promise<void> {
    if (script.kind === 'notebook') {
      const notebook = await this._notebooks.add(automation, script, index);
      if (notebook) {
        await this._cells?.add(notebook, index, isOver);
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
    /** What a run that another server began has said before; null for one that begins now. */
    said: SaidBefore | null;
    /** Called when something that a run says cannot be kept. */
    onWriteError: (error: unknown) => void;
  }
}

/** The files of both streams; neither is left open when the other cannot be made. */
async function createTextFiles(
  folder: string,
  onWriteError: (error: unknown) => void
): Promise<TextFile[]> {
  const made = await Promise.allSettled(
    ['stdout.txt', 'stderr.txt'].map(name => TextFile.create(path.join(folder, name), onWriteError))
  );
  const failed = made.find(result => result.status === 'rejected');
  const files = made.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  if (failed) {
    await Promise.all(files.map(file => file.close()));
    throw failed.reason;
  }
  return files;
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
  const placeFiles = async () => {
    await writeInputs(prepared.automation, prepared, folders.input, source);
    await source.placeDatasets(prepared.automation, folders.input);
  };
  await Promise.all([placeFiles(), writeDebugRecord(folders.debug, marked)]);
  return folders;
}
