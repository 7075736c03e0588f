import type { BinaryOperator, Expression, LogicalOperator, UnaryOperator } from './expression';
import { BINARY_OPERATORS, isIndex } from './expression';
import { ExpressionProblem, forbiddenProblem, syntaxProblem } from './expressionProblem';
import { FUNCTIONS, TEXT_METHODS } from './functions';
import { FORBIDDEN_NAMES, LITERALS } from './names';
import { readTokens, type Token } from './tokens';

/** Characters of an expression, at most. */
export const MAXIMUM_LENGTH = 2000;

/** Brackets, choices, prefixes and powers that stand in one another, at most. */
export const MAXIMUM_DEPTH = 50;

/** Signs between two operands; a higher number binds tighter. Powers stand apart, as they bind to the right. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ...entries(1, '??'),
  ...entries(2, '||'),
  ...entries(3, '&&'),
  ...entries(4, '==', '!=', '===', '!=='),
  ...entries(5, '<', '<=', '>', '>=', 'in'),
  ...entries(6, '+', '-'),
  ...entries(7, '*', '/', '%')
]);

const UNARY: ReadonlySet<string> = new Set(['!', '-', '+', 'typeof']);

/**
 * Parse an expression of a template: a small part of JavaScript with its precedence, and nothing that could
 * reach beyond the values of inputs.
 *
 * The grammar is ours and not that of a library for JavaScript: it has to know the place of each name, and it must
 * refuse by itself everything that is not listed.
 *
 * @throws {ExpressionProblem}
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAXIMUM_LENGTH) {
    const message = `an expression has at most ${MAXIMUM_LENGTH} characters; this one has ${text.length}`;
    throw new ExpressionProblem('expression-forbidden', message, 0);
  }
  return new Parser(readTokens(text)).parse();
}

class Parser {
  constructor(private readonly _tokens: readonly Token[]) {}

  parse(): Expression {
    const expression = this._expression();
    if (this._next.kind !== 'end') {
      throw this._unexpected();
    }
    return expression;
  }

  /** A choice, or less. */
  private _expression(): Expression {
    return this._nested(() => {
      const test = this._operation(1);
      if (!this._take('?')) {
        return test;
      }
      const yes = this._expression();
      this._expect(':');
      const no = this._expression();
      return { kind: 'choice', test, yes, no, start: test.start };
    });
  }

  /** Operands with signs of at least a precedence between them. */
  private _operation(lowest: number): Expression {
    let left = this._power();
    for (;;) {
      const token = this._next;
      const sign = wordOf(token);
      const precedence = PRECEDENCE.get(sign) ?? 0;
      if (precedence < lowest) {
        return left;
      }
      this._at += 1;
      const right = this._operation(precedence + 1);
      left = this._combine(sign, left, right, token.start);
    }
  }

  private _combine(sign: string, left: Expression, right: Expression, at: number): Expression {
    const { start } = left;
    if (isBinary(sign)) {
      return { kind: 'binary', operator: sign, left, right, start };
    }
    const operator = sign as LogicalOperator;
    // JavaScript asks for brackets here, too.
    const isMixed = [left, right].some(
      operand =>
        operand.kind === 'logical' &&
        !this._grouped.has(operand) &&
        (operator === '??') !== (operand.operator === '??')
    );
    if (isMixed) {
      throw syntaxProblem('"??" beside "&&" or "||" needs brackets', at);
    }
    return { kind: 'logical', operator, left, right, start };
  }

  /** `a ** b`, which binds to the right, or less. */
  private _power(): Expression {
    const left = this._prefixed();
    const at = this._next.start;
    if (!this._take('**')) {
      return left;
    }
    if (left.kind === 'unary' && !this._grouped.has(left)) {
      throw syntaxProblem('a sign before the base of "**" needs brackets', at);
    }
    const right = this._nested(() => this._power());
    return { kind: 'binary', operator: '**', left, right, start: left.start };
  }

  private _prefixed(): Expression {
    const token = this._next;
    const word = wordOf(token);
    if (!UNARY.has(word)) {
      return this._withMembers(this._primary());
    }
    this._at += 1;
    const operand = this._nested(() => this._prefixed());
    return { kind: 'unary', operator: word as UnaryOperator, operand, start: token.start };
  }

  private _withMembers(first: Expression): Expression {
    let object = first;
    for (;;) {
      const token = this._next;
      if (this._take('.')) {
        object = this._member(object);
      } else if (this._take('[')) {
        object = this._index(object);
      } else if (wordOf(token) === '(') {
        throw forbiddenProblem('(…)', token.start);
      } else {
        return object;
      }
    }
  }

  private _member(object: Expression): Expression {
    const { start } = object;
    const token = this._next;
    if (token.kind !== 'name') {
      throw this._unexpected();
    }
    this._at += 1;
    const { name } = token;
    if (name === 'length' && wordOf(this._next) !== '(') {
      return { kind: 'length', object, start };
    }
    if (!TEXT_METHODS.has(name) || !this._take('(')) {
      throw forbiddenProblem(`.${name}`, token.start);
    }
    return { kind: 'method', object, name, operands: this._items(')'), start };
  }

  private _index(object: Expression): Expression {
    const index = this._expression();
    this._expect(']');
    if (index.kind === 'literal' && typeof index.value === 'string' && !isIndex(index.value)) {
      throw forbiddenProblem(`['${index.value}']`, index.start);
    }
    return { kind: 'index', object, index, start: object.start };
  }

  private _primary(): Expression {
    const token = this._next;
    const { start } = token;
    switch (token.kind) {
      case 'number':
      case 'text':
        this._at += 1;
        return { kind: 'literal', value: token.value, start };
      case 'name':
        if (token.name === 'in') {
          throw this._unexpected();
        }
        this._at += 1;
        return this._named(token.name, start);
      case 'sign':
        if (this._take('(')) {
          const expression = this._expression();
          this._expect(')');
          this._grouped.add(expression);
          return expression;
        }
        if (this._take('[')) {
          return { kind: 'list', items: this._items(']'), start };
        }
        if (token.sign === '/') {
          throw forbiddenProblem('/', start);
        }
        throw this._unexpected();
      case 'end':
        throw this._unexpected();
    }
  }

  private _named(name: string, start: number): Expression {
    const literal = LITERALS.get(name);
    if (literal) {
      return { kind: 'literal', value: literal.value, start };
    }
    if (FORBIDDEN_NAMES.has(name)) {
      throw forbiddenProblem(name, start);
    }
    if (name === 'variables' && this._take('[')) {
      return this._quotedVariable(start);
    }
    const called = name === 'Math' && this._take('.') ? this._mathName(start) : name;
    if (this._take('(')) {
      if (!FUNCTIONS.has(called)) {
        throw forbiddenProblem(`${called}()`, start);
      }
      return { kind: 'call', name: called, operands: this._items(')'), start };
    }
    if (called !== name) {
      throw forbiddenProblem(called, start);
    }
    return { kind: 'variable', id: name, start };
  }

  /** `variables['town name']`, for ids that are no names. */
  private _quotedVariable(start: number): Expression {
    const token = this._next;
    if (token.kind !== 'text') {
      throw forbiddenProblem('variables[…] without a text in quotes', start);
    }
    this._at += 1;
    this._expect(']');
    return { kind: 'variable', id: token.value, start };
  }

  private _mathName(start: number): string {
    const token = this._next;
    if (token.kind !== 'name') {
      throw this._unexpected();
    }
    this._at += 1;
    const name = `Math.${token.name}`;
    if (!FUNCTIONS.has(name)) {
      throw forbiddenProblem(name, start);
    }
    return name;
  }

  /** Expressions with commas between them, up to a closing bracket. A comma may follow the last one. */
  private _items(close: ')' | ']'): Expression[] {
    const items: Expression[] = [];
    while (!this._take(close)) {
      items.push(this._expression());
      if (wordOf(this._next) !== close) {
        this._expect(',');
      }
    }
    return items;
  }

  private _nested(parse: () => Expression): Expression {
    this._depth += 1;
    if (this._depth > MAXIMUM_DEPTH) {
      const message = `an expression is at most ${MAXIMUM_DEPTH} levels deep`;
      throw new ExpressionProblem('expression-forbidden', message, this._next.start);
    }
    const expression = parse();
    this._depth -= 1;
    return expression;
  }

  private _take(sign: string): boolean {
    const { _next: next } = this;
    const isThere = next.kind === 'sign' && next.sign === sign;
    this._at += isThere ? 1 : 0;
    return isThere;
  }

  private _expect(sign: string): void {
    if (!this._take(sign)) {
      throw this._unexpected(`"${sign}"`);
    }
  }

  private _unexpected(wanted = ''): ExpressionProblem {
    const token = this._next;
    if (token.kind === 'name' && FORBIDDEN_NAMES.has(token.name)) {
      return forbiddenProblem(token.name, token.start);
    }
    const what = token.kind === 'end' ? 'the end' : describe(token);
    const hint = wanted && `; ${wanted} is expected`;
    return syntaxProblem(`${what} is not expected here${hint}`, token.start);
  }

  private get _next(): Token {
    return this._tokens[this._at];
  }

  private readonly _grouped = new Set<Expression>();
  private _at = 0;
  private _depth = 0;
}

/** The word that decides what an operator is; '' for literals and the end. */
function wordOf(token: Token): string {
  return token.kind === 'sign' ? token.sign : token.kind === 'name' ? token.name : '';
}

function describe(token: Exclude<Token, { kind: 'end' }>): string {
  return token.kind === 'sign' || token.kind === 'name' ? `"${wordOf(token)}"` : `"${token.value}"`;
}

function isBinary(sign: string): sign is BinaryOperator {
  return (BINARY_OPERATORS as readonly string[]).includes(sign);
}

function entries(precedence: number, ...signs: string[]): [string, number][] {
  return signs.map(sign => [sign, precedence]);
}
