import { isJsonObject, type JsonObject } from '../json';

/** How a document is printed; every default is filled in, and each text is a value that CSS takes. */
export interface IPrintSettings {
  /** CSS font families. */
  fontFamily: string;
  /** CSS length. */
  fontSize: string;
  /** CSS colour. */
  color: string;
  /** One to four CSS lengths, from the edges of the paper. */
  padding: string;
  /** True leaves the first page without header and footer. */
  isFirstSkipped: boolean;
  /** Where page numbers stand; null for none. */
  pageNumber: {
    location: 'header' | 'footer';
    alignment: 'left' | 'center' | 'right';
  } | null;
  /** Template of the file name, see `documentName`; null for the name of the batch. */
  name: string | null;
}

const LOCATIONS = ['header', 'footer'] as const;
const ALIGNMENTS = ['left', 'center', 'right'] as const;

/**
 * Read how a document is printed from the configuration of a `print` variable, static and dynamic ones merged.
 * What scripts write is not checked before, so a value that is no CSS value reads as the default.
 */
export function readPrintSettings(configuration: JsonObject): IPrintSettings {
  const frame = objectAt(configuration, 'header-footer');
  const number = objectAt(configuration, 'page-number');
  const location = LOCATIONS.find(value => value === number.location);
  const alignment = ALIGNMENTS.find(value => value === number.alignment) ?? 'right';
  return {
    fontFamily: cssValue(frame['font-family']) ?? 'sans-serif',
    fontSize: cssValue(frame['font-size']) ?? '8pt',
    color: cssValue(frame.color) ?? '#808080',
    padding: cssValue(frame.padding) ?? '0.1in 0.25in',
    isFirstSkipped: frame['skip-first'] === true,
    pageNumber: location ? { location, alignment } : null,
    name: filledText(configuration.name)
  };
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function filledText(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() ? text.trim() : null;
}

/** A text that can stand behind a property and end neither it nor its block, nor load anything; else null. */
function cssValue(value: unknown): string | null {
  const text = filledText(value);
  const isValue = text !== null && /^[\p{L}\p{N} ,.#%'"()+/*_-]{1,200}$/u.test(text);
  const isClosed = isValue && isBalanced(text) && !/url|\/\*/i.test(text);
  return isClosed ? text : null;
}

function isBalanced(text: string): boolean {
  const rest = text.replace(/"[^"]*"|'[^']*'/g, '');
  const depth = [...rest].reduce(
    (open, letter) => (open < 0 ? open : open + (letter === '(' ? 1 : letter === ')' ? -1 : 0)),
    0
  );
  return depth === 0 && !/["']/.test(rest);
}
