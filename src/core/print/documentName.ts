import { fillName, parseNameTemplate, textOf } from '../batch/nameTemplate';
import type { JsonValue } from '../json';

/** What the template of a file name may name. */
export interface INameSource {
  /** Name of the batch, `{batch name}`. */
  batchName: string;
  /** View of the variable, `{view}`; also the suffix that a name without one gets. */
  view: string;
  /** `{timestamp}`, see `formatTimestamp`. */
  timestamp: string;
  /** Value of an input or output variable by its id; null for none. They come before the names above. */
  find(id: string): JsonValue;
}

/** What a document is called when nothing else is said. */
export const DEFAULT_NAME = '{batch name}.{view}';

/** Bytes of UTF-8: file systems take 255, and a suffix may be added to make it unique. */
const MAXIMUM_BYTES = 200;

/** Names that Windows keeps for devices, whatever their suffix. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/**
 * Make the file name of a document from its template.
 *
 * @returns a safe name with the suffix of the view, see `safeFileName`
 */
export function documentName(template: string, source: INameSource): string {
  const { batchName, view, timestamp, find } = source;
  const own: Readonly<Record<string, string>> = { 'batch name': batchName, view, timestamp };
  const filled = fillName(parseNameTemplate(template), id => {
    const value = find(id);
    if (value !== null) {
      return textOf(value);
    }
    return Object.prototype.hasOwnProperty.call(own, id) ? own[id] : null;
  });
  const suffix = `.${view}`;
  const hasSuffix = filled.toLowerCase().endsWith(suffix);
  return safeFileName(hasSuffix ? filled.slice(0, -suffix.length) : filled, suffix);
}

/**
 * Make a name that every file system takes and that stays in its folder: without separators, control characters,
 * leading dots and names of devices; at most 200 bytes.
 *
 * @param stem - any text
 * @param suffix - with its dot; kept as it is
 */
export function safeFileName(stem: string, suffix: string): string {
  const plain = stem
    .normalize('NFC')
    // Control characters, what turns the direction of text, and lone surrogates are not to be seen in a name.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const kept = cutToBytes(plain, MAXIMUM_BYTES - suffix.length).replace(/[. ]+$/, '') || 'document';
  return DEVICE_NAME.test(kept) ? `_${kept}${suffix}` : `${kept}${suffix}`;
}

/**
 * Gives each document of a folder a name of its own: the second `a.pdf` becomes `a-2.pdf`. Names that differ in
 * case or composition alone are the same to some file systems.
 */
export class UniqueNames {
  /** @param name - safe, see `safeFileName` */
  add(name: string): string {
    const at = name.lastIndexOf('.');
    const [stem, suffix] = at > 0 ? [name.slice(0, at), name.slice(at)] : [name, ''];
    let unique = name;
    for (let count = 2; this._taken.has(keyOf(unique)); count += 1) {
      unique = `${stem}-${count}${suffix}`;
    }
    this._taken.add(keyOf(unique));
    return unique;
  }

  private readonly _taken = new Set<string>();
}

/**
 * Write a time as the name of a folder: `YYYYMMDD-HHMMSS-ffffff`, in the time zone of the machine. Clocks here tell
 * milliseconds, so the last three digits are 0.
 */
export function formatTimestamp(time: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  const clock = `${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
  return `${date}-${clock}-${String(time.getMilliseconds()).padStart(3, '0')}000`;
}

function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function cutToBytes(text: string, bytes: number): string {
  let size = 0;
  let kept = '';
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    size += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (size > bytes) {
      break;
    }
    kept += letter;
  }
  return kept;
}
