import type { BinaryOperator, Expression, ExpressionValue } from './expression';
import { isIndex } from './expression';
import { FUNCTIONS, LIST_METHODS, TEXT_METHODS } from './functions';

/** Gives the value of a variable; undefined while it is not known. */
export type VariableLookup = (id: string) => ExpressionValue;

/**
 * Evaluate an expression. The result is that of JavaScript, except that
 *
 * - what has no value, such as `name.length` while `name` is not known, is undefined, where JavaScript throws;
 * - `===` between a variable that is a number and a text literal compares numbers, as the original framework,
 *   where all values are texts, wants `guests === '4'`.
 *
 * It never throws, and reaches nothing but the values that `find` gives.
 */
export function evaluateExpression(expression: Expression, find: VariableLookup): ExpressionValue {
  const evaluate = (part: Expression): ExpressionValue => evaluateExpression(part, find);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'variable':
      return find(expression.id);
    case 'list':
      return expression.items.map(evaluate);
    case 'unary':
      return evaluateUnary(expression, evaluate(expression.operand));
    case 'binary':
      return evaluateBinary(expression, evaluate);
    case 'logical':
      return evaluateLogical(expression, evaluate);
    case 'choice':
      return evaluate(evaluate(expression.test) ? expression.yes : expression.no);
    case 'length': {
      const object = evaluate(expression.object);
      return typeof object === 'string' || isList(object) ? object.length : undefined;
    }
    case 'index':
      return itemAt(evaluate(expression.object), evaluate(expression.index));
    case 'method':
      return callMethod(
        expression.name,
        evaluate(expression.object),
        expression.operands.map(evaluate)
      );
    case 'call':
      return FUNCTIONS.get(expression.name)?.(expression.operands.map(evaluate));
  }
}

type Evaluate = (part: Expression) => ExpressionValue;

function evaluateUnary(
  { operator }: Extract<Expression, { kind: 'unary' }>,
  value: ExpressionValue
): ExpressionValue {
  switch (operator) {
    case '!':
      return !value;
    case '-':
      return -Number(value);
    case '+':
      return Number(value);
    case 'typeof':
      return typeof value;
  }
}

function evaluateLogical(
  { operator, left, right }: Extract<Expression, { kind: 'logical' }>,
  evaluate: Evaluate
): ExpressionValue {
  const value = evaluate(left);
  switch (operator) {
    case '&&':
      return value ? evaluate(right) : value;
    case '||':
      return value ? value : evaluate(right);
    case '??':
      return value ?? evaluate(right);
  }
}

function evaluateBinary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  evaluate: Evaluate
): ExpressionValue {
  const [a, b] = [evaluate(left), evaluate(right)];
  if (operator === '===' || operator === '!==') {
    const isSame = a === b || isSameNumber(left, a, right) || isSameNumber(right, b, left);
    return isSame === (operator === '===');
  }
  return OPERATIONS[operator](a, b);
}

type Operation = (a: ExpressionValue, b: ExpressionValue) => ExpressionValue;

// Converted as JavaScript itself does it; a sum may be of texts.
const plus = (a: unknown, b: unknown) => (a as number) + (b as number);
const isBelow = (a: unknown, b: unknown) => (a as number) < (b as number);
const isAtMost = (a: unknown, b: unknown) => (a as number) <= (b as number);
// eslint-disable-next-line eqeqeq -- this is the operator of the expression
const isLike = (a: unknown, b: unknown) => a == b;

const OPERATIONS: Readonly<Record<Exclude<BinaryOperator, '===' | '!=='>, Operation>> = {
  '**': (a, b) => Number(a) ** Number(b),
  '*': (a, b) => Number(a) * Number(b),
  '/': (a, b) => Number(a) / Number(b),
  '%': (a, b) => Number(a) % Number(b),
  '+': plus,
  '-': (a, b) => Number(a) - Number(b),
  '<': isBelow,
  '<=': isAtMost,
  '>': (a, b) => isBelow(b, a),
  '>=': (a, b) => isAtMost(b, a),
  '==': isLike,
  '!=': (a, b) => !isLike(a, b),
  in: (a, b) => (isList(b) ? itemKey(a, b.length) !== null || a === 'length' : undefined)
};

function isSameNumber(variable: Expression, value: ExpressionValue, literal: Expression): boolean {
  return (
    variable.kind === 'variable' &&
    typeof value === 'number' &&
    literal.kind === 'literal' &&
    typeof literal.value === 'string' &&
    literal.value.trim() !== '' &&
    Number(literal.value) === value
  );
}

function callMethod(
  name: string,
  object: ExpressionValue,
  operands: readonly ExpressionValue[]
): ExpressionValue {
  if (typeof object === 'string') {
    return TEXT_METHODS.get(name)?.(object, operands);
  }
  return isList(object) ? LIST_METHODS.get(name)?.(object, operands) : undefined;
}

function itemAt(object: ExpressionValue, index: ExpressionValue): ExpressionValue {
  if (typeof object !== 'string' && !isList(object)) {
    return undefined;
  }
  const key = itemKey(index, object.length);
  return key === null ? undefined : object[key];
}

/** The place that a value names in something of a length; null for none. */
function itemKey(index: ExpressionValue, length: number): number | null {
  // As JavaScript does: a key is always a text.
  const text = String(index);
  const key = isIndex(text) ? Number(text) : length;
  return key < length ? key : null;
}

function isList(value: ExpressionValue): value is readonly ExpressionValue[] {
  return Array.isArray(value);
}
