import type { JsonObject, JsonValue } from '../json';
import { ariaLabelOf, attributesOf } from './element';
import { isFileView } from './fileViews';
import { html, joinHtml, trustedHtml, type SafeHtml } from './html';
import { InputProblem, type IViewContext, type IViewProblem } from './view';

const NOTHING = trustedHtml('');

/** Text of a control: what the batch holds, as written; '' for files and for no data. */
export function controlText({ data }: IViewContext): string {
  return data.kind === 'value' ? data.text : '';
}

/**
 * The attributes of a control that is one element: those of its place, its name for posting, and what
 * assistive technology needs.
 *
 * @param isRequired - true when an empty control is refused; by default only when the author says so
 */
export function controlAttributes(
  context: IViewContext,
  isRequired = context.variable.isRequired && context.variable.isRequiredExplicit
): SafeHtml {
  const { elementId, configuration, data, variable } = context;
  // A value that is too large for a page: the browser part reads it, so that a run does not lose it.
  const isFetched = data.kind === 'file' && !isFileView(variable.view);
  return joinHtml([
    attributesOf(context, 'input'),
    html` name="${elementId}"`,
    isFetched && html` data-fetch`,
    ariaLabelOf(context),
    stateAttributes(context),
    isRequired && html` aria-required="true"`,
    configuration.disabled === true && html` disabled`
  ]);
}

/** Attributes that tie a control to its help and its error. */
export function stateAttributes(context: IViewContext): SafeHtml {
  const { elementId, error } = context;
  const ids = [helpOf(context) && `${elementId}-help`, error && `${elementId}-error`]
    .filter(Boolean)
    .join(' ');
  return html`${ids && html` aria-describedby="${ids}"`}${error && html` aria-invalid="true"`}`;
}

/** Help and error below a control. The error's place is there from the start, so that pages can fill it. */
export function controlNotes(context: IViewContext): SafeHtml {
  const { elementId, error } = context;
  const help = helpOf(context);
  return joinHtml([
    help && html`<p class="_help" id="${elementId}-help">${help}</p>`,
    html`<p class="_error" id="${elementId}-error" ${error === '' && html` hidden`}>${error}</p>`
  ]);
}

/**
 * A control that is a group of boxes or buttons, with its legend.
 *
 * @param role - `radiogroup` for radio buttons, else null
 * @param more - further attributes of the group
 */
export function groupControl(
  context: IViewContext,
  role: 'radiogroup' | null,
  content: SafeHtml,
  more: SafeHtml = NOTHING
): SafeHtml {
  const { variable, configuration } = context;
  const attributes = joinHtml([
    attributesOf(context, 'input'),
    role && html` role="${role}"`,
    ariaLabelOf(context),
    stateAttributes(context),
    role && variable.isRequired && html` aria-required="true"`,
    configuration.disabled === true && html` disabled`,
    more
  ]);
  const legend = context.hasLabel && html`<legend>${variable.label}</legend>`;
  return html`<fieldset ${attributes}>${legend}${content}</fieldset>
    ${controlNotes(context)}`;
}

/** A list of suggestions for a text control; pass its `list` attribute to the control. */
export function suggestionsOf(context: IViewContext): { attribute: SafeHtml; list: SafeHtml } {
  const values = readItems(context.configuration.suggestions)
    .map(({ value }) => value)
    .filter(value => value !== '');
  if (!values.length) {
    return { attribute: NOTHING, list: NOTHING };
  }
  const id = `${context.elementId}-suggestions`;
  const options = values.map(value => html`<option value="${value}"></option>`);
  return {
    attribute: html` list="${id}"`,
    list: html`<datalist id="${id}">${options}</datalist>`
  };
}

/** Options that the browser part of a view lists; `<datalist>` shows nothing by itself. */
export function optionList({ elementId }: IViewContext, options: readonly IItem[]): SafeHtml {
  const items = options.map(({ value, name }) => html`<option value="${value}">${name}</option>`);
  return html`<datalist id="${elementId}-options">${items}</datalist>`;
}

/** Types of fields for which an empty text is a value. */
const TEXT_TYPES: readonly string[] = ['text', 'email'];

/** What a control of one line has besides its value. */
export interface ILineOptions {
  /** Further attributes. */
  attributes?: SafeHtml;
  /** Stands right behind the control, such as a unit. */
  after?: SafeHtml | null;
  /** Default: what holds for fields of this type. */
  isRequired?: boolean;
}

