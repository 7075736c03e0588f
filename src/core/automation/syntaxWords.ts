import type { ErrorCode } from 'yaml';

/** A syntax error as the YAML library tells it. */
export interface ISyntaxError {
  code: ErrorCode;
  message: string;
  /** The whole line where it was noticed. */
  line: string;
}

/** A syntax error in words of people who write configurations, not of parsers. */
export interface ISyntaxWords {
  message: string;
  /** What to do; '' when the message says it. */
  hint: string;
}

/** What a version control system leaves around two versions of a text, at the begin of a line. */
const CONFLICT = /^<{7} [^]*^={7}$[^]*^>{7} /m;

/** Blanks that look like the plain one and are none to YAML. */
const ODD_BLANK = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/;

/** The offset where two versions of a text begin that nobody has merged; null when there are none. */
export function findConflict(text: string): number | null {
  return CONFLICT.exec(text)?.index ?? null;
}

/** Put a syntax error into words. */
export function explainSyntax(error: ISyntaxError): ISyntaxWords {
  const odd = ODD_BLANK.exec(error.line);
  if (odd) {
    const code = odd[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message = `this line holds a blank that is no plain space (U+${code})`;
    return { message, hint: 'write a plain space in its place' };
  }
  const known = WORDS.find(({ pattern }) => pattern.test(error.message));
  if (!known) {
    return { message: lowerFirst(error.message), hint: HINTS[error.code] ?? '' };
  }
  const isGlued = known.isKey && /^[\s-]*[\w-]+:\S/.test(error.line);
  return isGlued
    ? { message: 'a space is missing after the colon', hint: 'write key: value' }
    : { message: known.message, hint: known.hint };
}

interface IKnownWords extends ISyntaxWords {
  pattern: RegExp;
  /** A key was expected. */
  isKey?: true;
}

/** By what the library says, as its codes stand for several things each. */
const WORDS: readonly IKnownWords[] = [
  {
    pattern: /^missing closing .*quote/i,
    message: 'a quote that starts here is not closed',
    hint: 'write the same quote at the end of the text'
  },
  {
    pattern: /implicit (map )?keys need to be/i,
    message: 'there is no colon after this key',
    hint: 'write key: value; a text of several lines needs quotes or a | before it',
    isKey: true
  },
  {
    pattern: /^sequence item without - indicator/i,
    message: 'this line is indented neither as its list nor as an item of it',
    hint: 'indent it as the keys above'
  },
  {
    pattern: /^nested mappings are not allowed/i,
    message: 'a second ": " stands in a value',
    hint: 'put the value in quotes, or correct the indentation if a key is meant'
  },
  {
    pattern: /^flow map .* end with a }/i,
    message: 'a brace before this line is not closed',
    hint: 'close it with }'
  },
  {
    pattern: /^flow sequence .* end with a ]/i,
    message: 'a bracket before this line is not closed',
    hint: 'close it with ]'
  },
  {
    pattern: /^unexpected scalar at node end/i,
    message: 'text follows where the value has ended',
    hint: 'correct the indentation, or put the whole value in quotes'
  },
  {
    pattern: /^invalid escape sequence/i,
    message: 'a backslash in double quotes begins a special character',
    hint: 'put the text in single quotes'
  }
];

const HINTS: { readonly [code in ErrorCode]?: string } = {
  TAB_AS_INDENT: 'indent with spaces',
  BAD_SCALAR_START: 'put the value in quotes',
  BAD_INDENT: 'correct the indentation'
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
