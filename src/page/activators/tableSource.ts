import { isJsonObject } from '../../core/json';
import { parseTableFile, tableToCsv, type ITable } from '../../core/view/table';
import { selectRows, type ITablePage, type ITableQuery } from '../../core/view/tableOrder';
import type { IActivatorContext } from './activator';

/** Where the rows of a table come from. */
export interface ITableSource {
  /** True when each question goes to the server. */
  readonly isRemote: boolean;
  /** @throws {Error} with a sentence for people */
  page(query: ITableQuery, signal: AbortSignal): Promise<ITablePage>;
  /** All rows that a query asks for, as CSV. @throws {Error} with a sentence for people */
  csv(query: ITableQuery, signal: AbortSignal): Promise<BlobPart[]>;
}

/** A table that is fetched as a whole when rows are asked for that the page does not have. */
export class LoadedRows implements ITableSource {
  /**
   * @param _uri - of its file
   * @param _suffix - of its file, which says how it is read
   * @param _table - null until it is loaded
   */
  constructor(
    private readonly _context: IActivatorContext,
    private readonly _uri: string,
    private readonly _suffix: string,
    private _table: ITable | null
  ) {}

  readonly isRemote = false;

  async page(query: ITableQuery, signal: AbortSignal): Promise<ITablePage> {
    const table = await this._load(signal);
    const rows = selectRows(table.rows, query.filter, query.sorting);
    const { offset, limit } = query;
    const { columns, indexColumns } = table;
    return {
      columns,
      indexColumns,
      rows: rows.slice(offset, offset + limit),
      offset,
      matched: rows.length
    };
  }

  async csv({ filter, sorting }: ITableQuery, signal: AbortSignal): Promise<BlobPart[]> {
    const table = await this._load(signal);
    // Spreadsheets take UTF-8 for what it is only with this mark.
    return ['\uFEFF', tableToCsv({ ...table, rows: selectRows(table.rows, filter, sorting) })];
  }

  private async _load(signal: AbortSignal): Promise<ITable> {
    if (!this._table) {
      this._loading ??= this._fetch(signal).finally(() => {
        this._loading = null;
      });
      this._table = await this._loading;
    }
    return this._table;
  }

  private async _fetch(signal: AbortSignal): Promise<ITable> {
    const table = parseTableFile(await this._context.fetchText(this._uri, signal), this._suffix);
    if (!table) {
      throw new Error('this is no table');
    }
    return table;
  }

  private _loading: Promise<ITable> | null = null;
}

/** A table that stays on the server, which sorts and filters it. */
export class ServerRows implements ITableSource {
  /** @param _uri - of its file */
  constructor(
    private readonly _context: IActivatorContext,
    private readonly _uri: string
  ) {}

  readonly isRemote = true;

  async page(query: ITableQuery, signal: AbortSignal): Promise<ITablePage> {
    const rows = `rows=${query.offset},${query.limit}`;
    return (await (await this._ask(rows, query, signal)).json()) as ITablePage;
  }

  async csv(query: ITableQuery, signal: AbortSignal): Promise<BlobPart[]> {
    return [await (await this._ask('csv', query, signal)).blob()];
  }

  private async _ask(
    what: string,
    { sorting, filter }: ITableQuery,
    signal: AbortSignal
  ): Promise<Response> {
    const order = sorting ? `&sort=${sorting.column},${sorting.direction}` : '';
    const found = filter.trim() ? `&filter=${encodeURIComponent(filter.trim())}` : '';
    const uri = `${this._uri}${this._uri.includes('?') ? '&' : '?'}${what}${order}${found}`;
    const response = await this._context.fetchData(uri, signal);
    if (!response.ok) {
      throw new Error(await reasonOf(response));
    }
    return response;
  }
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    if (isJsonObject(problem) && typeof problem.detail === 'string') {
      return problem.detail;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  return `the server answered ${response.status}`;
}
