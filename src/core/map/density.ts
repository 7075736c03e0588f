import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import type { IViewProblem } from '../view/view';
import { isLatitude, isLongitude } from './bounds';

/** How a number or a position is found in an item of data. */
export type Accessor =
  /** The item itself, or what is usually called so in it. */
  | { kind: 'usual' }
  | { kind: 'constant'; value: number }
  /** Names of one field, or of two with longitude and latitude; dots lead into objects. */
  | { kind: 'fields'; fields: readonly string[] }
  /** A function in the text of the author. */
  | { kind: 'code'; text: string };

/** How a density is made of data. */
export interface IDensityOptions {
  position: Accessor;
  weight: Accessor;
  /** 0–1. */
  opacity: number;
}

/** Longitude, latitude and weight of each item, one after the other. */
export type DensityPoints = Float64Array;

const DEFAULT_OPACITY = 0.5;

/** Names that positions usually have, in the order in which they are tried. */
const USUAL_FIELDS: readonly (readonly string[])[] = [
  ['longitude', 'latitude'],
  ['lon', 'lat'],
  ['lng', 'lat'],
  ['position'],
  ['coordinates'],
  ['location'],
  ['geometry.coordinates']
];

/**
 * Read how a density is made.
 *
 * @param written - the configuration as the author wrote it: functions count only there, never from data
 */
export function readDensityOptions(
  configuration: JsonObject,
  written: JsonObject
): IDensityOptions {
  const { opacity } = configuration;
  const accessor = (key: 'position' | 'weight') =>
    readAccessor(isFunctionText(configuration[key]) ? written[key] : configuration[key]);
  const weight = accessor('weight');
  return {
    position: accessor('position'),
    weight: weight.kind === 'usual' ? { kind: 'constant', value: 1 } : weight,
    opacity: isOpacity(opacity) ? opacity : DEFAULT_OPACITY
  };
}

/** Problems of the keys that only a density has. */
export function checkDensity({ opacity, position, weight }: JsonObject): IViewProblem[] {
  const rules: [string, boolean, string][] = [
    ['opacity', isAbsent(opacity) || isOpacity(opacity), 'a number from 0 to 1'],
    [
      'position',
      isAbsent(position) || isFields(position),
      'the name of a field, a list with the names of longitude and latitude, or a function'
    ],
    [
      'weight',
      isAbsent(weight) || typeof weight === 'number' || typeof weight === 'string',
      'a number, the name of a field, or a function'
    ]
  ];
  return rules
    .filter(([, isRight]) => !isRight)
    .map(([key, , expected]) => ({
      key,
      severity: 'error',
      message: `configuration "${key}" must be ${expected}`
    }));
}

/** Tell whether a text is a function rather than a name. */
export function isFunctionText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && /=>|^\s*(async\s+)?function\b/.test(value);
}

/**
 * Make points of data without any code; items without a position on earth are left out.
 *
 * @param data - a list of positions or of objects
 */
export function readDensityPoints(
  data: JsonValue,
  { position, weight }: Pick<IDensityOptions, 'position' | 'weight'>
): DensityPoints {
  const items = Array.isArray(data) ? data : [];
  const points = new Float64Array(items.length * 3);
  let length = 0;
  for (const item of items) {
    const [longitude, latitude] = positionOf(item, position) ?? [];
    const amount = weightOf(item, weight);
    if (isLongitude(longitude) && isLatitude(latitude) && Number.isFinite(amount)) {
      points.set([longitude, latitude, amount], length);
      length += 3;
    }
  }
  return points.subarray(0, length);
}

function readAccessor(value: JsonValue | undefined): Accessor {
  if (typeof value === 'number') {
    return { kind: 'constant', value };
  }
  if (typeof value === 'string' && isFunctionText(value)) {
    // What the original takes when nothing is said needs no code.
    return /^\s*\(?\s*(\w+)\s*\)?\s*=>\s*\1\s*;?\s*$/.test(value)
      ? { kind: 'usual' }
      : { kind: 'code', text: value };
  }
  if (typeof value === 'string' && value.trim()) {
    return { kind: 'fields', fields: [value.trim()] };
  }
  if (isFields(value) && typeof value !== 'string') {
    return { kind: 'fields', fields: value };
  }
  return { kind: 'usual' };
}

function positionOf(item: JsonValue, accessor: Accessor): readonly JsonValue[] | null {
  if (accessor.kind === 'fields') {
    return fieldsOf(item, accessor.fields);
  }
  if (Array.isArray(item)) {
    return item;
  }
  for (const fields of USUAL_FIELDS) {
    const found = fieldsOf(item, fields);
    if (found && found[0] !== undefined) {
      return found;
    }
  }
  return null;
}

function fieldsOf(item: JsonValue, fields: readonly string[]): readonly JsonValue[] | null {
  if (fields.length === 2) {
    const values = fields.map(field => memberOf(item, field));
    return values.every(value => value !== null) ? values : null;
  }
  const value = memberOf(item, fields[0]);
  return Array.isArray(value) ? value : null;
}

function weightOf(item: JsonValue, accessor: Accessor): number {
  if (accessor.kind === 'fields') {
    const value = memberOf(item, accessor.fields[0]);
    return typeof value === 'number' ? value : NaN;
  }
  return accessor.kind === 'constant' ? accessor.value : 1;
}

/** A member by its name, or by the names that lead to it; null when there is none. */
function memberOf(item: JsonValue, name: string): JsonValue {
  let value: JsonValue = item;
  for (const part of name.split('.')) {
    const owner: unknown = value;
    const isOwn =
      (isJsonObject(owner) || Array.isArray(owner)) &&
      Object.prototype.hasOwnProperty.call(owner, part);
    if (!isOwn) {
      return null;
    }
    value = (owner as unknown as JsonObject)[part];
  }
  return value;
}

function isFields(value: JsonValue | undefined): value is string | [string, string] {
  return (
    typeof value === 'string' ||
    (Array.isArray(value) && value.length === 2 && value.every(field => typeof field === 'string'))
  );
}

function isOpacity(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isAbsent(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}
