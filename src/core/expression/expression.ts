/** A value while an expression is evaluated. Lists hold such values alone: there are no objects. */
export type ExpressionValue =
  undefined | null | boolean | number | string | readonly ExpressionValue[];

/** Operators with one operand. */
export type UnaryOperator = '!' | '-' | '+' | 'typeof';

/** Operators with two operands; both are always evaluated. */
export const BINARY_OPERATORS = [
  ...(['**', '*', '/', '%', '+', '-', '<', '<=', '>', '>=', 'in'] as const),
  ...(['==', '!=', '===', '!=='] as const)
] as const;

/** Operator with two operands. */
export type BinaryOperator = (typeof BINARY_OPERATORS)[number];

/** Operators whose right operand is evaluated only where the left one does not decide. */
export type LogicalOperator = '&&' | '||' | '??';

/** A parsed expression; `start` is the offset in its text. */
export type Expression = { start: number } & (
  | { kind: 'literal'; value: Exclude<ExpressionValue, readonly ExpressionValue[]> }
  | { kind: 'variable'; id: string }
  | { kind: 'list'; items: readonly Expression[] }
  | { kind: 'unary'; operator: UnaryOperator; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'logical'; operator: LogicalOperator; left: Expression; right: Expression }
  | { kind: 'choice'; test: Expression; yes: Expression; no: Expression }
  | { kind: 'length'; object: Expression }
  | { kind: 'index'; object: Expression; index: Expression }
  /** A method of a text or a list. */
  | { kind: 'method'; object: Expression; name: string; operands: readonly Expression[] }
  /** A function such as `Number` or `Math.max`. */
  | { kind: 'call'; name: string; operands: readonly Expression[] }
);

/** Tell whether a text is what JavaScript takes for a place in a list. */
export function isIndex(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,15})$/.test(text);
}
