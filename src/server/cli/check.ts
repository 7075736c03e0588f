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
    const isColored = options.hasColor && process.stdout.isTTY && !process.env.NO_COLOR;
    problems.forEach(problem =>
      output.result(isColored ? colorProblem(problem) : formatProblem(problem))
    );
    output.say(
      problems.length
        ? `${count(errors, 'error')}, ${count(warnings, 'warning')}`
        : `"${options.path}" has no problems`
    );
  }
  return errors > 0 || (options.isStrict && warnings > 0) ? EXIT.invalid : EXIT.done;
}

/** Escape sequences of terminals: red for errors, yellow for warnings, blue for the rest. */
const COLORS = { error: 31, warning: 33, info: 34 } as const;

/** The same line as `formatProblem` writes, with its weight in colour and its code dimmed. */
export function colorProblem(problem: IProblem): string {
  const { file, line, column, severity, code, message, hint } = problem;
  const paint = (text: string, color: number) => `\x1b[${color}m${text}\x1b[0m`;
  const place = `${file}:${line}:${column}`;
  const end = hint ? paint(`; ${hint}`, 2) : '';
  return `${place} ${paint(severity, COLORS[severity])} ${paint(code, 2)}: ${message}${end}`;
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
