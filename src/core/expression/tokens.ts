import { forbiddenProblem, syntaxProblem } from './expressionProblem';
import { readTextLiteral } from './textLiteral';

/** A word of an expression; offsets count UTF-16 units of its text. */
export type Token = { start: number; end: number } & (
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'name'; name: string }
  /** Punctuation of an expression. */
  | { kind: 'sign'; sign: string }
  | { kind: 'end' }
);

const NUMBER = /0[xX][0-9a-fA-F]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
/** What of a number may not stand right behind one: `3px`, `012`, `1.2.3`. */
const AFTER_NUMBER = /[\p{ID_Start}$_0-9.]/uy;

const ALLOWED: ReadonlySet<string> = new Set(
  '( ) [ ] , . ? : ! - + * / % ** < <= > >= == != === !== && || ??'.split(' ')
);

/** Further punctuation of JavaScript, so that `a >>= 1` is refused as a whole and not as `>`. */
const FORBIDDEN: readonly string[] = (
  '>>>= >>> >>= <<= **= &&= ||= ??= ... => ?. ++ -- += -= *= /= %= &= |= ^= << >> // /* ' +
  '{ } ; & | ^ ~ = # @ \\'
).split(' ');

/** Longest first. */
const SIGNS: readonly string[] = [...ALLOWED, ...FORBIDDEN].sort((a, b) => b.length - a.length);

/**
 * Split an expression into tokens; the last one is `end`.
 *
 * @throws {ExpressionProblem}
 */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const token = readToken(text, at);
    tokens.push(token);
    at = skipBlanks(text, token.end);
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length });
  return tokens;
}

function readToken(text: string, start: number): Token {
  const number = matchAt(NUMBER, text, start);
  if (number) {
    const end = start + number.length;
    if (matchAt(AFTER_NUMBER, text, end)) {
      throw syntaxProblem(`"${number}" is followed by what belongs to no number`, end);
    }
    return { kind: 'number', value: Number(number), start, end };
  }
  const name = matchAt(NAME, text, start);
  if (name) {
    return { kind: 'name', name, start, end: start + name.length };
  }
  if (`'"\``.includes(text[start])) {
    return { kind: 'text', start, ...readTextLiteral(text, start) };
  }
  const sign = signAt(text, start);
  return { kind: 'sign', sign, start, end: start + sign.length };
}

function signAt(text: string, start: number): string {
  const found = SIGNS.find(sign => text.startsWith(sign, start));
  // `a ?.5 : b` is a choice, not a member that may be absent.
  const sign = found === '?.' && /[0-9]/.test(text[start + 2] ?? '') ? '?' : found;
  if (sign === undefined) {
    const [character] = text.slice(start);
    throw syntaxProblem(`"${character}" is not expected`, start);
  }
  if (!ALLOWED.has(sign)) {
    throw forbiddenProblem(sign, start);
  }
  return sign;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at])) {
    at += 1;
  }
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
