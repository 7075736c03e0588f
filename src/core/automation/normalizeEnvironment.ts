import type { IPosition } from '../problem';
import type { IEnvironment, IPackage } from './automation';
import { PACKAGE_MANAGERS } from './automation';
import { checkUnique } from './checkUnique';
import { parseInterval } from './interval';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { didYouMean } from './suggest';

/** Parent images where the file names none. */
const DEFAULT_IMAGES = { '0.9': 'python', '1.0': 'python:slim' } as const;

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
  return {
    engine: environment.text('engine') === 'podman' ? 'podman' : 'kernel',
    image: environment.filledText('image') ?? DEFAULT_IMAGES[context.vocabulary],
    packages: readPackages(environment),
    ports: readPorts(configuration, environment, context),
    interval: readInterval(environment, 'interval', context),
    hasFigures: environment.boolean('figures') ?? true,
    memory: environment.filledText('memory'),
    processor: environment.filledText('processor'),
    variables,
    concurrency: readConcurrency(environment),
    timeoutMs: readInterval(environment, 'timeout', context)?.milliseconds ?? null,
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

function readPackages(environment: Section): IPackage[] {
  return environment.sections('packages').flatMap(section => {
    const id = section.filledText('id');
    const manager = PACKAGE_MANAGERS.find(name => name === section.text('manager'));
    return id === null || manager === undefined ? [] : [{ id, manager }];
  });
}

function readPorts(
  configuration: Section,
  environment: Section,
  context: IReadContext
): IEnvironment['ports'] {
  const { problems } = context;
  const ids = (['log', 'debug'] as const).flatMap(step =>
    configuration
      .section(step)
      .sections('variables')
      .map(variable => variable.text('id'))
  );
  const ports: { id: string; number: number; position: IPosition }[] = [];
  for (const section of environment.sections('ports')) {
    const id = section.filledText('id');
    const number = section.number('number');
    if (id !== null && !ids.includes(id)) {
      const message = `port "${id}" must be the id of a log or debug variable`;
      const known = ids.filter(known => known !== null);
      problems.add('port-variable', section.positionOf('id'), message, didYouMean(id, known));
    }
    if (number !== null && !(Number.isInteger(number) && number >= 1 && number <= 65535)) {
      const message = `port number "${section.text('number')}" must be a whole number from 1 to 65535`;
      problems.add('port-number', section.positionOf('number'), message);
    } else if (id !== null && number !== null) {
      ports.push({ id, number, position: section.position });
    }
  }
  checkUnique(
    ports.map(({ id, position }) => ({ value: id, position })),
    'port',
    context
  );
  return ports.map(({ id, number }) => ({ id, number }));
}

/** @returns null when absent or not understood */
function readInterval(
  environment: Section,
  key: 'interval' | 'timeout',
  { problems }: IReadContext
): IEnvironment['interval'] {
  const text = environment.filledText(key);
  if (text === null) {
    return null;
  }
  const interval = parseInterval(text);
  const position = environment.positionOf(key);
  if (!('problem' in interval)) {
    return interval;
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
