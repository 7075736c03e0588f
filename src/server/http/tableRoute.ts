import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IVariable } from '../../core/automation/automation';
import { suffixOf } from '../../core/path';
import type { ISorting, ITableQuery } from '../../core/view/tableOrder';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import type { ILocatedBatch } from '../site/loadedAutomation';
import type { ITableSource, TableFormat } from '../tables/tableFiles';

/** Rows in one answer. */
const MAX_ROWS = 1000;

/** By the suffix of the file; everything else is JSON. */
const FORMATS: Readonly<Record<string, TableFormat | undefined>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.feather': 'arrow',
  '.parquet': 'parquet'
};

/**
 * Answer a question about a table: `?rows=<offset>,<limit>` for some of its rows as JSON, `?csv` for all of them as CSV;
 * both with `sort=<column>,<ascending|descending>` and `filter=<text>`.
 *
 * @returns null when the request asks for the data as a whole
 * @throws {HttpError} 400 `rows-invalid`, 404 `no-data`, 422 `no-table`, 503 `table-unavailable`
 */
export async function sendTable(
  services: Services,
  batch: ILocatedBatch,
  variable: IVariable,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply | null> {
  const given = request.query as Record<string, unknown>;
  const asCsv = given.csv !== undefined;
  if (variable.view !== 'table' || (!asCsv && given.rows === undefined)) {
    return null;
  }
  const located = await services.variables.locate(batch, variable);
  if (!located) {
    throw new HttpError(404, 'no-data', `"${variable.id}" has no data yet`);
  }
  const query = queryOf(given, asCsv);
  const suffix = suffixOf(located.file);
  const source: ITableSource = {
    file: located.file,
    stamp: located.stamp,
    format: FORMATS[suffix] ?? 'json',
    member: suffix === '.dictionary' ? variable.id : null
  };
  if (!asCsv) {
    return reply.send(await services.tables.page(source, query));
  }
  return reply
    .type('text/csv; charset=utf-8')
    .header('Content-Disposition', 'attachment')
    .send(await services.tables.csv(source, query));
}

function queryOf(given: Record<string, unknown>, asCsv: boolean): ITableQuery {
  const { rows, sort, filter } = given;
  const range = /^(\d{1,10}),(\d{1,4})$/.exec(asCsv ? '0,0' : String(rows));
  const order = /^(\d{1,6}),(ascending|descending)$/.exec(String(sort ?? ''));
  if (!range || Number(range[2]) > MAX_ROWS || (sort && !order)) {
    const message = `ask with rows=<offset>,<limit>, ${MAX_ROWS} rows at most, and sort=<column>,<ascending|descending>`;
    throw new HttpError(400, 'rows-invalid', message);
  }
  return {
    offset: Number(range[1]),
    limit: Number(range[2]),
    sorting: order && { column: Number(order[1]), direction: order[2] as ISorting['direction'] },
    filter: typeof filter === 'string' ? filter.slice(0, 500) : ''
  };
}
