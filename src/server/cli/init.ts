import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { findConfiguration } from '../../core/automation/discover';
import { draftConfiguration } from '../../core/automation/draftConfiguration';
import { NotebookError } from '../../core/run/notebook';
import { isAbsent, nodeFiles } from '../files';
import { CommandError, EXIT, UsageError } from './arguments';
import type { IOutput } from './output';

/**
 * `crosscompute init [run.ipynb]`: write an `automate.yaml` beside a notebook, and the values of its parameters as the first
 * batch. Nothing that is there is changed.
 *
 * @param given - the notebook, or a folder with exactly one
 * @throws {UsageError} when the notebook is not clear
 * @throws {CommandError} when there is a configuration already, or the file is no notebook
 */
export async function init(given: string, output: IOutput): Promise<number> {
  const notebook = await findNotebook(path.resolve(given));
  const folder = path.dirname(notebook);
  const found = await findConfiguration(nodeFiles, folder);
  if (found.path !== null) {
    throw new CommandError(`"${relative(found.path)}" is there already; nothing was written`);
  }
  const draft = await readDraft(notebook);
  const configuration = path.join(folder, 'automate.yaml');
  // A file that came meanwhile stays, too.
  await fs.writeFile(configuration, draft.text, { flag: 'wx' });
  await writeValues(path.join(folder, 'batches/standard/input'), draft.values);
  output.result(relative(configuration));
  output.say(`inputs: ${draft.inputs.join(', ') || 'none found; add them to the file'}`);
  output.say(`outputs: ${draft.outputs.join(', ') || 'none found; add them to the file'}`);
  const target = quote(relative(folder));
  output.say(`Next: look through "${relative(configuration)}", then`);
  output.say(`  crosscompute check ${target}    list what is wrong with it`);
  output.say(`  crosscompute run ${target}      run the batch`);
  output.say(`  crosscompute serve ${target}    open it in the browser`);
  return EXIT.done;
}

/**
 * Ask at the terminal whether to make a configuration where there is none.
 *
 * @param ask - gives what the person typed
 * @returns true when one was made
 */
export async function offerInit(
  folder: string,
  output: IOutput,
  ask: (question: string) => Promise<string> = askAtTerminal
): Promise<boolean> {
  const notebooks = await notebooksIn(folder);
  if (notebooks.length !== 1) {
    return false;
  }
  const question = `There is no configuration here. Make one from ${notebooks[0]}? [y/N] `;
  if (!/^y(es)?$/i.test((await ask(question)).trim())) {
    return false;
  }
  await init(path.join(folder, notebooks[0]), output);
  return true;
}

async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function findNotebook(target: string): Promise<string> {
  const status = await nodeFiles.status(target);
  if (!status) {
    throw new UsageError(`"${relative(target)}" does not exist; name a notebook`);
  }
  if (status.kind === 'file') {
    if (!target.endsWith('.ipynb')) {
      throw new UsageError(`"${relative(target)}" is no notebook; name a file that ends in .ipynb`);
    }
    return target;
  }
  const notebooks = await notebooksIn(target);
  if (notebooks.length !== 1) {
    const which = notebooks.length
      ? `has ${notebooks.length} notebooks (${notebooks.join(', ')}); name the one that is to be a tool`
      : 'has no notebook; make one first';
    throw new UsageError(`"${relative(target)}" ${which}`);
  }
  return path.join(target, notebooks[0]);
}

async function notebooksIn(folder: string): Promise<string[]> {
  const names = await nodeFiles.list(folder).catch(() => []);
  return names.filter(name => name.endsWith('.ipynb') && !name.startsWith('.'));
}

async function readDraft(notebook: string) {
  try {
    return draftConfiguration(path.basename(notebook), await nodeFiles.readText(notebook));
  } catch (error) {
    if (error instanceof NotebookError) {
      throw new CommandError(`"${relative(notebook)}" is not a notebook: ${error.message}`);
    }
    throw error;
  }
}

/** The first batch has the values of the notebook; one that is there keeps its own. */
async function writeValues(folder: string, values: object): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  const text = `${JSON.stringify(values, null, 2)}\n`;
  try {
    await fs.writeFile(path.join(folder, 'variables.dictionary'), text, { flag: 'wx' });
  } catch (error) {
    if (!isThere(error)) {
      throw error;
    }
  }
}

function isThere(error: unknown): boolean {
  return !isAbsent(error) && (error as NodeJS.ErrnoException).code === 'EEXIST';
}

function relative(target: string): string {
  return path.relative(process.cwd(), target) || '.';
}

function quote(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
