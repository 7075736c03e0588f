import type { IVariable, StepDesign } from '../automation/automation';
import type { JsonObject, JsonValue } from '../json';
import { valueAsData } from '../view/data';
import { outputElement, type Mode } from '../view/element';
import { isFileView } from '../view/fileViews';
import { html, joinHtml, trustedHtml, type SafeHtml } from '../view/html';
import { InputProblem, type IView, type IViewContext, type VariableData } from '../view/view';
import { renderFold } from './fold';
import { applyFilters, type IWidget } from './variables';

/** What is known of a variable in a batch. */
export interface IVariableState {
  data: VariableData;
  /** Static configuration with the dynamic one over it. */
  configuration: JsonObject;
  /** Changes when data or configuration do. */
  stamp: string;
}

/** One place of a variable on a page. */
export interface IWidgetRequest {
  variable: IVariable;
  /** Undefined when no view of that name is there. */
  view: IView | undefined;
  state: IVariableState;
  mode: Mode;
  elementId: string;
  design: StepDesign;
  isPrint: boolean;
  filters: readonly string[];
  /** Why the output was not written; '' when it was, or no run has ended yet. */
  missing: string;
  /** Message about a refused value; '' for none. */
  error: string;
  /** Text from the address for the control; null for none. */
  prefill: string | null;
  stamp: string;
  uri: string;
  /** Value of a variable of the server's environment; undefined when it is not set. */
  environment: (name: string) => string | undefined;
}

/** Shown in place of an output that is not there yet. */
export const NO_DATA_TEXT = 'no data yet';

/**
 * Render a variable in its place: the control or the output, and around it, unless the design is `none`,
 * a wrapper with its label.
 */
export function renderWidget(request: IWidgetRequest): IWidget {
  const { view, mode, design, elementId, variable } = request;
  const context = contextOf(request);
  const content = mode === 'input' ? view?.input?.(context) : renderOutput(request, context);
  const isBlock = mode === 'input' || !view?.isInline;
  const markup = content ?? trustedHtml('');
  if (design === 'none') {
    return { markup, isBlock };
  }
  if (design === 'accordion' && isBlock) {
    return { markup: renderFold(variable.label || variable.id, markup, '_view'), isBlock };
  }
  const isNamedByLegend = mode === 'input' && view?.isGroup === true;
  const label =
    context.hasLabel &&
    !isNamedByLegend &&
    html`<label for="${elementId}">${variable.label}</label> `;
  const inside = joinHtml([label, markup]);
  return {
    markup: isBlock
      ? html`<div class="_view">${inside}</div>`
      : html`<span class="_view">${inside}</span>`,
    isBlock
  };
}

function contextOf(request: IWidgetRequest): IViewContext {
  const { variable, view, state, mode, elementId, uri, stamp, filters } = request;
  const { configuration } = state;
  const base = {
    variable,
    elementId,
    configuration,
    uri,
    stamp,
    environment: publicEnvironment(request),
    // What stands above a section that folds is no label: a click there folds it.
    hasLabel: !isUnlabelled(request) && variable.label !== ''
  };
  if (mode === 'output') {
    return { ...base, data: filtered(state.data, variable.view, filters), error: '' };
  }
  return { ...base, ...controlData(request, view) };
}

/** True where no label is bound to the element, so that it must name itself. */
function isUnlabelled({ design, mode, view }: IWidgetRequest): boolean {
  return design === 'none' || (design === 'accordion' && (mode === 'input' || !view?.isInline));
}

/** What a view may tell pages of the server's environment. */
function publicEnvironment({ view, environment }: IWidgetRequest): Record<string, string> {
  const names = view?.publicEnvironment ?? [];
  const entries = names.map(name => [name, environment(name) ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/** What a control shows first: the value from the address, else that of the batch. */
function controlData(
  { prefill, error, state }: IWidgetRequest,
  view: IView | undefined
): { data: VariableData; error: string } {
  if (prefill === null || !view?.parse || isFileView(view.name)) {
    return { data: state.data, error };
  }
  try {
    const value: JsonValue = view.parse(prefill, state.configuration);
    return { data: valueAsData(value), error };
  } catch (problem) {
    if (problem instanceof InputProblem) {
      const data: VariableData = { kind: 'value', value: prefill, text: prefill };
      return { data, error: error || problem.message };
    }
    throw problem;
  }
}

function renderOutput(request: IWidgetRequest, context: IViewContext): SafeHtml {
  const { view, state, missing, variable, isPrint } = request;
  const isInline = view?.isInline ?? true;
  if (!view?.output) {
    const text = `view "${variable.view}" cannot show this`;
    return outputElement(context, html`<span class="_warning">${text}</span>`, { isInline: true });
  }
  if (missing !== '' && state.data.kind === 'none') {
    const warning = html`<span class="_warning">${missing}</span>`;
    return outputElement(context, warning, { isInline, classes: ['_missing'] });
  }
  if (state.data.kind === 'none' && !view.needsNoData) {
    const text = isPrint ? '' : NO_DATA_TEXT;
    return outputElement(context, text, { isInline, classes: ['_empty'] });
  }
  const output = view.output(context);
  return missing === ''
    ? output
    : joinHtml([output, html` <span class="_warning">${missing}</span>`]);
}

function filtered(data: VariableData, view: string, filters: readonly string[]): VariableData {
  if (data.kind !== 'value' || !filters.length) {
    return data;
  }
  const text = applyFilters(data.text, view, filters);
  return { kind: 'value', value: text, text };
}
