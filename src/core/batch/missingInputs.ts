import type { IAutomation, IVariable } from '../automation/automation';
import { ENVIRONMENT_PATH } from '../automation/automation';
import type { IViewSource } from '../automation/readContext';
import type { IFiles } from '../files';
import { demandsOf } from '../form/demand';
import { expressionValue } from '../form/expressionValue';
import { formTemplatesOf } from '../template/formTemplates';
import { readTemplates } from '../template/readTemplates';
import type { InputValues } from './batch';
import { ownValue } from './parseValue';

/** Gives the variables that a batch with some values lacks. */
export type MissingInputs = (values: InputValues) => IVariable[];

/**
 * Prepare to look for inputs without a value. What a form with these values would pass over is not missing; inputs that
 * are not required, and those of the environment, never are.
 */
export async function createMissingInputs(
  files: IFiles,
  automation: IAutomation,
  views: Pick<IViewSource, 'get'>
): Promise<MissingInputs> {
  const { variables, templates } = automation.steps.input;
  const required = variables.filter(
    ({ isRequired, path }) => isRequired && path !== ENVIRONMENT_PATH
  );
  const missing: MissingInputs = values =>
    required.filter(({ id }) => ownValue(values, id) === undefined);
  if (!templates.some(({ expression }) => expression)) {
    return missing;
  }
  const context = { automation, step: 'input', views, isPrint: false } as const;
  const texts = await readTemplates(files, automation, 'input');
  const form = formTemplatesOf(context, texts);
  const byId = new Map(variables.map(variable => [variable.id, variable]));
  return values => {
    const found = missing(values);
    if (!found.length) {
      return found;
    }
    const demandOf = demandsOf(form, id => {
      const variable = byId.get(id);
      return variable && expressionValue(variable.view, ownValue(values, id));
    });
    return found.filter(({ id }) => demandOf(id) !== 'skipped');
  };
}
