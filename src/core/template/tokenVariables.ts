import type { IAutomation, IVariable, StepName } from '../automation/automation';
import { STEP_NAMES } from '../automation/automation';
import type { Mode } from '../view/element';
import type { IView } from '../view/view';
import { viewOf } from '../view/viewOf';

/** The page of a step, as far as it decides what a variable is on it. */
export interface IStepContext {
  automation: IAutomation;
  step: StepName;
  views: { get(name: string): IView | undefined };
  isPrint: boolean;
  /** True shows what would be asked for. */
  isReadOnly?: boolean;
}

/** Find what an id in braces names: the step's own variables come first, then those of the other steps in their order. */
export function findTokenVariable(
  { automation, step }: Pick<IStepContext, 'automation' | 'step'>,
  id: string
): IVariable | undefined {
  for (const name of [step, ...STEP_NAMES]) {
    const variable = automation.steps[name].variables.find(candidate => candidate.id === id);
    if (variable) {
      return variable;
    }
  }
  return undefined;
}

/**
 * Tell whether a variable is asked for on a page. Those of the input step are on input pages; one of another step
 * that says `mode: input` is on the pages of its own step and on input pages.
 */
export function modeOf(
  { step, views, isPrint, isReadOnly }: IStepContext,
  variable: IVariable
): Mode {
  const isAsked = variable.mode === 'input' || (variable.step === 'input' && step === 'input');
  return isAsked && !isPrint && !isReadOnly && viewOf(views, variable)?.input ? 'input' : 'output';
}
