import { joinPath } from '../path';
import type { IPosition } from '../problem';
import { parseApiHost } from './apiHost';
import type { IEnvironment, IInterval, IPackage } from './automation';
import { PACKAGE_MANAGERS } from './automation';
import { checkUnique } from './checkUnique';
import { parseInterval, parseSchedule } from './interval';
import { normalizeRetry } from './normalizeRetry';
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
  tellDefaultEngine(configuration, context);
  const isContained = environment.text('engine') === 'podman';
  if (!isContained) {
    tellContainerOnly(environment, context);
  }
  return {
    engine: isContained ? 'podman' : 'kernel',
    enginePosition: isContained ? environment.positionOf('engine') : null,
    image: environment.filledText('image') ?? DEFAULT_IMAGES[context.vocabulary],
    packages: readPackages(environment),
    ports: readPorts(configuration, environment, context),
    interval: readSchedule(environment, context) ?? readInterval(environment, 'interval', context),
    hasFigures: environment.boolean('figures') ?? true,
    memory: readLimit(environment, 'memory', context),
    processor: readLimit(environment, 'processor', context),
    ...readVariables(configuration, environment, context),
    setup: readSetup(environment, context),
    apis: readApis(environment, context),
    concurrency: readConcurrency(environment),
    retry: normalizeRetry(environment, context),
    isCached: environment.boolean('cache') ?? false,
    timeoutMs: readInterval(environment, 'timeout', context)?.milliseconds ?? null,
    isolation: readIsolation(environment)
  };
}

/** How a limit of a container is written, and the way in which its engine takes it. */
const LIMITS = {
  memory: { pattern: /^(\d+(?:\.\d+)?)\s*([bkmgt])?(?:i?b)?$/i, example: '512m' },
  processor: { pattern: /^(\d*\.?\d+)()$/, example: '1.5' }
} as const;

/** @returns null when absent or not understood */
function readLimit(
  environment: Section,
  key: keyof typeof LIMITS,
  { problems }: IReadContext
): string | null {
  const text = environment.filledText(key);
  const { pattern, example } = LIMITS[key];
  const [, amount, unit = ''] = pattern.exec(text?.trim() ?? '') ?? [];
  if (text !== null && !(Number(amount) > 0)) {
    const message = `${key} "${text}" is not understood`;
    problems.add('limit-syntax', environment.positionOf(key), message, `write "${example}"`);
    return null;
  }
  return text && `${amount}${unit.toLowerCase()}`;
}

/** Hosts that are needed only while the image is made are no matter of runs. */
function readApis(environment: Section, { problems }: IReadContext): string[] {
  const ofRuns = environment
    .sections('apis')
    .filter(api => !api.text('stage')?.startsWith('setup'));
  return ofRuns.flatMap(api => {
    const domain = api.filledText('domain');
    if (domain !== null && parseApiHost(domain) === null) {
      const message = `the domain "${domain}" is not understood`;
      const hint = 'write "example.com", "*.example.com" or "example.com:8443"';
      problems.add('api-domain', api.positionOf('domain'), message, hint);
      return [];
    }
    return domain ?? [];
  });
}

/** Names that are files in `debug/`, and never one of ours there, which have suffixes. */
const FILE_VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

type EnvironmentVariables = Pick<IEnvironment, 'variables' | 'fileVariables' | 'setupVariables'>;

function readVariables(
  configuration: Section,
  environment: Section,
  context: IReadContext
): EnvironmentVariables {
  const variables = new Set<string>();
  const fileVariables = new Set<string>();
  const setupVariables = new Set<string>();
  for (const section of environment.sections('variables')) {
    const id = section.filledText('id');
    if (id === null) {
      continue;
    }
    const isSetup = section.text('stage')?.startsWith('setup') === true;
    const isFile = section.text('target') === 'file';
    if (isFile && !isSetup && !FILE_VARIABLE.test(id)) {
      const message = `the name of the variable "${id}" makes no plain file name`;
      const hint = 'use letters, digits and _, or leave out target: file';
      context.problems.add('file-variable', section.positionOf('id'), message, hint);
      continue;
    }
    (isSetup ? setupVariables : isFile ? fileVariables : variables).add(id);
    if (context.environment(id) === undefined) {
      const message = `environment variable "${id}" is not set`;
      const hint = 'set it where the server is started';
      context.problems.add('environment-variable', section.positionOf('id'), message, hint);
    }
  }
  refuseShown(configuration, fileVariables, context);
  return {
    variables: [...variables],
    fileVariables: [...fileVariables],
    setupVariables: [...setupVariables]
  };
}

/** The file of a variable is never served: no debug variable may show it. */
function refuseShown(
  configuration: Section,
  fileVariables: ReadonlySet<string>,
  { problems }: IReadContext
): void {
  for (const variable of configuration.section('debug').sections('variables')) {
    for (const section of [variable, variable.section('configuration')]) {
      const path = section.filledText('path');
      // A pattern such as `TOKEN{suffix}` would find it, too.
      const name = path === null ? '' : joinPath(path.replace(/\{.*/, ''));
      if (fileVariables.has(name)) {
        const message = `"${name}" holds a variable of the server, which is never shown`;
        problems.add('file-variable', section.positionOf('path'), message, 'choose another path');
      }
    }
  }
}

function readSetup(environment: Section, context: IReadContext): IEnvironment['setup'] {
  const setup = environment.section('setup');
  const pathOf = (user: 'root' | 'user'): string | null => {
    const section = setup.section(user);
    const path = section.filledText('path');
    if (path !== null) {
      context.paths.push({
        noun: 'setup file',
        path,
        base: context.folder,
        position: section.positionOf('path'),
        kind: 'file',
        within: context.folder
      });
    }
    return path && joinPath(path);
  };
  return { root: pathOf('root'), user: pathOf('user') };
}

/** In 1.0 a container is the default; here it is what the server has, which the author should know. */
function tellDefaultEngine(configuration: Section, context: IReadContext): void {
  const isUnsaid = !configuration.section('environment').has('engine');
  if (context.vocabulary === '1.0' && isUnsaid && configuration.sections('scripts').length) {
    const position = configuration.entry('scripts')?.position ?? configuration.position;
    const message = 'no engine is given, so scripts run on this host';
    const hint = 'write engine: unsafe or engine: podman to be sure';
    context.problems.add('engine-default', position, message, hint);
  }
}

/** What only a container heeds; an author may believe that it holds. */
const CONTAINER_KEYS = ['setup', 'apis'] as const;

function tellContainerOnly(environment: Section, { problems }: IReadContext): void {
  for (const key of CONTAINER_KEYS) {
    if (environment.has(key)) {
      const message = `"${key}" has no effect: scripts run on this host, not in a container`;
      const hint = 'write engine: podman, or leave it out';
      problems.add(
        'container-only',
        environment.entry(key)?.position ?? environment.position,
        message,
        hint
      );
    }
  }
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
    const isLeftOut = section.text('mode') === 'development';
    return id === null || manager === undefined || isLeftOut
      ? []
      : [{ id, manager, position: section.positionOf('id') }];
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

function readSchedule(environment: Section, { problems }: IReadContext): IInterval | null {
  const text = environment.filledText('schedule');
  const schedule = text === null ? null : parseSchedule(text);
  if (text !== null && schedule === null) {
    const message = `schedule "${text}" is not understood`;
    const hint = 'write something like "20250611-0500 daily lazy"';
    problems.add('schedule-syntax', environment.positionOf('schedule'), message, hint);
  }
  return schedule;
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
