import type { JsonObject, JsonValue } from '../../json';
import { checkItems, checkNumbers, checkTexts, lineControl } from '../control';
import { fileLink, outputElement } from '../element';
import { html } from '../html';
import { InputProblem, type IView, type IViewContext, type IViewProblem } from '../view';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number, shown as the file writes it. */
export const numberView: IView = {
  name: 'number',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['suggestions', 'min', 'max', 'step', 'unit'],
  check,
  parse: parseNumber,
  input: renderInput,
  output: renderOutput
};

/**
 * Accepts what a parser of floats does (`5`, `-.5`, `1e3`, blanks around), but neither underscores nor
 * what is not finite.
 */
function parseNumber(raw: JsonValue, configuration: JsonObject): number {
  const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw.trim() : '';
  const value = typeof raw === 'number' ? raw : NUMBER.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) {
    throw new InputProblem(text === '' ? 'must be a number' : `"${text}" is not a number`);
  }
  const { min, max, step } = limitsOf(configuration);
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
  return value;
}

function renderInput(context: IViewContext) {
  const { min, max, step } = limitsOf(context.configuration);
  const unit = unitOf(context.configuration);
  const limits = html` step="${step ?? 'any'}"${min !== null && html` min="${min}"`}${
    max !== null && html` max="${max}"`
  }`;
  // A number field takes no trailing blanks and shows nothing for them.
  const { data } = context;
  const trimmed = data.kind === 'value' ? { ...data, text: data.text.trim() } : data;
  const after = html`${unit && html` <span class="_unit">${unit}</span>`}`;
  return lineControl({ ...context, data: trimmed }, 'number', limits, after);
}

function renderOutput(context: IViewContext) {
  const { data, configuration } = context;
  const unit = unitOf(configuration);
  const content =
    data.kind === 'value'
      ? html`${data.text}${unit && data.text !== '' && html` <span class="_unit">${unit}</span>`}`
      : data.kind === 'file'
        ? fileLink(context, data.name, data.size)
        : '';
  return outputElement(context, content, { isInline: true });
}

function check(configuration: JsonObject): IViewProblem[] {
  const problems = [
    ...checkItems(configuration, 'suggestions'),
    ...checkNumbers(configuration, ['min', 'max', 'step']),
    ...checkTexts(configuration, ['unit'])
  ];
  const { min, max, step } = configuration;
  if (typeof step === 'number' && !(step > 0)) {
    problems.push({
      key: 'step',
      severity: 'error',
      message: 'configuration "step" must be above 0'
    });
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    const message = 'configuration "max" must not be below "min"';
    problems.push({ key: 'max', severity: 'error', message });
  }
  return problems;
}

function limitsOf(configuration: JsonObject) {
  const finite = (key: string) => {
    const value = configuration[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const step = finite('step');
  return { min: finite('min'), max: finite('max'), step: step !== null && step > 0 ? step : null };
}

/** Tell whether a distance is a multiple of the step, as far as binary fractions can say. */
function isStep(distance: number, step: number): boolean {
  const steps = distance / step;
  return Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps));
}

function unitOf({ unit }: JsonObject): string {
  return typeof unit === 'string' || typeof unit === 'number' ? String(unit) : '';
}
