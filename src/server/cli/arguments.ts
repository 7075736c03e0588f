import { parseArgs } from 'node:util';
import { parseInterval } from '../../core/automation/interval';

/** Exit statuses of the command line. */
export const EXIT = {
  done: 0,
  /** A batch or a test failed. */
  failed: 1,
  /** The configuration has errors. */
  invalid: 2,
  /** The words of the command are off. */
  usage: 3,
  /** Ended by SIGINT or SIGTERM. */
  interrupted: 130
} as const;

/** Commands that people type, and `lab`, which Jupyter starts. */
export const COMMANDS = [
  'serve',
  'run',
  'print',
  'test',
  'check',
  'init',
  'schema',
  'version',
  'lab'
] as const;

/** A command of the command line. */
export type Command = (typeof COMMANDS)[number];

/** The command line, parsed. */
export interface IArguments {
  command: Command;
  /** File or folder, as typed; default `.`. */
  path: string;
  host: string;
  /** 0 takes the first free port from 7000; null when none was given. */
  port: number | null;
  /** '' or `/x`, without a trailing slash. */
  rootUri: string;
  origins: string[];
  /** Addresses of proxies whose `X-Forwarded-*` are believed. */
  trustedProxies: string[];
  hasBrowser: boolean;
  isDebug: boolean;
  isJson: boolean;
  isQuiet: boolean;
  /** Slugs of batches or folders of tests, `*` stands for any letters; null for all. */
  only: string | null;
  /** Runs at once; null for the default. */
  jobs: number | null;
  /** Path of the file that names engines; null for this host alone. */
  engines: string | null;
  /** Address of the bucket that keeps results; null for the folders of automations. */
  results: string | null;
  /** Nothing is watched or read again: what was opened is what is served. */
  isFixed: boolean;
  /** An image that is there is used as it is. */
  keepsImages: boolean;
  /** Runs made from the form stand in the list of batches. */
  showsRuns: boolean;
  /** Only batches whose newest run is not done, or whose inputs or code changed since. */
  isResumed: boolean;
  /** Install declared packages that are missing, first. */
  isInstalling: boolean;
  /** Only batches whose newest run failed. */
  isFailedOnly: boolean;
  /** Milliseconds after which each run ends as `timeout`; null for what its automation says. */
  timeoutMs: number | null;
  /** What is to be said about words that are accepted, but mean nothing here or something else. */
  notes: string[];
  /** Warnings count as errors (check). */
  isStrict: boolean;
  /** Spellings of earlier versions are rewritten (check). */
  isFixing: boolean;
  /** False never colours; true colours on a terminal. */
  hasColor: boolean;
  isHelp: boolean;
}

/** The words of a command are off; the message says which and how they should be. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A command cannot be done, for a reason outside of its words and of the configuration. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  'root-uri': { type: 'string' },
  origins: { type: 'string', multiple: true },
  'trusted-proxy': { type: 'string', multiple: true },
  'no-browser': { type: 'boolean' },
  'no-prefix': { type: 'boolean' },
  'no-restart': { type: 'boolean' },
  'no-hidden': { type: 'boolean' },
  'no-rebuild': { type: 'boolean' },
  resume: { type: 'boolean' },
  failed: { type: 'boolean' },
  install: { type: 'boolean' },
  timeout: { type: 'string' },
  only: { type: 'string' },
  jobs: { type: 'string' },
  engines: { type: 'string' },
  results: { type: 'string' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
  fix: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  quiet: { type: 'boolean' },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  // Spellings of the original framework.
  configure: { type: 'boolean' },
  serve: { type: 'boolean' },
  run: { type: 'boolean' },
  print: { type: 'boolean' },
  version: { type: 'boolean' },
  clean: { type: 'boolean' },
  static: { type: 'boolean' },
  production: { type: 'boolean' },
  'base-uri': { type: 'string' },
  'no-refresh': { type: 'boolean' },
  'disk-poll': { type: 'string' },
  'disk-debounce': { type: 'string' },
  'prints-folder': { type: 'string' }
} as const;

/** What is said about spellings of the original framework. */
const NOTES: Readonly<Record<string, string>> = {
  clean: '--clean has no effect: opening writes nothing that would have to be cleaned',
  static: '--static means --no-restart',
  production: '--production means --no-restart',
  'base-uri': '--base-uri means --root-uri',
  'no-refresh':
    '--no-refresh has no effect: pages are told of changes, nothing asks again and again',
  'disk-poll': '--disk-poll has no effect: nothing is polled',
  'disk-debounce': '--disk-debounce has no effect: nothing is polled',
  'prints-folder': '--prints-folder has no effect: documents go to prints/ of each automation'
};

