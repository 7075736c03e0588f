import type { JsonValue } from '../json';

/** What a page shows for a value in memory; null as '', lists and objects as JSON. */
export function textOfValue(value: JsonValue): string {
  if (typeof value === 'string') {
    return value;
  }
  return value === null ? '' : JSON.stringify(value);
}
