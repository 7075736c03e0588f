import type { IVariable } from '../automation/automation';
import type { JsonValue } from '../json';
import type { IView } from '../view/view';
import { InputProblem } from '../view/view';

/** What a raw value means for a variable. */
export type ParsedValue =
  | { kind: 'value'; value: JsonValue }
  /** Empty, and the variable may be. */
  | { kind: 'absent' }
  /** Empty, and the variable must not be. */
  | { kind: 'missing' }
  | {
      kind: 'refused';
      /** One sentence for people, without its full stop. */
      message: string;
    };

/**
 * Parse a posted value or a cell by the view of its variable.
 *
 * Empty text is a value where the view says so, unless `required: true` is written out.
 *
 * @param view - undefined when the view is not known, which refuses everything
 */
export function parseValue(
  variable: IVariable,
  view: IView | undefined,
  raw: JsonValue
): ParsedValue {
  if (!view?.parse) {
    return { kind: 'refused', message: `view "${variable.view}" takes no values` };
  }
  const isEmpty = raw === '' || (Array.isArray(raw) && !raw.length);
  if (isEmpty && variable.isRequiredExplicit) {
    return { kind: 'missing' };
  }
  if (raw === '' && !view.acceptsEmpty && !variable.isRequired) {
    return { kind: 'absent' };
  }
  try {
    return { kind: 'value', value: view.parse(raw, variable.configuration) };
  } catch (error) {
    if (error instanceof InputProblem) {
      return { kind: 'refused', message: error.message.replace(/\.$/, '') };
    }
    throw error;
  }
}

/**
 * Look up the value of a variable by its own key only, so that an id such as `constructor` finds nothing inherited.
 */
export function ownValue<T>(values: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(values, id) ? values[id] : undefined;
}
