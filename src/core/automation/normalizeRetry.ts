import type { RunErrorCode } from '../run/run';
import type { IRetryPolicy } from './automation';
import { parseInterval } from './interval';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { didYouMean } from './suggest';

const MAXIMUM_COUNT = 10;
const DEFAULT_DELAY_MS = 10_000;
const DEFAULT_CODES: readonly RunErrorCode[] = ['kernel-died', 'lost', 'timeout'];

/** Errors after which another attempt may end otherwise. */
const CODES: readonly RunErrorCode[] = [
  ...DEFAULT_CODES,
  'cell-error',
  'command-failed',
  'output-missing',
  'disk-full',
  'store-failed',
  'image-failed',
  'engine-unavailable'
];

/**
 * Read `environment.retry` of a checked configuration.
 *
 * @returns null when nothing is tried again
 */
export function normalizeRetry(
  environment: Section,
  { problems }: IReadContext
): IRetryPolicy | null {
  const section = environment.section('retry');
  const count = section.number('count') ?? 0;
  if (!Number.isInteger(count) || count < 0 || count > MAXIMUM_COUNT) {
    const message = `count "${section.text('count')}" must be a whole number from 0 to ${MAXIMUM_COUNT}`;
    problems.add('retry-count', section.positionOf('count'), message);
    return null;
  }
  const text = section.filledText('delay');
  const delay = text === null ? { milliseconds: DEFAULT_DELAY_MS } : parseInterval(text);
  if ('problem' in delay) {
    const message = `delay "${text}" is not understood`;
    const hint = 'write something like "10 seconds"';
    problems.add('interval-syntax', section.positionOf('delay'), message, hint);
    return null;
  }
  const named = section.texts('on');
  const known = named.flatMap((name, index) => {
    const code = CODES.find(item => item === name);
    if (!code) {
      const message = `"${name}" is no error after which a run can be tried again`;
      problems.add(
        'retry-code',
        section.positionAt(`on.${index}`),
        message,
        didYouMean(name, CODES)
      );
    }
    return code ?? [];
  });
  return count === 0
    ? null
    : { count, delayMs: delay.milliseconds, codes: section.has('on') ? known : DEFAULT_CODES };
}
