import { checkNumbers } from '../control';
import { attributesOf, fileLink, nameOfVariable, outputElement } from '../element';
import { html, joinHtml } from '../html';
import { JsonTextError } from '../jsonText';
import { parseTableFile, type ITable } from '../table';
import { suffixOf } from '../../path';
import { parseTableInput } from '../parseTableInput';
import type { IView, IViewContext } from '../view';
import { checkTableInput, renderTableInput, TABLE_INPUT_KEYS } from './tableInput';

const NO_TABLE =
  'This is no table: a list of objects, or an object with "columns" and "data", is expected.';

/** Rows in the markup; the browser part fetches the data and shows the others. */
export const TABLE_PAGE_SIZE = 100;

/** Rows and columns from JSON, as a table that sorts, filters and pages in the browser. */
export const tableView: IView = {
  name: 'table',
  refresh: 'fetch',
  acceptsEmpty: false,
  isInline: false,
  readsText: true,
  inlineBytes: 1024 * 1024,
  isGroup: true,
  configurationKeys: ['page-size', 'formats', 'download', ...TABLE_INPUT_KEYS],
  check: configuration => [
    ...checkNumbers(configuration, ['page-size']),
    ...checkTableInput(configuration)
  ],
  parse: parseTableInput,
  input: renderTableInput,
  output: renderOutput
};

function renderOutput(context: IViewContext) {
  const { data } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: false });
  }
  if (data.kind === 'file') {
    const link = fileLink(context, data.name, data.size);
    const attributes = joinHtml([
      attributesOf(context, 'output', '_fetch'),
      // The server reads it, page by page.
      html` data-paged="true" data-page-size="${pageSizeOf(context)}"`,
      context.configuration.download === false && html` data-download="false"`
    ]);
    return html`<div ${attributes}><p class="_note">${link}</p></div>`;
  }
  const table = readTable(data.text, suffixOf(context.variable.path));
  return table
    ? renderTable(context, table)
    : outputElement(context, html`<p class="_problem">${NO_TABLE}</p>`, { isInline: false });
}

function renderTable(context: IViewContext, table: ITable) {
  const { configuration, variable } = context;
  const pageSize = pageSizeOf(context);
  const { columns, rows } = table;
  const shown = rows.slice(0, pageSize);
  const name = nameOfVariable(variable);
  const attributes = joinHtml([
    attributesOf(context, 'output'),
    html` data-rows="${rows.length}" data-page-size="${pageSize}"`,
    html` data-suffix="${suffixOf(variable.path)}"`,
    configuration.download === false && html` data-download="false"`
  ]);
  // A header without text would name nothing.
  const head = columns.map(column =>
    column === '' ? html`<td></td>` : html`<th scope="col">${column}</th>`
  );
  const body = shown.map(({ cells }) => renderRow(table, cells));
  const note = html`<p class="_note">${shown.length} of ${rows.length} rows</p>`;
  return html`<div ${attributes}>
    <div class="_scroll" role="region" aria-label="${name}" tabindex="0">
      <table aria-label="${name}">
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${rows.length > shown.length && note}
  </div>`;
}

function renderRow(table: ITable, cells: ITable['rows'][number]['cells']) {
  const rendered = cells.map(({ text, isNumber }, index) =>
    index < table.indexColumns
      ? html`<th scope="row">${text}</th>`
      : isNumber
        ? html`<td class="_number-cell">${text}</td>`
        : html`<td>${text}</td>`
  );
  return html`<tr>
    ${rendered}
  </tr>`;
}

function pageSizeOf({ configuration }: IViewContext): number {
  const size = configuration['page-size'];
  return typeof size === 'number' && size >= 1 && size <= 1000 ? Math.round(size) : TABLE_PAGE_SIZE;
}

/** @returns null when the text is no table */
function readTable(text: string, suffix: string): ITable | null {
  try {
    return parseTableFile(text, suffix);
  } catch (error) {
    if (error instanceof JsonTextError) {
      return null;
    }
    throw error;
  }
}
