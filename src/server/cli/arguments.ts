import { parseArgs } from 'node:util';

/** Exit statuses of the command line. */
export const EXIT = {
  done: 0,
  /** A batch failed. */
  failed: 1,
  /** The configuration has errors. */
  invalid: 2,
  /** The words of the command are off. */
  usage: 3,
  /** Ended by SIGINT or SIGTERM. */
  interrupted: 130
} as const;

/** Commands that people type, and `lab`, which Jupyter starts. */
export const COMMANDS = ['serve', 'run', 'print', 'check', 'schema', 'version', 'lab'] as const;

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
  hasBrowser: boolean;
  isDebug: boolean;
  isJson: boolean;
  isQuiet: boolean;
  /** Slugs of batches, `*` stands for any letters; null for all. */
  only: string | null;
  /** Runs at once; null for the default. */
  jobs: number | null;
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

/** What `crosscompute --help` prints. */
export const USAGE = `Usage: crosscompute [COMMAND] [PATH] [options]

PATH is a folder with an automate.yaml, or a configuration; default is this folder.

Commands
  serve      serve the automation to people without Jupyter (default)
  run        run all batches, a line for each
  print      print all batches to prints/<time>/, after running new and stale ones
  check      list every problem of the configuration
  schema     print the JSON Schema of configurations, for editors
  version    print the version

Options
  --host NAME        address to listen on (serve; default 127.0.0.1)
  --port N           port to listen on (serve; default: first free from 7000)
  --root-uri PATH    prefix of all addresses (serve)
  --origins URL...   other sites that may embed and post (serve)
  --no-browser       do not open a browser (serve)
  --only GLOB        only batches whose slug matches (run, print)
  --jobs N           runs at once, 1 to 64 (run, serve; default: cores, at most 4)
  --json             one JSON value a line on standard output (run, print, check)
  --strict           warnings count as errors (check)
  --fix              rewrite spellings of earlier versions first (check)
  --no-color         no colours on a terminal (check)
  --quiet            only results and errors
  --debug            say more
  --help             this text

Exit status: 0 done, 1 a batch failed, 2 the configuration has errors, 3 usage, 130 interrupted
`;

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  'root-uri': { type: 'string' },
  origins: { type: 'string', multiple: true },
  'no-browser': { type: 'boolean' },
  only: { type: 'string' },
  jobs: { type: 'string' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
  fix: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  quiet: { type: 'boolean' },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  // Spellings of the original framework.
  serve: { type: 'boolean' },
  run: { type: 'boolean' },
  print: { type: 'boolean' },
  version: { type: 'boolean' }
} as const;

/**
 * Parse the words after `crosscompute`.
 *
 * @throws {UsageError} for anything that is not in `USAGE`
 */
export function parseArguments(words: readonly string[]): IArguments {
  const { values, positionals } = parseWords(words);
  const flag = (['run', 'print', 'serve', 'version'] as const).find(name => values[name]);
  const isCommand = (word: string | undefined): word is Command =>
    (COMMANDS as readonly string[]).includes(word ?? '');
  const [first, ...others] = positionals;
  const command: Command = isCommand(first) ? first : (flag ?? 'serve');
  const rest = isCommand(first) ? others : positionals;
  if (rest.length > 1) {
    throw new UsageError(`one path is expected, not ${rest.length}: ${rest.join(' ')}`);
  }
  const rootUri = (values['root-uri'] ?? '').replace(/\/+$/, '');
  return {
    command,
    path: rest[0] ?? '.',
    host: values.host ?? '127.0.0.1',
    port: parseNumber('port', values.port, 0, 65535),
    rootUri: rootUri && !rootUri.startsWith('/') ? `/${rootUri}` : rootUri,
    origins: (values.origins ?? []).map(origin => origin.replace(/\/$/, '')),
    hasBrowser: !values['no-browser'],
    isDebug: values.debug ?? false,
    isJson: values.json ?? false,
    isQuiet: values.quiet ?? false,
    only: values.only ?? null,
    jobs: parseNumber('jobs', values.jobs, 1, 64),
    isStrict: values.strict ?? false,
    isFixing: values.fix ?? false,
    hasColor: !values['no-color'],
    isHelp: values.help ?? false
  };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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
