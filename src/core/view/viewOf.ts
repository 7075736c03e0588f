import type { IVariable } from '../automation/automation';
import type { IView } from './view';

/** What of a variable names its view. */
export type ViewName = Pick<IVariable, 'view' | 'viewModule'>;

/**
 * The view of a variable. What a module of the automation brings is known by the path of the module, so that two
 * automations may each have a view of the same name.
 */
export function viewOf(
  views: { get(name: string): IView | undefined },
  { view, viewModule }: ViewName
): IView | undefined {
  return views.get(viewModule ?? view);
}
