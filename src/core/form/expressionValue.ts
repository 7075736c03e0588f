import type { ExpressionValue } from '../expression/expression';
import type { JsonValue } from '../json';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Words for yes and no, case ignored. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map(word => [word, true] as const),
  ...['false', 'no', 'off', '0'].map(word => [word, false] as const)
]);

/**
 * What a value of a control, or one that was posted, is in an expression. Page and server agree, as both begin
 * with what is posted.
 *
 * Views `number`, `slider` and `boolean` have their type, and no value where there is nothing of it; a list is a list,
 * for `json` and `multiselect` also when it is written as text; everything else is its text.
 *
 * @param view - name of the view, no alias
 * @param raw - undefined for no value
 */
export function expressionValue(view: string, raw: JsonValue | undefined): ExpressionValue {
  if (raw === undefined || raw === null) {
    return undefined;
  }
  const list = listOf(view, raw);
  if (list) {
    return list;
  }
  switch (view) {
    case 'number':
    case 'slider':
      return numberOf(raw);
    case 'boolean':
      return typeof raw === 'boolean' ? raw : BOOLEANS.get(String(raw).trim().toLowerCase());
    default:
      return textOf(raw);
  }
}

function numberOf(raw: JsonValue): number | undefined {
  const text = typeof raw === 'object' ? '' : String(raw).trim();
  return NUMBER.test(text) ? Number(text) : undefined;
}

function listOf(view: string, raw: JsonValue): ExpressionValue[] | null {
  if (Array.isArray(raw)) {
    return raw.map(itemOf);
  }
  if (typeof raw !== 'string') {
    return null;
  }
  if (view === 'json' || (view === 'multiselect' && raw.trim().startsWith('['))) {
    const value = parseJson(raw);
    if (Array.isArray(value)) {
      return value.map(itemOf);
    }
  }
  return view === 'multiselect' ? raw.split(/\r?\n/).filter(line => line.trim() !== '') : null;
}

function itemOf(item: JsonValue): ExpressionValue {
  if (Array.isArray(item)) {
    return item.map(itemOf);
  }
  return typeof item === 'object' && item !== null ? JSON.stringify(item) : item;
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // What is no JSON yet is a text.
    return null;
  }
}

function textOf(raw: JsonValue): string {
  return typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
}
