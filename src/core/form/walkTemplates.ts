import { evaluateExpression, type VariableLookup } from '../expression/evaluateExpression';
import type { Expression } from '../expression/expression';
import { ExpressionProblem } from '../expression/expressionProblem';
import { parseExpression } from '../expression/parseExpression';

/** A template of a form, as far as the way through it goes. */
export interface IFormTemplate {
  /** Condition; '' means always. */
  expression: string;
  /** Ids of the variables that it asks for. */
  variables: readonly string[];
}

/**
 * The template that Continue leads to: the first one behind the last of the way whose expression is empty or true.
 *
 * Of variables that stand on no template of the way nothing is known: they are undefined.
 *
 * @param way - indices of the templates that were shown, in order; [] before the first
 * @param find - values of variables as they are now
 * @returns null behind the last one: then the form is sent
 */
export function nextTemplate(
  templates: readonly IFormTemplate[],
  way: readonly number[],
  find: VariableLookup
): number | null {
  const seen = new Set(way.flatMap(index => templates[index].variables));
  const findSeen: VariableLookup = id => (seen.has(id) ? find(id) : undefined);
  const from = way.length ? way[way.length - 1] + 1 : 0;
  for (let index = from; index < templates.length; index += 1) {
    if (applies(templates[index].expression, findSeen)) {
      return index;
    }
  }
  return null;
}

/** The whole way through a form with the values as they are now: indices in order. */
export function walkTemplates(templates: readonly IFormTemplate[], find: VariableLookup): number[] {
  const way: number[] = [];
  for (
    let next = nextTemplate(templates, way, find);
    next !== null;
    next = nextTemplate(templates, way, find)
  ) {
    way.push(next);
  }
  return way;
}

/** Tell whether a template with an expression is shown. One that does not parse, which the check reports, is not. */
export function applies(expression: string, find: VariableLookup): boolean {
  if (expression.trim() === '') {
    return true;
  }
  const parsed = parse(expression);
  return parsed !== null && Boolean(evaluateExpression(parsed, find));
}

/** Null for what cannot be used. */
function parse(text: string): Expression | null {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionProblem) {
      return null;
    }
    throw error;
  }
}
