import { ExpressionProblem } from '../expression/expressionProblem';
import { parseExpression } from '../expression/parseExpression';
import { variablesOf } from '../expression/variablesOf';
import type { IPosition } from '../problem';
import type { IAutomation, ITemplate } from './automation';
import { STEP_NAMES } from './automation';
import type { ProblemList } from './problemList';
import { didYouMean } from './suggest';

/**
 * Check the expressions of templates: that they parse, hold nothing that is forbidden, and name input variables
 * alone. Problems stand at their place in the configuration.
 */
export function checkExpressions(automation: IAutomation, problems: ProblemList): void {
  const ids = automation.steps.input.variables.map(({ id }) => id);
  for (const template of STEP_NAMES.flatMap(step => automation.steps[step].templates)) {
    if (template.expression) {
      checkExpression(template, ids, problems);
    }
  }
}

function checkExpression(
  { expression, expressionPosition }: ITemplate,
  ids: readonly string[],
  problems: ProblemList
): void {
  const placeOf = (offset: number): IPosition => ({
    ...expressionPosition,
    column: expressionPosition.column + offset
  });
  try {
    for (const { id, start } of variablesOf(parseExpression(expression))) {
      if (!ids.includes(id)) {
        const message = `expression uses "${id}", which is not an input variable`;
        problems.add('expression-variable', placeOf(start), message, didYouMean(id, ids));
      }
    }
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) {
      throw error;
    }
    const { code, message, offset } = error;
    problems.add(code, placeOf(offset), `expression: ${message} at column ${offset + 1}`);
  }
}
