import type { VariableLookup } from '../expression/evaluateExpression';
import { walkTemplates, type IFormTemplate } from './walkTemplates';

/**
 * What a form wants of a variable: `asked` stands on a template that is reached, `skipped` only on others, `free` on
 * none.
 */
export type Demand = 'asked' | 'skipped' | 'free';

/**
 * What a form with some values wants of each variable.
 *
 * @param find - values as they were given
 */
export function demandsOf(
  templates: readonly IFormTemplate[],
  find: VariableLookup
): (id: string) => Demand {
  const reached = walkTemplates(templates, find);
  const asked = new Set(reached.flatMap(index => templates[index].variables));
  const known = new Set(templates.flatMap(({ variables }) => variables));
  return id => (asked.has(id) ? 'asked' : known.has(id) ? 'skipped' : 'free');
}
