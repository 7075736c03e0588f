import type { JsonObject, JsonValue } from '../json';
import { readItems, type IItem } from './control';
import { InputProblem, type VariableData } from './view';

/** The options of a control; without any, what is chosen already can be chosen alone. */
export function offeredOptions(configuration: JsonObject, chosen: readonly string[]): IItem[] {
  const options = readItems(configuration.options);
  return options.length
    ? options
    : chosen.filter(value => value !== '').map(value => ({ value, name: value }));
}

/** What people call a chosen value: the name of its option, else the value. */
export function nameOfChoice(configuration: JsonObject, value: string): string {
  return readItems(configuration.options).find(option => option.value === value)?.name ?? value;
}

/** @throws {InputProblem} when a value is not among the options, where there are any */
export function refuseOthers(configuration: JsonObject, values: readonly string[]): void {
  const options = readItems(configuration.options);
  const known = new Set(options.map(({ value }) => value));
  const other = options.length ? values.find(value => !known.has(value)) : undefined;
  if (other !== undefined) {
    throw new InputProblem(`"${other}" is not one of the options`);
  }
}

/** Chosen values of data: a JSON list, or a text with one in each line; without repetitions. */
export function choicesOf(data: VariableData): string[] {
  if (data.kind !== 'value') {
    return [];
  }
  const choices = Array.isArray(data.value)
    ? data.value.map(textOfChoice)
    : splitLines([data.text]);
  return [...new Set(choices)].filter(choice => choice !== '');
}

/** Lines of texts, blank ones left out. */
export function splitLines(texts: readonly string[]): string[] {
  return texts.flatMap(text => text.split(/\r\n|\n|\r/)).filter(text => text !== '');
}

function textOfChoice(item: JsonValue): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}
