import type { JsonValue } from '../json';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Tell whether two values match: they are equal, or one of a list on either side is. A number and its text
 * are equal (`5`, `'5'`, `'5.0'`), which the original does not know.
 */
export function valuesMatch(one: JsonValue, other: JsonValue): boolean {
  const others = listOf(other);
  return listOf(one).some(left => others.some(right => isEqual(left, right)));
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}

function isEqual(one: JsonValue, other: JsonValue): boolean {
  if (typeof one === 'number' && typeof other === 'string') {
    return isTextOf(other, one);
  }
  if (typeof one === 'string' && typeof other === 'number') {
    return isTextOf(one, other);
  }
  // Dictionaries and lists in lists say nothing about a person.
  return one === other && (typeof one !== 'object' || one === null);
}

function isTextOf(text: string, value: number): boolean {
  return text === String(value) || (NUMBER.test(text) && Number(text) === value);
}
