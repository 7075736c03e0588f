import type { StepDesign } from '../automation/automation';
import type { IFormTemplate } from '../form/walkTemplates';
import { splitHtml } from './htmlPieces';
import { renderTemplateMarkdown } from './markdown';
import { findTokenVariable, modeOf, type IStepContext } from './tokenVariables';
import { findTokens } from './variables';

/** A template as it was read. */
export interface ITemplateText {
  text: string;
  /** '' for always. */
  expression: string;
}

/** The templates of a step; without any, one that shows all of its variables in order. */
export function templatesOrAll(
  { automation, step }: Pick<IStepContext, 'automation' | 'step'>,
  templates: readonly ITemplateText[]
): readonly ITemplateText[] {
  const { variables } = automation.steps[step];
  return templates.length
    ? templates
    : [{ text: variables.map(({ id }) => `{ ${id} }`).join('\n\n'), expression: '' }];
}

/** Tell whether templates are shown one at a time. Other designs show all of them, whatever their expressions say. */
export function isStepwise(design: StepDesign, templateCount: number): boolean {
  return design === 'flex' && templateCount > 1;
}

/**
 * What each template of a page asks for, so that the server goes the same way through a form as the page.
 *
 * @param templates - as they were read; [] for none
 */
export function formTemplatesOf(
  context: IStepContext,
  templates: readonly ITemplateText[]
): IFormTemplate[] {
  const shown = templatesOrAll(context, templates);
  const design = context.automation.display.stepDesigns[context.step];
  const hasWay = isStepwise(design, shown.length);
  return shown.map(({ text, expression }) => ({
    expression: hasWay ? expression : '',
    variables: askedIn(context, text)
  }));
}

function askedIn(context: IStepContext, text: string): string[] {
  const markup = renderTemplateMarkdown(text, { rootUri: '', isPrint: false });
  const ids = findTokens(splitHtml(markup)).flatMap(({ id }) => {
    const variable = findTokenVariable(context, id);
    return variable && modeOf(context, variable) === 'input' ? [id] : [];
  });
  return [...new Set(ids)];
}
