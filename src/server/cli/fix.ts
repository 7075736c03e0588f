import { promises as fs } from 'node:fs';
import { fixMovedKeys } from '../../core/automation/fix';
import { suffixOf } from '../../core/path';
import { ConfigError } from '../../core/problem';
import { writeAtomically } from '../store/atomicWrite';
import type { IOutput } from './output';

/**
 * The rewriting of `crosscompute check --fix`: spellings of earlier versions in a configuration become those of now. A
 * file that cannot be parsed stays as it is, since the check names its problems.
 *
 * @param configuration - absolute path
 */
export async function fix(configuration: string, output: IOutput): Promise<void> {
  if (!['.yaml', '.yml'].includes(suffixOf(configuration))) {
    output.say('only YAML is rewritten; nothing was changed');
    return;
  }
  const target = await fs.realpath(configuration);
  try {
    const { text, count } = fixMovedKeys(await fs.readFile(target, 'utf8'));
    if (count) {
      const { mode } = await fs.stat(target);
      await writeAtomically(target, text, { mode });
    }
    output.say(`${count} spelling${count === 1 ? '' : 's'} rewritten`);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
  }
}
