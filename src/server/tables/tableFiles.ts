import { readFileSync, statSync } from 'node:fs';
import type { ITablePage, ITableQuery } from '../../core/view/tableOrder';
import { openArrowTable } from './arrowTable';
import { openCsvTable } from './csvTable';
import { openJsonTable } from './jsonTable';
import { TableQueries } from './tableQuery';
import { TableError, type IRowTable } from './rowTable';

/** Bytes of files that are kept in memory; the one used last is always kept. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** Bytes of a file that is read. */
const MAX_FILE_BYTES = 1024 * 1024 * 1024;

/** How a file holds a table. */
export type TableFormat = 'json' | 'csv' | 'tsv' | 'arrow' | 'parquet';

/** Where a table is. */
export interface ITableSource {
  /** Absolute. */
  file: string;
  format: TableFormat;
  /** Id of the variable in a dictionary; null for a file of its own. */
  member: string | null;
  /** Changes when the file does. */
  stamp: string;
}

/** Tables of files, kept as long as their stamp is the same. */
export class TableFiles {
  /** @throws {TableError} */
  page(source: ITableSource, query: ITableQuery): ITablePage {
    return this._open(source).page(query);
  }

  /** @throws {TableError} */
  csv(source: ITableSource, query: ITableQuery): Buffer {
    return this._open(source).csv(query);
  }

  private _open(source: ITableSource): TableQueries {
    const key = `${source.file}\0${source.member ?? ''}`;
    const kept = this._kept.get(key);
    this._kept.delete(key);
    if (kept?.stamp === source.stamp) {
      this._kept.set(key, kept);
      return kept.queries;
    }
    const { size } = statSync(source.file);
    if (size > MAX_FILE_BYTES) {
      throw new TableError('it is too large to be shown here; download it instead');
    }
    this._makeRoom(size);
    const queries = new TableQueries(openTable(readFileSync(source.file), source));
    this._kept.set(key, { stamp: source.stamp, size, queries });
    return queries;
  }

  private _makeRoom(size: number): void {
    let bytes = [...this._kept.values()].reduce((sum, kept) => sum + kept.size, size);
    for (const [key, kept] of this._kept) {
      if (bytes <= MAX_KEPT_BYTES) {
        return;
      }
      bytes -= kept.size;
      this._kept.delete(key);
    }
  }

  private readonly _kept = new Map<
    string,
    { stamp: string; size: number; queries: TableQueries }
  >();
}

function openTable(bytes: Buffer, { format, member }: ITableSource): IRowTable {
  switch (format) {
    case 'json':
      return openJsonTable(bytes, member);
    case 'csv':
      return openCsvTable(bytes, ',');
    case 'tsv':
      return openCsvTable(bytes, '\t');
    case 'arrow':
      return openArrowTable(bytes);
    case 'parquet':
      throw new TableError(
        'tables in Parquet are not read here; write Arrow (Feather), CSV or JSON, or download it'
      );
  }
}
