/// <reference types="./tomlParser" />
import type { Content, IKey, IKeyValue, ITable as ITomlTable, KeyPart } from 'toml-eslint-parser';
import type { IPosition } from '../problem';
import type { IParsedDocument } from './document';
import { MAXIMUM_DEPTH } from './document';
import type { PositionAt } from './positions';
import { createPositionAt } from './positions';
import { ProblemList } from './problemList';
import type { IPathPart, ITable, ITableConflict } from './tableTree';
import { TableTree } from './tableTree';
import type { IMappingNode, IScalarNode, TreeNode } from './tree';

type Statements = readonly (IKeyValue | ITomlTable)[];

/**
 * Parse the TOML text of a configuration, keeping the place of every key and value.
 *
 * Never throws, whatever the text: all that is wrong comes back as problems. TOML has one syntax problem at most.
 *
 * @param text - a byte order mark at its start is skipped
 * @param file - absolute path, for positions
 */
export async function parseToml(text: string, file: string): Promise<IParsedDocument> {
  const { ParseError, parseTOML } = await import('toml-eslint-parser');
  const source = text.replace(/^\uFEFF/, '');
  const problems = new ProblemList();
  const positionAt = createPositionAt(source, file);
  const parse = (part: string): Statements => parseTOML(part).body[0].body;
  let tree: IMappingNode | null = null;
  try {
    tree = new TomlBuilder(positionAt, problems).build(parse(source));
  } catch (error) {
    if (error instanceof RangeError) {
      problems.add('syntax', positionAt(0), 'the file is nested too deeply');
    } else if (error instanceof ParseError) {
      const { index, message } = error;
      const first = isDuplicate(message) ? findFirst(source, index, parse) : null;
      addSyntax(
        source,
        { message, position: positionAt(index), first: first === null ? null : positionAt(first) },
        problems
      );
    } else {
      throw error;
    }
  }
  return { tree: problems.isClosing ? null : tree, problems: problems.sorted() };
}

/** Builds the tree of a document from the nodes of the TOML library. */
class TomlBuilder {
  constructor(
    private readonly _positionAt: PositionAt,
    private readonly _problems: ProblemList
  ) {}

  build(statements: Statements): IMappingNode {
    const tree = new TableTree(this._positionAt(0));
    for (const statement of statements) {
      if (statement.type === 'TOMLKeyValue') {
        this._addPair(tree, tree.root, statement, 1);
        continue;
      }
      const path = this._pathOf(statement);
      const table = path && this._accept(tree.open(tree.root, path));
      for (const pair of table ? statement.body : []) {
        this._addPair(tree, table, pair, path?.length ?? 1);
      }
    }
    return tree.finish();
  }

  private _addPair(tree: TableTree, table: ITable | null, pair: IKeyValue, depth: number): void {
    const parts = this._partsOf(pair.key);
    const isTooDeep = this._refuseDepth(depth + parts.length, pair.range[0]);
    const owner = table && !isTooDeep && this._accept(tree.open(table, parts.slice(0, -1)));
    if (owner) {
      const conflict = tree.set(
        owner,
        parts[parts.length - 1],
        this._value(pair.value, depth + parts.length)
      );
      this._accept(conflict ?? owner);
    }
  }

  /** The library refuses what is given twice; what gets past it is reported here. */
  private _accept(found: ITable | ITableConflict): ITable | null {
    if (found.kind === 'table') {
      return found;
    }
    const { part, first } = found;
    addDuplicate(String(part.name), part.position, first, this._problems);
    return null;
  }

  /** @returns null when it is too deep, which is reported */
  private _pathOf(statement: ITomlTable): IPathPart[] | null {
    const { resolvedKey, key, range } = statement;
    if (this._refuseDepth(resolvedKey.length, range[0])) {
      return null;
    }
    const parts = this._partsOf(key);
    let next = 0;
    return resolvedKey.map(name => {
      if (typeof name === 'number') {
        return { name, position: this._positionAt(range[0]) };
      }
      const { position } = parts[next];
      next += 1;
      return { name, position };
    });
  }

  private _partsOf({ keys }: IKey): IPathPart[] {
    return keys.map(key => ({ name: nameOf(key), position: this._positionAt(key.range[0]) }));
  }

