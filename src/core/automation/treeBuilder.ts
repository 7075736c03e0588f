import type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { IPosition } from '../problem';
import type { ProblemList } from './problemList';
import { addTooLarge } from './problemList';
import type { IListNode, IMappingEntry, IMappingNode, IScalarNode, TreeNode } from './tree';

/** Aliases may add this many nodes; more is an attack or a mistake. */
const MAXIMUM_ALIASED_NODES = 100_000;

/** A node that an alias may name; null while it is being built, so that a cycle is seen. */
interface IAnchored {
  node: TreeNode;
  /** How many nodes it has, aliases included. */
  size: number;
}

/**
 * Builds the tree of a document from the nodes of the YAML library.
 */
export class TreeBuilder {
  constructor(options: TreeBuilder.IOptions) {
    this._positionAt = options.positionAt;
    this._problems = options.problems;
  }

  /**
   * @param contents - what the library made of the document; null for an empty one
   * @returns null when it cannot be used; the problems say why
   */
  build(contents: unknown): IMappingNode | null {
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      return { kind: 'mapping', position: this._positionAt(0), isFlow: false, entries: [] };
    }
    const node = this._build(contents, 0);
    if (this._isTooLarge) {
      addTooLarge(this._problems, node.position.file);
      return null;
    }
    if (node.kind !== 'mapping') {
      const message = 'the configuration must be a mapping of keys to values';
      this._problems.add('not-a-mapping', node.position, message);
      return null;
    }
    return this._isUsable ? node : null;
  }

  private _build(source: unknown, fallbackOffset: number): TreeNode {
    this._size += 1;
    const offset = offsetOf(source) ?? fallbackOffset;
    const position = this._positionAt(offset);
    if (isAlias(source)) {
      return this._resolve(source, position);
    }
    const anchor = anchorOf(source);
    if (anchor) {
      this._anchors.set(anchor, null);
    }
    const sizeBefore = this._size - 1;
    let node: TreeNode;
    if (isMap(source)) {
      node = this._buildMapping(source, position, offset);
    } else if (isSeq(source)) {
      node = this._buildList(source, position, offset);
    } else {
      node = buildScalar(isScalar(source) ? source : null, position);
    }
    if (anchor) {
      this._anchors.set(anchor, { node, size: this._size - sizeBefore });
    }
    return node;
  }

  private _buildList(source: YAMLSeq, position: IPosition, offset: number): IListNode {
    const items = source.items.map(item => {
      // `[a: 1]` is a list of a one-key dictionary.
      return isPair(item) ? this._buildPairs([item], position, offset) : this._build(item, offset);
    });
    return { kind: 'list', position, items };
  }

  private _buildMapping(source: YAMLMap, position: IPosition, offset: number): IMappingNode {
    const node = this._buildPairs(source.items, position, offset);
    return { ...node, isFlow: source.flow === true };
  }

  private _buildPairs(pairs: readonly Pair[], position: IPosition, offset: number): IMappingNode {
    const entries = new Map<string, IMappingEntry>();
    const merged: TreeNode[] = [];
    for (const pair of pairs) {
      const keyOffset = offsetOf(pair.key) ?? offset;
      const keyPosition = this._positionAt(keyOffset);
      const key = isScalar(pair.key) ? buildScalar(pair.key, keyPosition).text : null;
      const value = this._build(pair.value, keyOffset);
      if (key === null && isMap(pair.key) && pair.key.flow) {
        // `name: {{ x }}` is what people write who think of a template.
        this._addSyntax(keyPosition, 'a brace opens within a brace', 'put a text in quotes');
      } else if (key === null) {
        this._addSyntax(keyPosition, 'a key must be text');
      } else if (key === '<<' && value.kind !== 'scalar') {
        merged.push(value);
      } else {
        this._addEntry(entries, { key, position: keyPosition, value });
      }
    }
    for (const value of merged) {
      mergeInto(entries, value);
    }
    return { kind: 'mapping', position, isFlow: false, entries: [...entries.values()] };
  }

  private _addEntry(entries: Map<string, IMappingEntry>, entry: IMappingEntry): void {
    const first = entries.get(entry.key);
    if (first) {
      const message = `"${entry.key}" is given twice`;
      const hint = `first at line ${first.position.line}`;
      this._problems.add('duplicate-key', entry.position, message, hint);
    } else {
      entries.set(entry.key, entry);
    }
  }

  private _resolve(alias: Alias, position: IPosition): TreeNode {
    const anchored = this._anchors.get(alias.source);
    if (!anchored) {
      const reason = anchored === null ? 'stands inside what it names' : 'names nothing before it';
      const hint = anchored === null ? '' : 'put a text that starts with * in quotes';
      this._addSyntax(position, `alias "*${alias.source}" ${reason}`, hint);
      return { kind: 'scalar', position, value: null, text: '' };
    }
    this._size += anchored.size;
    this._aliasedSize += anchored.size;
    if (this._aliasedSize > MAXIMUM_ALIASED_NODES) {
      this._isTooLarge = true;
    }
    return anchored.node;
  }

  private _addSyntax(position: IPosition, message: string, hint = ''): void {
    this._isUsable = false;
    this._problems.add('syntax', position, message, hint);
  }

  private readonly _positionAt: (offset: number) => IPosition;
  private readonly _problems: ProblemList;
  private readonly _anchors = new Map<string, IAnchored | null>();
  private _size = 0;
  private _aliasedSize = 0;
  private _isTooLarge = false;
  private _isUsable = true;
}

/** Options of the builder. */
export namespace TreeBuilder {
  /** What a builder needs. */
  export interface IOptions {
    /** The place of a character offset. */
    positionAt(offset: number): IPosition;
    problems: ProblemList;
  }
}

/** Merge keys (`<<`), which the original framework's parser knows: what is written out wins. */
function mergeInto(entries: Map<string, IMappingEntry>, value: TreeNode): void {
  if (value.kind === 'list') {
    value.items.forEach(item => mergeInto(entries, item));
  } else if (value.kind === 'mapping') {
    for (const entry of value.entries) {
      if (!entries.has(entry.key)) {
        entries.set(entry.key, entry);
      }
    }
  }
}

function buildScalar(source: Scalar | null, position: IPosition): IScalarNode {
  const value: unknown = source ? source.value : null;
  const written = source?.source ?? '';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') {
    return { kind: 'scalar', position, value, text: written };
  }
  // Anything else that a tag may have made, such as a date, counts as it is written.
  const text = typeof value === 'string' ? value : written;
  const isQuoted = source?.type === 'QUOTE_SINGLE' || source?.type === 'QUOTE_DOUBLE';
  return { kind: 'scalar', position, value: text, text, ...(isQuoted && { isQuoted }) };
}

function offsetOf(source: unknown): number | null {
  const isNode = isScalar(source) || isMap(source) || isSeq(source) || isAlias(source);
  return isNode && source.range ? source.range[0] : null;
}

function anchorOf(source: unknown): string | undefined {
  return isScalar(source) || isMap(source) || isSeq(source) ? source.anchor : undefined;
}
