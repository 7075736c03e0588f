import type { IPosition } from '../problem';
import type { IMappingNode, TreeNode } from './tree';

/** A part of the path of a table: a key, or a number for an item of a list. */
export interface IPathPart {
  name: string | number;
  position: IPosition;
}

/** A dictionary that is still being filled. */
export interface ITable {
  kind: 'table';
  position: IPosition;
  entries: Map<string, { position: IPosition; value: OpenNode }>;
}

interface IItems {
  kind: 'items';
  position: IPosition;
  /** By number, so that they may come in any order. */
  items: Map<number, OpenNode>;
}

/** A value that is complete. */
interface IValue {
  kind: 'value';
  position: IPosition;
  node: TreeNode;
}

type OpenNode = ITable | IItems | IValue;

/** Where something else stands already. */
export interface ITableConflict {
  kind: 'conflict';
  part: IPathPart;
  /** Place of what was there first. */
  first: IPosition;
}

/**
 * Builds the tree of a file whose tables come one after the other, each with its path, as in TOML and INI.
 */
export class TableTree {
  /**
   * @param position - place of the whole
   */
  constructor(position: IPosition) {
    this.root = createTable(position);
  }

  /** The outermost dictionary. */
  readonly root: ITable;

  /** Find the table at a path below another, making what is missing. */
  open(from: ITable, path: readonly IPathPart[]): ITable | ITableConflict {
    let node: OpenNode = from;
    for (const [index, part] of path.entries()) {
      const isList = typeof path[index + 1]?.name === 'number';
      const next = this._step(node, part, isList);
      if (next.kind === 'conflict') {
        return next;
      }
      node = next;
    }
    // The last step of a path makes or finds a table.
    return node as ITable;
  }

  /** Set a key of a table; null when it was free. */
  set(table: ITable, key: IPathPart, node: TreeNode): ITableConflict | null {
    const name = String(key.name);
    const first = table.entries.get(name);
    if (first) {
      return { kind: 'conflict', part: key, first: first.position };
    }
    const { position } = key;
    table.entries.set(name, { position, value: { kind: 'value', position, node } });
    return null;
  }

  /** The tree as it is now. */
  finish(): IMappingNode {
    return closeTable(this.root);
  }

  private _step(
    node: ITable | IItems,
    part: IPathPart,
    isList: boolean
  ): ITable | IItems | ITableConflict {
    const { name, position } = part;
    const made: ITable | IItems = isList
      ? { kind: 'items', position, items: new Map() }
      : createTable(position);
    if (node.kind === 'items' ? typeof name !== 'number' : typeof name === 'number') {
      return { kind: 'conflict', part, first: node.position };
    }
    const known =
      node.kind === 'items' ? node.items.get(Number(name)) : node.entries.get(String(name))?.value;
    if (!known) {
      if (node.kind === 'items') {
        node.items.set(Number(name), made);
      } else {
        node.entries.set(String(name), { position, value: made });
      }
      return made;
    }
    return known.kind !== 'value' && known.kind === made.kind
      ? known
      : { kind: 'conflict', part, first: known.position };
  }
}

function createTable(position: IPosition): ITable {
  return { kind: 'table', position, entries: new Map() };
}

function closeTable({ position, entries }: ITable): IMappingNode {
  const closed = [...entries].map(([key, entry]) => ({
    key,
    position: entry.position,
    value: close(entry.value)
  }));
  return { kind: 'mapping', position, isFlow: false, entries: closed };
}

function close(node: OpenNode): TreeNode {
  if (node.kind === 'value') {
    return node.node;
  }
  if (node.kind === 'table') {
    return closeTable(node);
  }
  const items = [...node.items].sort(([a], [b]) => a - b).map(([, item]) => close(item));
  return { kind: 'list', position: node.position, items };
}