  private _value(content: Content, depth: number): TreeNode {
    const position = this._positionAt(content.range[0]);
    if (this._refuseDepth(depth, content.range[0])) {
      return { kind: 'scalar', position, value: null, text: '' };
    }
    if (content.type === 'TOMLArray') {
      const items = content.elements.map(element => this._value(element, depth + 1));
      return { kind: 'list', position, items };
    }
    if (content.type === 'TOMLInlineTable') {
      const tree = new TableTree(position);
      content.body.forEach(pair => this._addPair(tree, tree.root, pair, depth));
      return { ...tree.finish(), isFlow: true };
    }
    return buildScalar(content, position);
  }

  private _refuseDepth(depth: number, offset: number): boolean {
    const isTooDeep = depth > MAXIMUM_DEPTH;
    if (isTooDeep && !this._problems.isClosing) {
      this._problems.add('syntax', this._positionAt(offset), 'the file is nested too deeply');
    }
    return isTooDeep;
  }
}

function buildScalar(
  content: Extract<Content, { type: 'TOMLValue' }>,
  position: IPosition
): IScalarNode {
  switch (content.kind) {
    case 'string': {
      const { value, multiline } = content;
      return { kind: 'scalar', position, value, text: value, isQuoted: !multiline };
    }
    case 'integer':
    case 'float':
      return { kind: 'scalar', position, value: content.value, text: content.number };
    case 'boolean':
      return { kind: 'scalar', position, value: content.value, text: String(content.value) };
    default:
      return { kind: 'scalar', position, value: content.datetime, text: content.datetime };
  }
}

interface ISyntaxError {
  message: string;
  position: IPosition;
  /** Where a key that is given twice stands first; null when it is something else, or not found. */
  first: IPosition | null;
}

function addSyntax(source: string, error: ISyntaxError, problems: ProblemList): void {
  const { message, position, first } = error;
  const line = source.split('\n')[position.line - 1];
  if (isDuplicate(message)) {
    return addDuplicate(keyAt(line.slice(position.column - 1)), position, first, problems);
  }
  const lowered = message.charAt(0).toLowerCase() + message.slice(1);
  const isYaml = /^\s*(?:- )?[\w-]+:(\s|$)/.test(line);
  const hint = isYaml ? 'TOML writes key = value' : hintFor(message);
  problems.add('syntax', position, lowered, hint);
}

/** The library gives its errors no code. */
function isDuplicate(message: string): boolean {
  return message.startsWith('Defining a key multiple times');
}

function keyAt(text: string): string {
  const [key] = /^(?:[\w-]+|"[^"\n]*"|'[^'\n]*')/.exec(text) ?? [''];
  return key.replace(/^["']|["']$/g, '');
}

/** The offset of the first key of those that are given twice; null when it cannot be told. */
function findFirst(
  source: string,
  offset: number,
  parse: (part: string) => Statements
): number | null {
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  const line = source.slice(lineStart).split('\n', 1)[0];
  try {
    const before = parse(source.slice(0, lineStart));
    const [second] = parse(line);
    const tables = before.flatMap(statement => (statement.type === 'TOMLTable' ? [statement] : []));
    const siblings = second.type === 'TOMLTable' ? before : (tables.pop()?.body ?? before);
    const wanted = pathText(second.key);
    return siblings.find(({ key }) => pathText(key) === wanted)?.range[0] ?? null;
  } catch (error) {
    // The line may be the start of a value of many lines.
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}

function pathText({ keys }: IKey): string {
  return JSON.stringify(keys.map(nameOf));
}

function hintFor(message: string): string {
  return message.startsWith('Unexpected') ? 'put text in quotes' : '';
}

/** Report a key that is given twice. */
export function addDuplicate(
  key: string,
  position: IPosition,
  first: IPosition | null,
  problems: ProblemList
): void {
  const hint = first ? `first at line ${first.line}` : 'keep one';
  problems.add('duplicate-key', position, `"${key}" is given twice`, hint);
}

function nameOf(part: KeyPart): string {
  return part.type === 'TOMLBare' ? part.name : part.value;
}
