import { parseDelimited } from '../../core/view/delimited';
import { parseJsonText } from '../../core/view/jsonText';
import { readTableValue, type IGivenTable } from '../../core/view/tableValue';
import { TableWidget } from '../form/tableWidget';
import { ValueControl } from '../form/valueControl';
import type { IActivated, IActivatorContext } from './activator';

/**
 * Let people fill in a table. Its data are fetched when they are a file, or too large for the page.
 *
 * @returns null for an element of another kind
 */
export function activateTableInput(
  element: HTMLElement,
  context: IActivatorContext
): IActivated | null {
  if (!(element instanceof HTMLFieldSetElement)) {
    return null;
  }
  const widget = new TableWidget(element, context);
  const control = new ValueControl(element, widget);
  const controller = new AbortController();
  const { signal } = controller;
  const { value, uri = '' } = element.dataset;
  const isFetched = element.hasAttribute('data-fetch');
  if (isFetched || (value && !isJsonText(value))) {
    control.startLoading();
    const text = isFetched ? context.fetchText(uri, signal) : Promise.resolve(value ?? '');
    text
      .then(readText)
      .then(table => {
        if (!signal.aborted) {
          control.finishLoading(widget.normalOf(table));
        }
      })
      .catch(error => {
        if (!signal.aborted) {
          context.report(error);
        }
      });
  }
  return {
    control,
    dispose: () => {
      controller.abort();
      control.dispose();
    }
  };
}

/** @throws {Error} when it is no table */
function readText(text: string): IGivenTable {
  if (isJsonText(text)) {
    const table = readTableValue(parseJsonText(text).value);
    if (!table) {
      throw new Error('The data are no table.');
    }
    return table;
  }
  const [columns = [], ...data] = parseDelimited(text, ',');
  return { columns: columns.map(name => name.trim()), data };
}

function isJsonText(text: string): boolean {
  return /^\s*[[{]/.test(text);
}
