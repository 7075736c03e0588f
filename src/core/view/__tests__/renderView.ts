import { createViewContext } from '../../../testing/viewContract';
import type { JsonObject, JsonValue } from '../../json';
import { valueAsData } from '../data';
import { createViewRegistry } from '../registry';
import { InputProblem, type IView, type IViewContext } from '../view';

/** Get a view; fails when there is none. */
export function requireView(name: string): IView {
  const view = createViewRegistry().get(name);
  if (!view) {
    throw new Error(`no view ${name}`);
  }
  return view;
}

/** Parse a value; a refusal reads `refused: …`. */
export function parseBy(name: string, raw: JsonValue, configuration: JsonObject = {}): JsonValue {
  try {
    return requireView(name).parse?.(raw, configuration) ?? null;
  } catch (error) {
    if (error instanceof InputProblem) {
      return `refused: ${error.message}`;
    }
    throw error;
  }
}

/** Markup of a view for a value. */
export function renderBy(
  name: string,
  mode: 'input' | 'output',
  value: JsonValue,
  options: Partial<IViewContext> = {}
): string {
  const view = requireView(name);
  const context = createViewContext(view, { data: valueAsData(value), ...options });
  return String(view[mode]?.(context) ?? '').replace(/\s+/g, ' ');
}

/** Keys and messages of what is wrong with a configuration. */
export function checkBy(name: string, configuration: JsonObject): string[] {
  const problems = requireView(name).check?.(configuration) ?? [];
  return problems.map(({ key, message }) => `${key}: ${message}`);
}
