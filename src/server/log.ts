/** Where the server writes what it has to say: one line each, never a secret, never a value of an input. */
export interface ILog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

/** Which lines are written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/**
 * Make a log that writes to standard error.
 *
 * @param level - the least level that is written
 * @param write - where lines go; they end with a line feed
 */
export function createLog(
  level: LogLevel = 'info',
  write: (line: string) => void = line => process.stderr.write(line)
): ILog {
  const least = LEVELS.indexOf(level);
  const say = (name: LogLevel, message: string) => {
    if (LEVELS.indexOf(name) >= least) {
      write(`${name === 'info' ? '' : `${name}: `}${message}\n`);
    }
  };
  return {
    debug: message => say('debug', message),
    info: message => say('info', message),
    warn: message => say('warn', message),
    error: (message, cause) => {
      say('error', message);
      if (cause instanceof Error && cause.stack) {
        say('debug', cause.stack);
      }
    }
  };
}
