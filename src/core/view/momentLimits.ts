import type { JsonObject } from '../json';
import { checkNumbers } from './control';
import { html, type SafeHtml } from './html';
import { InputProblem, type IViewProblem } from './view';

/** How the values of a view for dates and times are compared. */
export interface IMomentScale {
  /** What a value is, such as `a date such as 2026-01-31`. */
  noun: string;
  /** Position of a value, and of a limit, in the units of `step`; null for what is no value. */
  position(text: string): number | null;
  /** What a step counts. */
  unit: string;
}

/** @throws {InputProblem} when a value lies before `min`, after `max` or between two steps */
export function refuseOutside(
  text: string,
  configuration: JsonObject,
  { position, unit }: IMomentScale
): void {
  const at = position(text) ?? NaN;
  const [min, max] = [configuration.min, configuration.max].map(limit =>
    typeof limit === 'string' ? { limit, at: position(limit) } : null
  );
  if (min && min.at !== null && at < min.at) {
    throw new InputProblem(`must not be before ${min.limit}`);
  }
  if (max && max.at !== null && at > max.at) {
    throw new InputProblem(`must not be after ${max.limit}`);
  }
  const { step } = configuration;
  const isStepped = typeof step === 'number' && Number.isFinite(step) && step > 0;
  if (isStepped && Math.abs((at - (min?.at ?? 0)) % step) > 1e-6) {
    const from = min && min.at !== null ? ` from ${min.limit} on` : '';
    throw new InputProblem(`must be a multiple of ${step} ${unit}${from}`);
  }
}

/** Problems of `min`, `max` and `step`. */
export function checkMomentLimits(
  configuration: JsonObject,
  { noun, position }: IMomentScale
): IViewProblem[] {
  const problems = checkNumbers(configuration, ['step']);
  const { step } = configuration;
  if (typeof step === 'number' && !(step > 0)) {
    const message = 'configuration "step" must be above 0';
    problems.push({ key: 'step', severity: 'error', message });
  }
  for (const key of ['min', 'max']) {
    const limit = configuration[key] ?? null;
    if (limit !== null && (typeof limit !== 'string' || position(limit) === null)) {
      const message = `configuration "${key}" must be ${noun}`;
      problems.push({ key, severity: 'error', message });
    }
  }
  const [min, max] = [configuration.min, configuration.max].map(limit =>
    typeof limit === 'string' ? position(limit) : null
  );
  if (min !== null && max !== null && min > max) {
    const message = 'configuration "max" must not be before "min"';
    problems.push({ key: 'max', severity: 'error', message });
  }
  return problems;
}

/**
 * The attributes of a native picker with these limits.
 *
 * @param write - writes a limit as the picker takes it; null leaves it out
 */
export function momentAttributes(
  configuration: JsonObject,
  write: (limit: string) => string | null
): SafeHtml {
  const { step } = configuration;
  const [min, max] = [configuration.min, configuration.max].map(limit =>
    typeof limit === 'string' ? write(limit) : null
  );
  const size = typeof step === 'number' && Number.isFinite(step) && step > 0 ? step : 'any';
  return html` step="${size}"${min !== null && html` min="${min}"`}${
    max !== null && html` max="${max}"`
  }`;
}
