import type { JsonObject, JsonValue } from '../../json';
import { groupControl } from '../control';
import { nameOfVariable, outputElement } from '../element';
import { html, joinHtml, type SafeHtml } from '../html';
import {
  checkNumberKeys,
  limitAttributes,
  NUMBER_KEYS,
  numberLimitsOf,
  parseNumberValue,
  refuseBeyond,
  unitNote,
  type INumberLimits
} from '../numberValue';
import { InputProblem, type IView, type IViewContext, type IViewProblem } from '../view';

const DEFAULTS = { min: 0, max: 100, step: 1 };

/** A number to be pushed between two limits, or with `two: true` a range of numbers, lowest first. */
export const sliderView: IView = {
  name: 'slider',
  aliases: ['range'],
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  isGroup: true,
  configurationKeys: [...NUMBER_KEYS, 'two'],
  check,
  parse: parseSlider,
  input: renderInput,
  output: renderOutput
};

function parseSlider(raw: JsonValue, configuration: JsonObject): JsonValue {
  const limits = limitsOf(configuration);
  const parseOne = (one: JsonValue) => {
    const value = parseNumberValue(one);
    refuseBeyond(value, limits);
    return value;
  };
  if (configuration.two !== true) {
    return parseOne(raw);
  }
  const pair = typeof raw === 'string' ? readPair(raw) : raw;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new InputProblem('must be two numbers, such as [3, 7]');
  }
  const [low, high] = pair.map(parseOne);
  if (low > high) {
    throw new InputProblem(`the first number must not be above the second: ${low} and ${high}`);
  }
  return [low, high];
}

/** `[3, 7]` or `3, 7`, as a cell has it. */
function readPair(text: string): JsonValue[] {
  return text.replace(/^\s*\[|\]\s*$/g, '').split(/[,;]/);
}

/** Each number has a box for the keyboard and a slider; the browser part keeps them alike. */
function renderInput(context: IViewContext) {
  const { configuration, variable } = context;
  const name = nameOfVariable(variable);
  const values = valuesOf(context);
  const rows =
    configuration.two === true
      ? joinHtml([
          renderRow(context, { name: `${name}: from`, part: 'low', value: values[0] }),
          renderRow(context, { name: `${name}: to`, part: 'high', value: values[1] })
        ])
      : renderRow(context, { name, part: 'value', value: values[0] });
  const initial = configuration.two === true ? values.slice(0, 2) : values.slice(0, 1);
  return groupControl(context, null, rows, html` data-value="${JSON.stringify(initial)}"`);
}

function renderRow(
  context: IViewContext,
  { name, part, value }: { name: string; part: string; value: number | undefined }
): SafeHtml {
  const { elementId, configuration } = context;
  const common = html`aria-label="${name}"${limitAttributes(limitsOf(configuration))}${
    value !== undefined && html` value="${value}"`
  }`;
  const range = html`<input type="range" id="${elementId}-${part}-slider" ${common} />`;
  const box = html`<input type="number" id="${elementId}-${part}" ${common} />`;
  return html`<span class="_slider-row">${range} ${box}${unitNote(configuration)}</span>`;
}

function renderOutput(context: IViewContext) {
  const { data, configuration } = context;
  if (data.kind !== 'value' || data.text === '') {
    return outputElement(context, '', { isInline: true });
  }
  const values = valuesOf(context);
  const isPair = Array.isArray(data.value) && values.length === 2;
  const text = isPair ? `${values[0]} – ${values[1]}` : data.text;
  const bar = values.length > 0 && renderBar(values, limitsOf(configuration));
  return outputElement(context, html`${text}${unitNote(configuration)}${bar}`, { isInline: true });
}

/** The text says the same, so the bar is decoration. */
function renderBar(values: readonly number[], { min, max }: INumberLimits): SafeHtml | null {
  const [low, high] = [min ?? 0, max ?? 0];
  if (!(high > low)) {
    return null;
  }
  const place = (value: number) =>
    Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * 1000) / 10;
  const from = values.length > 1 ? place(values[0]) : 0;
  const width = Math.max(0, Math.round((place(values[values.length - 1]) - from) * 10) / 10);
  return html` <svg class="_bar" aria-hidden="true">
    <rect x="${from}%" width="${width}%" height="100%"></rect>
  </svg>`;
}

/** One or two numbers; [] when the data are something else. */
function valuesOf({ data }: IViewContext): number[] {
  if (data.kind !== 'value') {
    return [];
  }
  const items = Array.isArray(data.value) ? data.value : [data.value];
  const numbers = items.map(item =>
    typeof item === 'string' && item.trim() !== '' ? Number(item) : item
  );
  return numbers.filter(
    (item): item is number => typeof item === 'number' && Number.isFinite(item)
  );
}

function limitsOf(configuration: JsonObject): INumberLimits {
  const { min, max, step } = numberLimitsOf(configuration);
  return { min: min ?? DEFAULTS.min, max: max ?? DEFAULTS.max, step: step ?? DEFAULTS.step };
}

function check(configuration: JsonObject): IViewProblem[] {
  const problems = checkNumberKeys(configuration);
  const { two } = configuration;
  const { min, max } = limitsOf(configuration);
  if (two !== undefined && two !== null && typeof two !== 'boolean') {
    const message = 'configuration "two" must be true or false';
    problems.push({ key: 'two', severity: 'error', message });
  }
  if (!problems.length && min !== null && max !== null && min >= max) {
    const message = `a slider needs "min" below "max"; they are ${min} and ${max}`;
    problems.push({ key: 'max', severity: 'error', message });
  }
  return problems;
}
