import type { JsonObject, JsonValue } from '../json';
import { checkNumbers, checkTexts } from './control';
import { html, type SafeHtml } from './html';
import { InputProblem, type IViewProblem } from './view';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Keys of a configuration that limit a number or say what it counts. */
export const NUMBER_KEYS: readonly string[] = ['min', 'max', 'step', 'unit'];

/** What a number must keep to; null for no limit. */
export interface INumberLimits {
  min: number | null;
  max: number | null;
  /** Distance of allowed values, counted from `min`, else from 0; above 0. */
  step: number | null;
}

/**
 * Read a number as a parser of floats does (`5`, `-.5`, `1e3`, blanks around), but neither underscores nor
 * what is not finite.
 *
 * @throws {InputProblem}
 */
export function parseNumberValue(raw: JsonValue): number {
  const text = typeof raw === 'object' ? '' : String(raw).trim();
  const value = typeof raw === 'number' ? raw : NUMBER.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) {
    throw new InputProblem(text === '' ? 'must be a number' : `"${text}" is not a number`);
  }
  return value;
}

/** @throws {InputProblem} when a number does not keep to its limits */
export function refuseBeyond(value: number, { min, max, step }: INumberLimits): void {
  if (min !== null && value < min) {
    throw new InputProblem(`must be at least ${min}`);
  }
  if (max !== null && value > max) {
    throw new InputProblem(`must be at most ${max}`);
  }
  if (step !== null && !isStep(value - (min ?? 0), step)) {
    throw new InputProblem(
      step === 1 && Number.isInteger(min ?? 0)
        ? 'must be a whole number'
        : `must be a multiple of ${step}${min ? ` from ${min} on` : ''}`
    );
  }
}

/** Read limits; what is no number is none. */
export function numberLimitsOf(configuration: JsonObject): INumberLimits {
  const finite = (key: string) => {
    const value = configuration[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const step = finite('step');
  return { min: finite('min'), max: finite('max'), step: step !== null && step > 0 ? step : null };
}

/** The attributes of a field for numbers with these limits. */
export function limitAttributes({ min, max, step }: INumberLimits): SafeHtml {
  return html` step="${step ?? 'any'}"${min !== null && html` min="${min}"`}${
    max !== null && html` max="${max}"`
  }`;
}

/** Problems of the keys in `NUMBER_KEYS`. */
export function checkNumberKeys(configuration: JsonObject): IViewProblem[] {
  const problems = [
    ...checkNumbers(configuration, ['min', 'max', 'step']),
    ...checkTexts(configuration, ['unit'])
  ];
  const { min, max, step } = configuration;
  if (typeof step === 'number' && !(step > 0)) {
    const message = 'configuration "step" must be above 0';
    problems.push({ key: 'step', severity: 'error', message });
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    const message = 'configuration "max" must not be below "min"';
    problems.push({ key: 'max', severity: 'error', message });
  }
  return problems;
}

/** The unit behind a number; null without one. */
export function unitNote({ unit }: JsonObject): SafeHtml | null {
  const text = typeof unit === 'string' || typeof unit === 'number' ? String(unit) : '';
  return text === '' ? null : html` <span class="_unit">${text}</span>`;
}

/** Tell whether a distance is a multiple of the step, as far as binary fractions can say. */
function isStep(distance: number, step: number): boolean {
  const steps = distance / step;
  return Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps));
}
