import { JSONExt } from '@lumino/coreutils';
import { isJsonObject, type JsonValue } from '../../core/json';
import type { IRunRecord } from '../../core/run/run';
import { textOfValue } from '../../core/view/valueText';

/** Characters of a value that a list shows. */
const MAX_VALUE_LENGTH = 80;

/** An input of a run, as lists show it. */
export interface IShownInput {
  /** Id of the variable. */
  id: string;
  /** At most 80 characters; '' where the run had no such input. */
  text: string;
}

/** All inputs of a run; secrets are in no record. */
export function inputsOf({ inputs }: Pick<IRunRecord, 'inputs'>): IShownInput[] {
  return Object.keys(inputs).map(id => ({ id, text: shortText(inputs[id]) }));
}

/** The inputs of a run that another one did not have, or had with another value. */
export function changedInputs(
  { inputs }: Pick<IRunRecord, 'inputs'>,
  other: Pick<IRunRecord, 'inputs'>
): IShownInput[] {
  const ids = new Set([...Object.keys(inputs), ...Object.keys(other.inputs)]);
  return [...ids]
    .filter(id => !isEqual(inputs[id], other.inputs[id]))
    .map(id => ({ id, text: inputs[id] === undefined ? '' : shortText(inputs[id]) }));
}

/** Ids of the inputs of a run that are files: of those, records keep digests and names alone. */
export function fileInputs({ inputs }: Pick<IRunRecord, 'inputs'>): string[] {
  return Object.keys(inputs).filter(id => fileNames(inputs[id]) !== null);
}

function isEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return one !== undefined && other !== undefined ? JSONExt.deepEqual(one, other) : one === other;
}

function shortText(value: JsonValue): string {
  const text = fileNames(value)?.join(', ') ?? textOfValue(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 1)}…` : text;
}

/** Names of the files that a value stands for; null for a plain value. */
function fileNames(value: JsonValue): string[] | null {
  const items = Array.isArray(value) ? value : [value];
  const names = items.flatMap(item =>
    isJsonObject(item) &&
    typeof item.file === 'string' &&
    item.file.startsWith('sha256:') &&
    typeof item.name === 'string'
      ? item.name
      : []
  );
  return items.length > 0 && names.length === items.length ? names : null;
}
