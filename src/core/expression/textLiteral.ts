import { forbiddenProblem, syntaxProblem } from './expressionProblem';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v'
};

const CODE_ESCAPE = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}/y;

/**
 * Read a text literal in single, double or back quotes, with the escapes of JavaScript.
 *
 * @param start - offset of its first quote
 * @returns what it means, and the offset behind its last quote
 * @throws {ExpressionProblem}
 */
export function readTextLiteral(text: string, start: number): { value: string; end: number } {
  const quote = text[start];
  const isTemplate = quote === '`';
  let value = '';
  let at = start + 1;
  while (at < text.length) {
    const character = text[at];
    if (character === quote) {
      return { value, end: at + 1 };
    }
    if (isTemplate && text.startsWith('${', at)) {
      throw forbiddenProblem('${', at);
    }
    if (character === '\\') {
      const escape = readEscape(text, at);
      value += escape.value;
      at = escape.end;
    } else if (character === '\n' || character === '\r') {
      if (!isTemplate) {
        throw syntaxProblem('a quote is not closed before the end of its line', start);
      }
      // As in JavaScript, every end of a line becomes a line feed.
      value += '\n';
      at += text.startsWith('\r\n', at) ? 2 : 1;
    } else {
      value += character;
      at += 1;
    }
  }
  throw syntaxProblem('a quote is not closed', start);
}

/** @param start - offset of the backslash */
function readEscape(text: string, start: number): { value: string; end: number } {
  const at = start + 1;
  CODE_ESCAPE.lastIndex = at;
  const code = CODE_ESCAPE.exec(text);
  if (code) {
    const point = parseInt(code[1] ?? code[2] ?? code[3], 16);
    if (point <= 0x10ffff) {
      return { value: String.fromCodePoint(point), end: CODE_ESCAPE.lastIndex };
    }
  }
  const character = text[at];
  const isCounted = /[xu1-9]/.test(character ?? '') || /0[0-9]/.test(text.slice(at, at + 2));
  if (character === undefined || isCounted) {
    throw syntaxProblem(`"\\${character ?? ''}" is not a known escape`, start);
  }
  if (character === '0') {
    return { value: '\0', end: at + 1 };
  }
  if (/[\n\r\u2028\u2029]/.test(character)) {
    return { value: '', end: at + (text.startsWith('\r\n', at) ? 2 : 1) };
  }
  return { value: SIMPLE_ESCAPES[character] ?? character, end: at + 1 };
}