/**
 * Parse the words after `crosscompute`.
 *
 * @throws {UsageError} for anything that is not in `USAGE`
 */
export function parseArguments(words: readonly string[]): IArguments {
  const { values, positionals } = parseWords(words);
  const named = (['run', 'print', 'serve', 'version'] as const).find(name => values[name]);
  const flag = values.configure ? 'init' : named;
  const isCommand = (word: string | undefined): word is Command =>
    (COMMANDS as readonly string[]).includes(word ?? '');
  const [first, ...others] = positionals;
  const command: Command = isCommand(first) ? first : (flag ?? 'serve');
  const rest = isCommand(first) ? others : positionals;
  if (rest.length > 1) {
    throw new UsageError(`one path is expected, not ${rest.length}: ${rest.join(' ')}`);
  }
  const rootUri = (values['root-uri'] ?? values['base-uri'] ?? '').replace(/\/+$/, '');
  const given = values as Readonly<Record<string, unknown>>;
  return {
    command,
    path: rest[0] ?? '.',
    host: values.host ?? '127.0.0.1',
    port: parseNumber('port', values.port, 0, 65535),
    rootUri: rootUri && !rootUri.startsWith('/') ? `/${rootUri}` : rootUri,
    origins: (values.origins ?? []).map(origin => origin.replace(/\/$/, '')),
    trustedProxies: values['trusted-proxy'] ?? [],
    hasBrowser: !values['no-browser'],
    isDebug: values.debug ?? false,
    isJson: values.json ?? false,
    isQuiet: values.quiet ?? false,
    only: values.only ?? null,
    jobs:
      parseNumber('jobs', values.jobs, 1, 64) ??
      parseNumber('jobs', process.env.CROSSCOMPUTE_WORKER_COUNT || undefined, 1, 64),
    engines: values.engines ?? (process.env.CROSSCOMPUTE_ENGINES || null),
    results: values.results ?? (process.env.CROSSCOMPUTE_RESULTS || null),
    keepsImages: values['no-rebuild'] ?? false,
    isFixed: [values['no-restart'], values.static, values.production].some(Boolean),
    showsRuns: values['no-hidden'] ?? false,
    isResumed: values.resume ?? false,
    isInstalling: values.install ?? false,
    isFailedOnly: values.failed ?? false,
    timeoutMs: parseTimeout(values.timeout),
    notes: Object.keys(NOTES).flatMap(name => (given[name] ? [NOTES[name]] : [])),
    isStrict: values.strict ?? false,
    isFixing: values.fix ?? false,
    hasColor: !values['no-color'],
    isHelp: values.help ?? false
  };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({ args: spreadOrigins(words), options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The original takes several addresses after one `--origins`; here each gets its own. */
function spreadOrigins(words: readonly string[]): string[] {
  const spread: string[] = [];
  let isOrigins = false;
  for (const word of words) {
    const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(word);
    if (isOrigins && isAddress && spread[spread.length - 1] !== '--origins') {
      spread.push('--origins');
    }
    isOrigins = word === '--origins' || (isOrigins && isAddress);
    spread.push(word);
  }
  return spread;
}

function parseTimeout(text: string | undefined): number | null {
  if (text === undefined) {
    return null;
  }
  const parsed = parseInterval(/^\d+$/.test(text) ? `${text} seconds` : text);
  if (!('milliseconds' in parsed)) {
    throw new UsageError(`--timeout takes a time such as 90 or "5 minutes", not "${text}"`);
  }
  return parsed.milliseconds;
}

function parseNumber(
  name: string,
  text: string | undefined,
  least: number,
  most: number
): number | null {
  if (text === undefined) {
    return null;
  }
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${text}"`);
  }
  return value;
}

/** Make an expression from a pattern in which `*` stands for any letters and `?` for one. */
export function globExpression(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}
