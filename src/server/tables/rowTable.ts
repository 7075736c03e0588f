import type { ITableCell } from '../../core/view/table';

/**
 * A table whose rows are read when they are asked for: in memory are the bytes of its file, and where each row begins.
 */
export interface IRowTable {
  /** Header, that of the index included. */
  readonly columns: readonly string[];
  /** How many of the first columns name their row. */
  readonly indexColumns: number;
  /** Rows. */
  readonly length: number;
  /** As many cells as columns. */
  cells(row: number): readonly ITableCell[];
  /** One cell, without reading the others. */
  cell(row: number, column: number): ITableCell;
  /** How the file writes a row; what is in a cell stands there as it is, unless it has signs that must be escaped. */
  text(row: number): string;
}

/** The file holds no table; the message is a sentence for people without its full stop. */
export class TableError extends Error {
  constructor(message = 'this is no table') {
    super(message);
    this.name = 'TableError';
  }
}
