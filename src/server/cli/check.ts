import * as path from 'node:path';
import { formatProblem, ConfigError, type IProblem } from '../../core/problem';
import type { Automations } from '../site/automations';
import { EXIT, type IArguments } from './arguments';
import type { IOutput } from './output';

/**
 * `crosscompute check PATH`: every problem of a configuration and of all that it imports, at once.
 *
 * @returns 0 without errors, 2 with errors (or, with `--strict`, warnings)
 */
export async function check(
  automations: Automations,
  options: IArguments,
  output: IOutput
): Promise<number> {
  const problems = await findProblems(automations, options.path);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  if (options.isJson) {
    output.result(JSON.stringify({ errors, warnings, problems }));
  } else {
    problems.forEach(problem => output.result(formatProblem(problem)));
    output.say(
      problems.length
        ? `${count(errors, 'error')}, ${count(warnings, 'warning')}`
        : `"${options.path}" has no problems`
    );
  }
  return errors > 0 || (options.isStrict && warnings > 0) ? EXIT.invalid : EXIT.done;
}

async function findProblems(automations: Automations, given: string): Promise<IProblem[]> {
  try {
    const loaded = await automations.open(path.resolve(given));
    return automations.siteOf(loaded)?.problems ?? loaded.problems;
  } catch (error) {
    if (error instanceof ConfigError) {
      return [...error.problems];
    }
    throw error;
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
