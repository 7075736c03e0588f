import type { JsonValue } from '../../core/json';
import { parseCell, type ITableColumn } from '../../core/view/tableColumns';
import { InputProblem } from '../../core/view/view';

/** What a cell is typed into. */
export type CellElement = HTMLInputElement | HTMLSelectElement;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * Make the field of a cell.
 *
 * @param text - see `cellText`
 * @param name - what people call the cell
 */
export function createCell(column: ITableColumn, text: string, name: string): CellElement {
  const element = column.options.length ? createSelect(column) : createInput(column);
  element.setAttribute('aria-label', name);
  writeCell(element, text);
  return element;
}

/** What is written in a cell; `true` or '' for a box. */
export function readCell(element: CellElement): string {
  return isBox(element) ? (element.checked ? 'true' : '') : element.value;
}

/** Show a text in a cell; in one with options it may be the name of an option. */
export function writeCell(element: CellElement, text: string): void {
  if (isBox(element)) {
    element.checked = isTrue(text);
    return;
  }
  element.value = text;
  if (element instanceof HTMLSelectElement && element.value !== text) {
    const named = [...element.options].find(({ textContent }) => textContent === text.trim());
    element.value = named?.value ?? '';
  }
}

/** The text of a value in a cell; '' for null, false and what is no number. */
export function cellText(value: JsonValue | undefined): string {
  if (value === null || value === undefined || value === false || Number.isNaN(value)) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of a text in a cell; what is none of its type stays text, for the server to refuse. */
export function cellValue({ type, options }: ITableColumn, text: string): JsonValue {
  if (type === 'boolean') {
    return isTrue(text);
  }
  if (text === '') {
    return type === 'string' && !options.length ? '' : null;
  }
  const isNumber = (type === 'number' || type === 'integer') && NUMBER.test(text.trim());
  return isNumber ? Number(text) : text;
}

/** What is wrong with a cell; '' for nothing. */
export function cellProblem(column: ITableColumn, text: string): string {
  try {
    parseCell(column, cellValue(column, text));
    return '';
  } catch (error) {
    if (error instanceof InputProblem) {
      return error.message;
    }
    throw error;
  }
}

function createInput({ type, min, max }: ITableColumn): HTMLInputElement {
  const input = document.createElement('input');
  input.autocomplete = 'off';
  if (type === 'boolean') {
    input.type = 'checkbox';
  } else if (type === 'date') {
    input.type = 'date';
    input.min = typeof min === 'string' ? min : '';
    input.max = typeof max === 'string' ? max : '';
  } else {
    // A field of type `number` would take the arrow keys, which move between rows.
    input.type = 'text';
    input.inputMode = type === 'string' ? 'text' : 'decimal';
  }
  return input;
}

function createSelect({ options }: ITableColumn): HTMLSelectElement {
  const select = document.createElement('select');
  select.append(new Option('', ''), ...options.map(({ value, name }) => new Option(name, value)));
  return select;
}

function isBox(element: CellElement): element is HTMLInputElement {
  return element instanceof HTMLInputElement && element.type === 'checkbox';
}

function isTrue(text: string): boolean {
  return ['true', 'yes', 'on', '1'].includes(text.trim().toLowerCase());
}
