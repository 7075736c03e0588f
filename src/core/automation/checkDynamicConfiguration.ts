import type { IFiles } from '../files';
import { FileError } from '../files';
import { folderOf, joinPath, nameOf } from '../path';
import type { IAutomation, IVariable } from './automation';
import { STEP_NAMES } from './automation';
import { parseJson } from './jsonDocument';
import { createPositionAt } from './positions';
import type { ProblemList } from './problemList';
import { addUnreadable } from './problemList';
import { WEIGHTS } from './problemCodes';

/**
 * Check the files of a batch that hold further configuration of views, `<path>.configuration` and those of
 * `configuration.path`: each must be a JSON object. What is wrong stands at its place in the file.
 *
 * @param folder - absolute folder of the batch
 */
export async function checkDynamicConfiguration(
  files: IFiles,
  automation: IAutomation,
  folder: string,
  problems: ProblemList
): Promise<void> {
  const names = new Map<string, readonly string[]>();
  for (const step of STEP_NAMES) {
    const paths = new Set(automation.steps[step].variables.flatMap(configurationPaths));
    for (const path of paths) {
      const file = joinPath(folder, step, path);
      const parent = folderOf(file);
      const present = names.get(parent) ?? (await files.list(parent));
      names.set(parent, present);
      if (present.includes(nameOf(file)) && (await files.status(file))?.kind === 'file') {
        await checkFile(files, file, problems);
      }
    }
  }
}

function configurationPaths({ path, configuration }: IVariable): string[] {
  const given = configuration.path;
  return [
    ...(path ? [`${path}.configuration`] : []),
    ...(typeof given === 'string' ? [given] : [])
  ];
}

async function checkFile(files: IFiles, file: string, problems: ProblemList): Promise<void> {
  let text: string;
  try {
    text = (await files.readText(file)).replace(/^\uFEFF/, '');
  } catch (error) {
    if (!(error instanceof FileError)) {
      throw error;
    }
    return addUnreadable(problems, error, WEIGHTS.warning);
  }
  const parsed = parseJson(text, createPositionAt(text, file));
  const message = `"${nameOf(file)}" must hold a JSON object`;
  if ('fault' in parsed) {
    problems.add('dynamic-configuration', parsed.fault.position, message, parsed.fault.message);
  } else if (parsed.node.kind !== 'mapping') {
    problems.add('dynamic-configuration', parsed.node.position, message);
  }
}
