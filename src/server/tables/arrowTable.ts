import * as zlib from 'node:zlib';
import {
  CompressionType,
  setCompressionCodec,
  tableFromIPC,
  type Codec,
  type Column,
  type DataType
} from '@uwdata/flechette';
import { isJsonObject } from '../../core/json';
import { EMPTY_CELL, type ITableCell } from '../../core/view/table';
import { arrowCell } from './arrowCell';
import { decodeLz4Frame } from './lz4Frame';
import { TableError, type IRowTable } from './rowTable';

/** Bytes of one column in one batch, unpacked. */
const MAX_COLUMN_BYTES = 1024 * 1024 * 1024;

/** A column as it is shown. */
interface IShownColumn {
  name: string;
  type: DataType;
  values: Column<unknown>;
}

/**
 * A table in an Arrow file, which is what Feather is too, or in an Arrow stream. An index that pandas wrote comes first.
 *
 * @throws {TableError}
 */
export function openArrowTable(bytes: Buffer): IRowTable {
  register();
  try {
    // Numbers of 8 bytes must begin at a multiple of 8.
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
    const table = tableFromIPC(aligned, {
      useBigInt: true,
      useBigIntTimestamp: true,
      useDecimalInt: true,
      useMap: false
    });
    const { fields, metadata } = table.schema;
    if (!fields.length) {
      throw new TableError('this is no table in Arrow or Feather, or it has no columns');
    }
    const columns = fields.map(({ name, type }, index): IShownColumn => {
      return { name, type, values: table.getChildAt(index) as Column<unknown> };
    });
    const index = indexNames(metadata?.get('pandas')).flatMap(name =>
      columns.filter(column => column.name === name).slice(0, 1)
    );
    const others = columns.filter(column => !index.includes(column));
    return new ArrowTable([...index, ...others], index.length, table.numRows);
  } catch (error) {
    if (error instanceof TableError) {
      throw error;
    }
    // The reader trusts what is written: what is no Arrow fails anywhere in it.
    throw new TableError('this is no table in Arrow or Feather, or it is not whole yet');
  }
}

class ArrowTable implements IRowTable {
  constructor(
    private readonly _columns: readonly IShownColumn[],
    readonly indexColumns: number,
    readonly length: number
  ) {
    this.columns = _columns.map(({ name }, index) =>
      index < indexColumns && /^__index_level_\d+__$/.test(name) ? '' : name
    );
  }

  readonly columns: readonly string[];

  cells(row: number): ITableCell[] {
    return this._columns.map((_, column) => this.cell(row, column));
  }

  cell(row: number, column: number): ITableCell {
    const found = this._columns[column];
    return found ? arrowCell(found.type, found.values.at(row)) : EMPTY_CELL;
  }

  text(row: number): string {
    return this.cells(row)
      .map(({ text }) => text)
      .join('\n');
  }
}

/** Names of the columns that pandas made of an index; one that only counts rows has none. */
function indexNames(text: string | undefined): string[] {
  try {
    const pandas: unknown = JSON.parse(text ?? '{}');
    const names = isJsonObject(pandas) ? pandas.index_columns : null;
    return Array.isArray(names) ? names.filter(name => typeof name === 'string') : [];
  } catch {
    // What is said beside the data is no reason not to show them.
    return [];
  }
}

/** What unpacks columns; the library asks for these wherever it is used. */
function register(): void {
  setCompressionCodec(CompressionType.LZ4_FRAME, decoder(decodeLz4));
  // Node has it since 22.15.
  if (typeof zlib.zstdDecompressSync === 'function') {
    setCompressionCodec(CompressionType.ZSTD, decoder(decodeZstd));
  } else {
    setCompressionCodec(
      CompressionType.ZSTD,
      decoder(() => {
        throw new TableError(
          'it is packed with Zstandard, which Node reads from 22.15 on; use LZ4'
        );
      })
    );
  }
}

function decoder(decode: (bytes: Uint8Array) => Uint8Array): Codec {
  const encode = () => {
    throw new Error('tables are read only');
  };
  return { encode, decode };
}

function decodeLz4(bytes: Uint8Array): Uint8Array {
  return decodeLz4Frame(bytes, MAX_COLUMN_BYTES);
}

function decodeZstd(bytes: Uint8Array): Uint8Array {
  // A copy of its own begins where numbers of any width may begin.
  return new Uint8Array(zlib.zstdDecompressSync(bytes, { maxOutputLength: MAX_COLUMN_BYTES }));
}
