/** A value that JSON can write. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object: text keys, JSON values. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Tell whether an unknown value is a plain JSON object (neither null nor a list).
 */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
