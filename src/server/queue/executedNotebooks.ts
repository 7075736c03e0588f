import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAutomation, INotebookScript } from '../../core/automation/automation';
import { isJsonObject, type JsonObject } from '../../core/json';
import {
  executedNotebook,
  foldNotebook,
  initialNotebook,
  type IExecutedNotebook
} from '../../core/run/foldNotebook';
import { isAbsent } from '../files';
import { writeAtomically } from '../store/atomicWrite';
import { BlobStore } from '../store/blobs';
import { journalPathOf } from '../store/history';
import { expandEvent } from '../store/journalEntry';
import { readJournal } from '../store/journalFile';

/** The notebooks that a run executes, as they were when it came to them. */
export class ExecutedNotebooks {
  /**
   * Remember a notebook before it executes: its author may go on writing. One that cannot be read is
   * left to its executor, which says why.
   *
   * @returns the notebook; null when it cannot be read
   */
  async add(
    automation: IAutomation,
    script: INotebookScript,
    index: number
  ): Promise<JsonObject | null> {
    const file = path.join(automation.folder, script.folder, script.path);
    let notebook: unknown;
    try {
      // Some editors write a byte order mark, which JSON does not know.
      notebook = JSON.parse((await fs.readFile(file, 'utf-8')).replace(/^\uFEFF/, ''));
    } catch (error) {
      if (isAbsent(error) || error instanceof SyntaxError) {
        return null;
      }
      throw error;
    }
    if (!isJsonObject(notebook)) {
      return null;
    }
    const name = path.basename(script.path);
    const isTaken = this._notebooks.some(other => other.name === name);
    this._notebooks.push({
      name: isTaken ? name.replace(/(\.ipynb)?$/, `-${index + 1}.ipynb`) : name,
      state: initialNotebook(notebook, index)
    });
    return notebook;
  }

  /** Write the notebooks with the outputs in the journal into `debug/`. */
  async write(automationFolder: string, id: string, debugFolder: string): Promise<void> {
    if (!this._notebooks.length) {
      return;
    }
    const blobs = new BlobStore(automationFolder);
    for await (const { event } of readJournal(journalPathOf(automationFolder, id))) {
      const whole = await expandEvent(event, blobs);
      for (const notebook of this._notebooks) {
        notebook.state = foldNotebook(notebook.state, whole);
      }
    }
    for (const { name, state } of this._notebooks) {
      const text = `${JSON.stringify(executedNotebook(state), null, 1)}\n`;
      await writeAtomically(path.join(debugFolder, name), text);
    }
  }

  private readonly _notebooks: { name: string; state: IExecutedNotebook }[] = [];
}
