import { slug, titleFilter } from '../automation/words';
import type { JsonValue } from '../json';

/** Filters of names. */
const FILTERS: ReadonlyMap<string, (text: string) => string> = new Map([
  ['slug', slug],
  ['title', titleFilter]
]);

/** A `{id | slug}` in a template. */
interface IReference {
  id: string;
  filters: readonly string[];
  /** With its braces. */
  written: string;
}

/** A template of a folder, name or slug, ready to be filled in many times. */
export interface INameTemplate {
  /** Text and references, in order. */
  parts: readonly (string | IReference)[];
  /** Ids that it names, without repetition. */
  ids: readonly string[];
  /** Filters that do not exist. */
  unknownFilters: readonly string[];
}

/**
 * Parse a template such as `batches/{city | slug}`.
 */
export function parseNameTemplate(text: string): INameTemplate {
  const parts: (string | IReference)[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{([^{}]*[^{}\s][^{}]*)\}/g)) {
    const [id, ...filters] = match[1].split('|').map(term => term.trim());
    parts.push(text.slice(end, match.index), { id, filters, written: match[0] });
    end = (match.index ?? 0) + match[0].length;
  }
  parts.push(text.slice(end));
  const references = parts.filter((part): part is IReference => typeof part !== 'string');
  const filters = references.flatMap(reference => reference.filters);
  return {
    parts: parts.filter(part => part !== ''),
    ids: [...new Set(references.map(({ id }) => id))],
    unknownFilters: [...new Set(filters.filter(filter => !FILTERS.has(filter)))]
  };
}

/**
 * Fill in a template.
 *
 * @param find - text of an id; null leaves the reference as written
 */
export function fillName(template: INameTemplate, find: (id: string) => string | null): string {
  return template.parts
    .map(part => {
      if (typeof part === 'string') {
        return part;
      }
      const text = find(part.id);
      return text === null
        ? part.written
        : part.filters.reduce((filtered, name) => FILTERS.get(name)?.(filtered) ?? filtered, text);
    })
    .join('');
}

/**
 * Write a value as text: integral numbers in full digits, others in the shortest form, below 0.0001
 * like `1e-05`; lists and objects as JSON; null as ''.
 */
export function textOf(value: JsonValue): string {
  if (typeof value === 'number') {
    return textOfNumber(value);
  }
  if (value === null) {
    return '';
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function textOfNumber(value: number): string {
  if (Number.isInteger(value)) {
    return BigInt(value).toString();
  }
  if (Math.abs(value) >= 0.0001) {
    return String(value);
  }
  // Two digits of exponent, as the original framework writes them.
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
