import type { JsonValue } from '../json';

/**
 * Parse JSON as scripts write it: `NaN` and infinities, which Python writes, are read as null, and a byte order mark,
 * which editors of Windows write, is skipped.
 *
 * @throws {SyntaxError} for everything else that is no JSON
 */
export function parseLenientJson(text: string): JsonValue {
  const content = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(content);
  } catch (error) {
    if (!/NaN|Infinity/.test(content)) {
      throw error;
    }
    const withoutNames = content.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, part =>
      part.startsWith('"') ? part : 'null'
    );
    return JSON.parse(withoutNames);
  }
}
