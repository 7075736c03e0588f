import { cellOf, EMPTY_CELL, type ITableCell } from '../../core/view/table';
import { parseJsonText } from '../../core/view/jsonText';
import { JsonBytes, type ISpan } from './jsonBytes';
import { TableError, type IRowTable } from './rowTable';

/**
 * A table in JSON: `{columns, data, index?}`, a list of objects, or a list of lists.
 *
 * @param member - id of the variable in a dictionary; null for a file of its own
 * @throws {TableError}
 */
export function openJsonTable(bytes: Buffer, member: string | null): IRowTable {
  const json = new JsonBytes(bytes);
  const root = member === null ? json.root() : memberOf(json, json.root(), member);
  if (!root) {
    throw new TableError('there is no data yet');
  }
  return json.kindOf(root) === '{' ? openSplit(json, root) : openList(json, root);
}

function openSplit(json: JsonBytes, root: ISpan): IRowTable {
  const columns = memberOf(json, root, 'columns');
  const data = memberOf(json, root, 'data');
  const index = memberOf(json, root, 'index');
  if (!columns || !data || json.kindOf(columns) !== '[' || json.kindOf(data) !== '[') {
    throw new TableError();
  }
  const names = (parseJsonText(json.textOf(columns)).items ?? []).map(node => cellOf(node).text);
  const rows = new Spans(json, data, '[');
  const labels = index && json.kindOf(index) === '[' ? new Spans(json, index, null) : null;
  return new ListTable(json, rows, labels, labels ? ['', ...names] : names);
}

function openList(json: JsonBytes, root: ISpan): IRowTable {
  const kind = json.kindOf(root);
  const [first] = kind === '[' ? json.items(root) : [];
  if (kind !== '[' || (first && !'[{'.includes(json.kindOf(first)))) {
    throw new TableError();
  }
  if (first && json.kindOf(first) === '[') {
    const rows = new Spans(json, root, '[');
    let width = 0;
    for (let row = 0; row < rows.length; row += 1) {
      width = Math.max(width, [...json.items(rows.at(row))].length);
    }
    const names = Array.from({ length: width }, (_, column) => String(column + 1));
    return new ListTable(json, rows, null, names);
  }
  return new ObjectTable(json, new Spans(json, root, '{'));
}

/** Where the values of a list stand: 8 bytes a value. */
class Spans {
  /** @param kind - first byte that each must have; null for any */
  constructor(json: JsonBytes, list: ISpan, kind: string | null) {
    let spans = new Uint32Array(1024);
    let count = 0;
    for (const item of json.items(list)) {
      if (kind !== null && json.kindOf(item) !== kind) {
        throw new TableError();
      }
      if (2 * count === spans.length) {
        const larger = new Uint32Array(2 * spans.length);
        larger.set(spans);
        spans = larger;
      }
      spans[2 * count] = item.start;
      spans[2 * count + 1] = item.end;
      count += 1;
    }
    this._spans = spans;
    this.length = count;
  }

  readonly length: number;

  at(index: number): ISpan {
    return { start: this._spans[2 * index], end: this._spans[2 * index + 1] };
  }

  private readonly _spans: Uint32Array;
}

class ListTable implements IRowTable {
  constructor(
    private readonly _json: JsonBytes,
    private readonly _rows: Spans,
    private readonly _labels: Spans | null,
    readonly columns: readonly string[]
  ) {
    this.indexColumns = _labels ? 1 : 0;
    this.length = _rows.length;
  }

  readonly indexColumns: number;
  readonly length: number;

  cells(row: number): ITableCell[] {
    const items = parseJsonText(this._json.textOf(this._rows.at(row))).items ?? [];
    const cells = items.map(cellOf);
    const all = this._labels ? [this._label(row), ...cells] : cells;
    return this.columns.map((_, column) => all[column] ?? EMPTY_CELL);
  }

  cell(row: number, column: number): ITableCell {
    if (column < this.indexColumns) {
      return this._label(row);
    }
    let at = this.indexColumns;
    for (const item of this._json.items(this._rows.at(row))) {
      if (at === column) {
        return cellOf(parseJsonText(this._json.textOf(item)));
      }
      at += 1;
    }
    return EMPTY_CELL;
  }

  text(row: number): string {
    const label = this._labels && row < this._labels.length ? this._labels.at(row) : null;
    return `${label ? this._json.textOf(label) : ''} ${this._json.textOf(this._rows.at(row))}`;
  }

  private _label(row: number): ITableCell {
    return this._labels && row < this._labels.length
      ? cellOf(parseJsonText(this._json.textOf(this._labels.at(row))))
      : EMPTY_CELL;
  }
}

class ObjectTable implements IRowTable {
  constructor(
    private readonly _json: JsonBytes,
    private readonly _rows: Spans
  ) {
    this.length = _rows.length;
    const seen = new Set<string>();
    for (let row = 0; row < _rows.length; row += 1) {
      for (const { key } of _json.members(_rows.at(row))) {
        seen.add(_json.textOf(key));
      }
    }
    this._keys = [...seen];
    this.columns = this._keys.map(key => String(parseJsonText(key).value));
  }

  readonly columns: readonly string[];
  readonly indexColumns = 0;
  readonly length: number;

  cells(row: number): ITableCell[] {
    const members = parseJsonText(this._json.textOf(this._rows.at(row))).members;
    return this.columns.map(column => {
      const node = members?.get(column);
      return node ? cellOf(node) : EMPTY_CELL;
    });
  }

  cell(row: number, column: number): ITableCell {
    let found = EMPTY_CELL;
    for (const { key, value } of this._json.members(this._rows.at(row))) {
      if (this._json.textOf(key) === this._keys[column]) {
        // Of repeated keys the last one counts.
        found = cellOf(parseJsonText(this._json.textOf(value)));
      }
    }
    return found;
  }

  text(row: number): string {
    return this._json.textOf(this._rows.at(row));
  }

  /** As they are written, with their quotes. */
  private readonly _keys: readonly string[];
}

function memberOf(json: JsonBytes, root: ISpan, name: string): ISpan | null {
  if (json.kindOf(root) !== '{') {
    throw new TableError();
  }
  let found: ISpan | null = null;
  for (const { key, value } of json.members(root)) {
    if (parseJsonText(json.textOf(key)).value === name) {
      found = value;
    }
  }
  return found;
}
