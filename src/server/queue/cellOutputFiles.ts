import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAutomation, IVariable } from '../../core/automation/automation';
import type { JsonObject } from '../../core/json';
import { foldNotebook, initialNotebook, type IExecutedNotebook } from '../../core/run/foldNotebook';
import { isText, type JournalEntry } from '../../core/run/journal';
import { NotebookError, parseNotebook, type INotebookCell } from '../../core/run/notebook';
import { CELL_OUTPUTS_SUFFIX } from '../../core/view/views/cell';
import { resolveInside } from '../site/containedPath';
import { writeAtomically } from '../store/atomicWrite';
import type { IClock } from '../store/clock';

/** Milliseconds between two writings while a run goes on; more when writing takes long. */
const WRITE_INTERVAL_MS = 250;

/** A file with the outputs of a cell. */
interface ITarget {
  variable: IVariable;
  /** Index of the script. */
  script: number;
  /** Index of the cell in its notebook. */
  cell: number;
}

/** What `CellOutputFiles` works with. */
export interface ICellOutputFilesOptions {
  automation: IAutomation;
  /** Absolute folder of the batch. */
  folder: string;
  clock: IClock;
  /** Told of what could not be written. */
  report(error: unknown): void;
}

/**
 * Writes the outputs of cells that variables of view `cell` show, while a run goes on: `*.outputs.json`, each a list of
 * outputs in nbformat 4. A cell is found by a tag, `output-<id>` unless the variable names another, or by its number.
 */
export class CellOutputFiles {
  constructor(private readonly _options: ICellOutputFilesOptions) {
    const { steps } = _options.automation;
    this._variables = Object.values(steps)
      .flatMap(({ variables }) => variables)
      .filter(({ view, path: file }) => view === 'cell' && file.endsWith(CELL_OUTPUTS_SUFFIX));
  }

  /**
   * A notebook is about to execute: what its cells showed before goes.
   *
   * @param notebook - parsed, nbformat 4
   * @param script - index of the script that executes it
   * @param isOver - it executed already, and what its cells showed stays until they have shown it again; default false
   */
  async add(notebook: JsonObject, script: number, isOver = false): Promise<void> {
    const cells = this._variables.length ? readCells(notebook) : [];
    for (const variable of this._variables) {
      const wanted = variable.configuration.cell ?? `output-${variable.id}`;
      const cell = cells.find(({ number, tags }) =>
        typeof wanted === 'number' ? number === wanted : tags.includes(String(wanted))
      );
      // The first notebook that has the cell is the one.
      if (cell && !this._targets.some(target => target.variable === variable)) {
        this._targets.push({ variable, script, cell: cell.index });
        this._notebooks.set(script, initialNotebook(notebook, script));
        if (!isOver) {
          await fs.rm(await this._fileOf(variable), { force: true });
        }
      }
    }
  }

  /** Take what a script said; never throws. */
  take(entry: JournalEntry): void {
    const notebook =
      entry.kind === 'output' && !this._isClosed ? this._notebooks.get(entry.script) : undefined;
    if (!notebook || entry.kind !== 'output' || !this._isWanted(entry)) {
      return;
    }
    const folded = foldNotebook(notebook, entry);
    if (folded !== notebook) {
      this._notebooks.set(entry.script, folded);
      this._schedule();
    }
  }

  /** Write what each cell has shown, also when that is nothing. */
  async flush(): Promise<void> {
    this._timer?.dispose();
    this._timer = null;
    await this._writing;
    await this._write(true);
  }

  /** Write the rest; what is said later is dropped. */
  async close(): Promise<void> {
    this._isClosed = true;
    await this.flush();
  }

  private _isWanted(entry: Extract<JournalEntry, { kind: 'output' }>): boolean {
    const { script, cell } = entry;
    return (
      this._targets.some(target => target.script === script && target.cell === cell) ||
      // Displays are updated from other cells, too.
      (!isText(entry) && entry.message.type === 'update_display_data')
    );
  }

  private _schedule(): void {
    this._timer ??= this._options.clock.after(this._intervalMs, () => {
      this._writing = this._writing
        .then(() => this._write(false))
        .catch(error => this._options.report(error))
        .finally(() => {
          this._timer = null;
        });
    });
  }

  private async _write(isEnd: boolean): Promise<void> {
    const { clock } = this._options;
    const begunMs = clock.nowMs();
    for (const target of this._targets) {
      const outputs = this._notebooks.get(target.script)?.cells[target.cell]?.outputs ?? [];
      const isSame = this._written.get(target) === outputs;
      if (!isSame && (outputs.length || isEnd || this._written.has(target))) {
        this._written.set(target, outputs);
        const text = `${JSON.stringify(outputs.map(({ output }) => output))}\n`;
        await writeAtomically(await this._fileOf(target.variable), text);
      }
    }
    this._intervalMs = Math.max(WRITE_INTERVAL_MS, 4 * (clock.nowMs() - begunMs));
  }

  private async _fileOf({ step, path: file }: IVariable): Promise<string> {
    const stepFolder = path.join(this._options.folder, step);
    const resolved = await resolveInside(stepFolder, file);
    await fs.mkdir(path.dirname(resolved), { recursive: true });
    return resolved;
  }

  private readonly _variables: readonly IVariable[];
  private readonly _targets: ITarget[] = [];
  private readonly _notebooks = new Map<number, IExecutedNotebook>();
  /** What the file of a target holds. */
  private readonly _written = new Map<ITarget, Outputs>();
  private _intervalMs = WRITE_INTERVAL_MS;
  private _timer: { dispose(): void } | null = null;
  private _writing: Promise<void> = Promise.resolve();
  private _isClosed = false;
}

type Outputs = IExecutedNotebook['cells'][number]['outputs'];

/** Why a document is no notebook, its executor says. */
function readCells(notebook: JsonObject): readonly INotebookCell[] {
  try {
    return parseNotebook(JSON.stringify(notebook)).cells;
  } catch (error) {
    if (error instanceof NotebookError) {
      return [];
    }
    throw error;
  }
}
