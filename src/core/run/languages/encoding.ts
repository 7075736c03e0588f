/**
 * Encode a value as base64 of its JSON in UTF-8: letters, digits, `+`, `/` and `=` only, so that it
 * can stand between quotes in any language.
 */
export function encodeJson(value: unknown): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(JSON.stringify(value))) {
    bytes += String.fromCharCode(byte);
  }
  return btoa(bytes);
}

/** The bytes of a text in UTF-8, each as two hexadecimal digits. */
export function encodeHex(text: string): string[] {
  return Array.from(new TextEncoder().encode(text), byte => byte.toString(16).padStart(2, '0'));
}
