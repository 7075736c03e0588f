import { mimeTypeOf, suffixOfType } from '../../core/view/mimeType';

/** A file as it was sent. */
interface INamedFile {
  name: string;
  /** MIME type; '' when none was given. */
  type: string;
}

/** Types that browsers give to what they do not know, and to CSV where a spreadsheet is installed. */
const VAGUE_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'application/vnd.ms-excel'
]);

/**
 * The suffix with its dot under which a file is kept; '' for none. It comes from the type; the suffix of the name counts
 * where it means the same, or the type says nothing. Only a plain suffix becomes part of a path; a name from
 * outside never does.
 */
export function suffixOfUpload({ name, type }: INamedFile): string {
  const own = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? '';
  const isSame = own !== '' && mimeTypeOf(`x${own}`) === type;
  return isSame || VAGUE_TYPES.has(type) ? own : suffixOfType(type) || own;
}