/** A control of one line. */
export function lineControl(
  context: IViewContext,
  type: 'text' | 'number' | 'email' | 'date' | 'time' | 'datetime-local',
  options: ILineOptions = {}
): SafeHtml {
  const { variable } = context;
  const { attribute, list } = suggestionsOf(context);
  const isRequired =
    options.isRequired ??
    (variable.isRequired && (variable.isRequiredExplicit || !TEXT_TYPES.includes(type)));
  const attributes = html`${controlAttributes(context, isRequired)}${attribute} type="${type}"`;
  const value = controlText(context);
  return html`<input
      ${attributes}
      value="${value}"
      ${options.attributes}
    />${options.after}${list}${controlNotes(context)}`;
}

/** A control of several lines. */
export function areaControl(context: IViewContext, defaultRows: number, more = NOTHING): SafeHtml {
  const { rows } = context.configuration;
  const count =
    typeof rows === 'number' && rows >= 1 && rows <= 100 ? Math.round(rows) : defaultRows;
  const attributes = html`${controlAttributes(context)} rows="${count}"${more}`;
  // The parser drops a line feed right after the tag, so one more keeps that of the text.
  const text = `\n${controlText(context)}`;
  return html`<textarea ${attributes}>${text}</textarea>${controlNotes(context)}`;
}

/** An item of `options` or `suggestions`. */
export interface IItem {
  value: string;
  /** What people see; the value where none is given. */
  name: string;
}

/** Read `[{value, name}]`; bare values are taken, too, and what is neither is left out. */
export function readItems(items: JsonValue | undefined): IItem[] {
  if (!Array.isArray(items)) {
    return [];
  }
  return items.flatMap(item => {
    if (item !== null && typeof item === 'object' && !Array.isArray(item)) {
      const value = scalarText(item.value);
      return value === null ? [] : [{ value, name: scalarText(item.name) || value }];
    }
    const value = scalarText(item);
    return value === null ? [] : [{ value, name: value }];
  });
}

/** Problems of `options` or `suggestions`. */
export function checkItems(configuration: JsonObject, key: string): IViewProblem[] {
  const items = configuration[key];
  if (items === undefined || items === null) {
    return [];
  }
  if (!Array.isArray(items)) {
    return [{ key, severity: 'error', message: `configuration "${key}" must be a list` }];
  }
  const problems: IViewProblem[] = [];
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const value = readItems([item])[0]?.value;
    const place = { key: `${key}.${index}` };
    if (value === undefined) {
      const message = `each item of "${key}" needs a value; item ${index + 1} has none`;
      problems.push({ ...place, severity: 'error', message });
    } else if (seen.has(value)) {
      const message = `value "${value}" stands in "${key}" twice`;
      problems.push({ ...place, severity: 'warning', message });
    }
    seen.add(value ?? '');
  });
  return problems;
}

/** Problems of keys that must be numbers. */
export function checkNumbers(configuration: JsonObject, keys: readonly string[]): IViewProblem[] {
  return keys
    .filter(key => configuration[key] != null && typeof configuration[key] !== 'number')
    .map(key => ({ key, severity: 'error', message: `configuration "${key}" must be a number` }));
}

/** Problems of keys that must be text. */
export function checkTexts(configuration: JsonObject, keys: readonly string[]): IViewProblem[] {
  return keys
    .filter(key => scalarText(configuration[key] ?? '') === null)
    .map(key => ({ key, severity: 'error', message: `configuration "${key}" must be text` }));
}

/**
 * Take a posted value as text; numbers and booleans count as they are written.
 *
 * @throws {InputProblem} for null, lists and objects
 */
export function parseText(raw: JsonValue): string {
  const text = scalarText(raw);
  if (text === null) {
    throw new InputProblem('must be text');
  }
  return text;
}

/**
 * Take `true false yes no on off 1 0`, whatever the case, as true or false.
 *
 * @throws {InputProblem} for everything else
 */
export function parseBoolean(raw: JsonValue): boolean {
  const text = (scalarText(raw) ?? '').trim().toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(text)) {
    return true;
  }
  if (['false', 'no', 'off', '0'].includes(text)) {
    return false;
  }
  throw new InputProblem(text === '' ? 'must be yes or no' : `"${text}" is neither yes nor no`);
}

function helpOf({ configuration }: IViewContext): string {
  return scalarText(configuration.help) ?? '';
}

/** Text of a text, number or boolean; null for everything else. */
function scalarText(value: JsonValue | undefined): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return null;
  }
}
