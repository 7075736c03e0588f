import type { IVariable, StepDesign } from '../automation/automation';
import type { ExpressionValue } from '../expression/expression';
import { namesOf } from '../expression/variablesOf';
import { expressionValue } from '../form/expressionValue';
import { applies } from '../form/walkTemplates';
import type { VariableData } from '../view/view';
import { isStepwise } from './formTemplates';
import { findTokenVariable, modeOf, type IStepContext } from './tokenVariables';
import type { IToken } from './variables';
import { viewOf } from '../view/viewOf';

/** The page of a step, as far as it decides which templates stand on it. */
export interface IOpenRequest extends IStepContext {
  design: StepDesign;
  expressions?: readonly string[];
  data(variable: IVariable): Promise<{ data: VariableData }>;
}

/**
 * Expressions that are open until someone fills in the page, in the order of the templates; '' where there is none, and
 * null for a template that is not shown: on other pages than forms the inputs are known.
 *
 * @param templates - what each template names
 */
export async function openExpressions(
  request: IOpenRequest,
  templates: readonly (readonly IToken[])[]
): Promise<(string | null)[]> {
  const { automation, step, expressions = [] } = request;
  if (!expressions.some(Boolean) || !isStepwise(request.design, templates.length)) {
    return templates.map(() => '');
  }
  if (step === 'input') {
    return templates.map((_, index) => expressions[index] ?? '');
  }
  const asked = new Set(
    templates.flat().flatMap(({ id }) => {
      const variable = findTokenVariable(request, id);
      return variable && modeOf(request, variable) === 'input' ? [id] : [];
    })
  );
  const values = new Map<string, ExpressionValue>();
  for (const variable of automation.steps.input.variables) {
    const isNamed = expressions.some(expression => namesOf(expression).includes(variable.id));
    if (isNamed && !viewOf(request.views, variable)?.isSecret) {
      const { data } = await request.data(variable);
      const value = data.kind === 'value' ? data.value : undefined;
      values.set(variable.id, expressionValue(variable.view, value));
    }
  }
  return templates.map((_, index) => {
    const expression = expressions[index] ?? '';
    const isAsked = namesOf(expression).some(id => asked.has(id));
    return isAsked ? expression : applies(expression, id => values.get(id)) ? '' : null;
  });
}
