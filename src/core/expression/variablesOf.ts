import type { Expression } from './expression';
import { ExpressionProblem } from './expressionProblem';
import { parseExpression } from './parseExpression';

/** A variable that an expression names, with its offset in the text. */
export interface INamedVariable {
  id: string;
  start: number;
}

/** The variables that an expression names, in the order of its text; one that is named twice stands there twice. */
export function variablesOf(expression: Expression): INamedVariable[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'variable':
      return [{ id: expression.id, start: expression.start }];
    default:
      return partsOf(expression).flatMap(variablesOf);
  }
}

/** The ids that the text of an expression names, each once; [] when it cannot be used. */
export function namesOf(text: string): string[] {
  if (text.trim() === '') {
    return [];
  }
  try {
    return [...new Set(variablesOf(parseExpression(text)).map(({ id }) => id))];
  } catch (error) {
    if (error instanceof ExpressionProblem) {
      return [];
    }
    throw error;
  }
}

function partsOf(
  expression: Exclude<Expression, { kind: 'literal' | 'variable' }>
): readonly Expression[] {
  switch (expression.kind) {
    case 'list':
      return expression.items;
    case 'unary':
      return [expression.operand];
    case 'binary':
    case 'logical':
      return [expression.left, expression.right];
    case 'choice':
      return [expression.test, expression.yes, expression.no];
    case 'length':
      return [expression.object];
    case 'index':
      return [expression.object, expression.index];
    case 'method':
      return [expression.object, ...expression.operands];
    case 'call':
      return expression.operands;
  }
}
