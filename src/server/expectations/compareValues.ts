import type { IJsonNode } from '../../core/view/jsonText';
import { MOST_DIFFERENCES, type FileDifference } from './difference';

/**
 * Compare JSON values: numbers as numbers, however they are written (`3` is `3.0`), objects without regard to the order
 * of their keys, everything else exactly.
 *
 * @param place - of the values in their file; '' for the whole
 * @returns in the order of what is expected, at most `MOST_DIFFERENCES`
 */
export function compareValues(
  expected: IJsonNode,
  actual: IJsonNode | undefined,
  place = ''
): FileDifference[] {
  if (!actual) {
    return [differ(place, expected, undefined)];
  }
  if (expected.items && actual.items) {
    return compareItems(expected.items, actual.items, place);
  }
  if (expected.members && actual.members) {
    const keys = new Set([...expected.members.keys(), ...actual.members.keys()]);
    return compareMembers([...keys], expected.members, actual.members, place);
  }
  const isSame = !isNested(expected) && !isNested(actual) && areEqual(expected, actual);
  return isSame ? [] : [differ(place, expected, actual)];
}

/**
 * Compare the variables of a dictionary: those that are expected; others say nothing about the test.
 */
export function compareDictionaries(
  expected: ReadonlyMap<string, IJsonNode>,
  actual: ReadonlyMap<string, IJsonNode>
): FileDifference[] {
  return compareMembers([...expected.keys()], expected, actual, '');
}

function compareMembers(
  keys: readonly string[],
  expected: ReadonlyMap<string, IJsonNode>,
  actual: ReadonlyMap<string, IJsonNode>,
  place: string
): FileDifference[] {
  return collect(keys, key => {
    const inner = placeOf(place, key);
    const wanted = expected.get(key);
    return wanted
      ? compareValues(wanted, actual.get(key), inner)
      : [differ(inner, undefined, actual.get(key))];
  });
}

function compareItems(
  expected: readonly IJsonNode[],
  actual: readonly IJsonNode[],
  place: string
): FileDifference[] {
  const indices = Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) => i);
  return collect(indices, index => {
    const inner = `${place}[${index}]`;
    const wanted = expected.at(index);
    return wanted
      ? compareValues(wanted, actual.at(index), inner)
      : [differ(inner, undefined, actual.at(index))];
  });
}

function collect<T>(parts: readonly T[], compare: (part: T) => FileDifference[]): FileDifference[] {
  const differences: FileDifference[] = [];
  for (const part of parts) {
    differences.push(...compare(part));
    if (differences.length >= MOST_DIFFERENCES) {
      break;
    }
  }
  return differences.slice(0, MOST_DIFFERENCES);
}

function areEqual(expected: IJsonNode, actual: IJsonNode): boolean {
  if (typeof expected.value !== 'number' || typeof actual.value !== 'number') {
    return expected.value === actual.value;
  }
  // Integers that a number cannot hold differ in digits that it lost.
  return isLongInteger(expected) && isLongInteger(actual)
    ? BigInt(expected.text) === BigInt(actual.text)
    : Object.is(expected.value + 0, actual.value + 0);
}

function isLongInteger({ value, text }: IJsonNode): boolean {
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value);
}

function isNested({ items, members }: IJsonNode): boolean {
  return Boolean(items ?? members);
}

function placeOf(place: string, key: string): string {
  const isPlain = /^[\p{L}_][\p{L}\p{N}_ -]*$/u.test(key);
  return isPlain ? (place ? `${place}.${key}` : key) : `${place}[${JSON.stringify(key)}]`;
}

function differ(
  place: string,
  expected: IJsonNode | undefined,
  actual: IJsonNode | undefined
): FileDifference {
  return { place, line: null, expected: expected?.text ?? null, actual: actual?.text ?? null };
}
