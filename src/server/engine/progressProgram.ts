import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAutomation, IProgramParameters } from '../../core/automation/automation';
import { takesFiles } from '../../core/batch/inputFiles';
import { readInputs } from '../../core/batch/readInputs';
import type { JsonValue } from '../../core/json';
import { isJsonObject } from '../../core/json';
import { RETURN_CODES } from '../../core/run/run';
import type { IScriptContext, IScriptResult } from '../../core/run/execution';
import { errorCode, nodeFiles } from '../files';
import { resolveInside } from '../site/containedPath';
import { failure } from './scriptFailure';
import type { ScriptJournal } from './scriptJournal';

/**
 * Run a program as the progress protocol wants it: with values and the path of an empty file as its last arguments,
 * what it wrote to stderr in its error, and its file under the path of the result once it is complete.
 *
 * @param parameters - absent for a program without the protocol, which runs as it is
 * @param run - runs the program with further arguments
 */
export async function withProtocol(
  context: IScriptContext,
  parameters: IProgramParameters | undefined,
  journal: ScriptJournal,
  run: (words: readonly string[]) => Promise<IScriptResult>
): Promise<IScriptResult> {
  if (!parameters) {
    return run([]);
  }
  const words = await inputWords(context, parameters.inputs);
  const target = await resultPath(context, parameters.result);
  if (target === null) {
    return explain(await run(words), journal);
  }
  // Hidden, and in the folder of the result: the same file system, and a container sees it too.
  const draft = path.join(context.folders.output, `.result-${randomBytes(8).toString('hex')}`);
  await fs.writeFile(draft, '', { flag: 'wx' });
  try {
    const result = explain(await run([...words, draft]), journal);
    return result.error ? result : await publish(context, draft, target);
  } finally {
    await fs.rm(draft, { force: true, recursive: true });
  }
}

/** Values as text in the order of their ids; what has none is empty, so that all keep their places. */
async function inputWords(
  { automation, folders }: IScriptContext,
  ids: readonly string[]
): Promise<string[]> {
  const values = await readInputs(nodeFiles, automation, path.dirname(folders.input));
  return ids.flatMap(id => {
    const variable = automation.steps.input.variables.find(input => input.id === id);
    const value = values[id];
    if (variable && takesFiles(variable) && isJsonObject(value) && Array.isArray(value.files)) {
      const folder = path.join(folders.input, path.dirname(variable.path));
      return value.files.flatMap(file =>
        isJsonObject(file) && typeof file.name === 'string' ? path.join(folder, file.name) : []
      );
    }
    return [textOf(value)];
  });
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}

async function resultPath(
  { automation, folders }: IScriptContext,
  id: string | null
): Promise<string | null> {
  const variable = findResult(automation, id);
  return variable ? resolveInside(folders.output, variable.path) : null;
}

function findResult(automation: IAutomation, id: string | null) {
  return automation.steps.output.variables.find(output => output.id === id);
}

/** What the program wrote to stderr is the best explanation that there is. */
function explain(result: IScriptResult, journal: ScriptJournal): IScriptResult {
  return result.error?.code === 'command-failed'
    ? {
        ...result,
        error: { ...result.error, message: `${result.error.message}\nstderr:\n${journal.stderr}` }
      }
    : result;
}

async function publish(
  { index }: IScriptContext,
  draft: string,
  target: string
): Promise<IScriptResult> {
  const invalid = (message: string) =>
    failure({ code: 'output-missing', message, script: index }, RETURN_CODES.noResult);
  if (!(await hasContent(draft))) {
    return invalid('invalid program: it should have written to its output file');
  }
  try {
    await fs.mkdir(path.dirname(target), { recursive: true });
    await fs.rename(draft, target);
  } catch (error) {
    return invalid(`Failed to link destination file: ${errorCode(error) || String(error)}`);
  }
  return { returnCode: RETURN_CODES.done, error: null };
}

async function hasContent(file: string): Promise<boolean> {
  const status = await nodeFiles.status(file);
  return status?.kind === 'file' && status.size > 0;
}
