import type { IEnvironment } from './automation';
import { parseInterval } from './interval';
import type { IReadContext } from './readContext';
import type { Section } from './section';

/**
 * Read the section `environment` of a checked configuration.
 */
export function normalizeEnvironment(configuration: Section, context: IReadContext): IEnvironment {
  const environment = configuration.section('environment');
  const variables = readVariables(environment, context);
  if (environment.text('engine') === 'podman') {
    const message = 'containers are not supported yet';
    const hint = 'use engine: unsafe';
    context.problems.add('engine-unavailable', environment.positionOf('engine'), message, hint);
  }
  // Checked for its syntax although nothing runs at intervals yet.
  readInterval(environment, 'interval', context);
  return {
    engine: environment.text('engine') === 'podman' ? 'podman' : 'kernel',
    image: environment.filledText('image') ?? 'python',
    packages: [],
    ports: [],
    interval: null,
    hasFigures: true,
    memory: null,
    processor: null,
    variables,
    concurrency: readConcurrency(environment),
    timeoutMs: readInterval(environment, 'timeout', context),
    isolation: readIsolation(environment)
  };
}

function readVariables(environment: Section, context: IReadContext): string[] {
  const ids = new Set<string>();
  for (const section of environment.sections('variables')) {
    const id = section.filledText('id');
    if (id === null) {
      continue;
    }
    ids.add(id);
    if (context.environment(id) === undefined) {
      const message = `environment variable "${id}" is not set`;
      const hint = 'set it where the server is started';
      context.problems.add('environment-variable', section.positionOf('id'), message, hint);
    }
  }
  return [...ids];
}

function readConcurrency(environment: Section): IEnvironment['concurrency'] {
  const text = environment.text('batch')?.toLowerCase();
  return text === 'single' || text === 'process' ? text : 'thread';
}

function readIsolation(environment: Section): IEnvironment['isolation'] {
  const text = environment.text('isolation');
  return text === 'kernel' || text === 'fork' ? text : 'auto';
}

/** @returns milliseconds; null when absent or not understood */
function readInterval(
  environment: Section,
  key: 'interval' | 'timeout',
  { problems }: IReadContext
): number | null {
  const text = environment.filledText(key);
  if (text === null) {
    return null;
  }
  const interval = parseInterval(text);
  const position = environment.positionOf(key);
  if (!('problem' in interval)) {
    return interval.milliseconds;
  }
  if (interval.problem === 'unit') {
    const message = `unit "${interval.unit}" is not supported`;
    problems.add('interval-unit', position, message, 'use seconds, minutes, hours, days or weeks');
  } else {
    const message = `${key} "${text}" is not understood`;
    problems.add('interval-syntax', position, message, 'write something like "30 minutes"');
  }
  return null;
}
