import type { IProgramParameters } from './automation';
import { ENVIRONMENT_PATH } from './automation';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { didYouMean } from './suggest';

/** Keys of a script that a command with a protocol alone understands. */
const PARAMETER_KEYS = ['arguments', 'result'] as const;

/**
 * Read what a command of the progress protocol gets behind its own arguments.
 *
 * @param configuration - the whole file, for the variables that are named
 */
export function readParameters(
  section: Section,
  configuration: Section,
  context: IReadContext
): IProgramParameters {
  const inputs = configuration.section('input').sections('variables');
  const ids = section.texts('arguments');
  ids.forEach((id, index) => {
    const position = section.positionAt(`arguments.${index}`);
    const variable = inputs.find(input => input.text('id') === id);
    if (!variable) {
      const known = inputs.flatMap(input => input.filledText('id') ?? []);
      const message = `argument "${id}" is no input variable`;
      context.problems.add('argument-unknown', position, message, didYouMean(id, known));
    } else if (variable.text('path') === ENVIRONMENT_PATH) {
      const message = `argument "${id}" is secret: everybody on the host sees the arguments of a program`;
      const hint = `leave it out; the program finds it in its environment as ${id}`;
      context.problems.add('argument-secret', position, message, hint);
    }
  });
  return { inputs: ids, result: readResult(section, configuration, context) };
}

/** Say that keys have no effect where no program gets arguments. */
export function tellUnusedParameters(section: Section, { problems }: IReadContext): void {
  for (const key of PARAMETER_KEYS) {
    const entry = section.entry(key);
    if (entry) {
      const message = `"${key}" has no effect: it belongs to a command with protocol: progress`;
      problems.add('unused-key', entry.position, message);
    }
  }
}

function readResult(
  section: Section,
  configuration: Section,
  { problems }: IReadContext
): string | null {
  const id = section.filledText('result');
  if (id === null) {
    return null;
  }
  const outputs = configuration.section('output').sections('variables');
  const own = outputs.filter(output => hasFile(output.text('path') ?? ''));
  if (!own.some(output => output.text('id') === id)) {
    const isShared = outputs.some(output => output.text('id') === id);
    const message = isShared
      ? `result "${id}" has no file of its own`
      : `result "${id}" is no output variable`;
    const known = own.flatMap(output => output.filledText('id') ?? []);
    const hint = isShared ? 'give it a path such as "result.csv"' : didYouMean(id, known);
    problems.add('script-result', section.positionOf('result'), message, hint);
  }
  return id;
}

/** Tell whether a path is that of one file for one variable. */
function hasFile(path: string): boolean {
  return path !== '' && !path.endsWith('.dictionary') && !/[{}]/.test(path);
}
