import type { IPosition } from '../problem';
import type { IParsedDocument } from './document';
import { MAXIMUM_DEPTH } from './document';
import { parseJson } from './jsonDocument';
import type { PositionAt } from './positions';
import { createPositionAt } from './positions';
import { ProblemList } from './problemList';
import type { IPathPart, ITable } from './tableTree';
import { TableTree } from './tableTree';
import { addDuplicate } from './tomlDocument';
import type { TreeNode } from './tree';

/** Further syntax errors of one file mostly follow from the first. */
const MAXIMUM_SYNTAX_PROBLEMS = 20;

/** A line with what is before it. */
interface ILine {
  /** Without its line break. */
  text: string;
  offset: number;
  /** Blanks before the first letter. */
  indent: number;
}

/**
 * Parse the INI text of a configuration: `[input.variables.1]` starts the first item of that list, `key = value` (or
 * `key: value`) sets a key, `#` and `;` start a comment line, and a line that is indented more than its key continues
 * its value. A value is JSON where it parses as JSON, else text.
 *
 * Never throws, whatever the text: all that is wrong comes back as problems.
 *
 * @param text - a byte order mark at its start is skipped
 * @param file - absolute path, for positions
 */
export function parseIni(text: string, file: string): IParsedDocument {
  const source = text.replace(/^\uFEFF/, '');
  const problems = new ProblemList();
  const tree = new IniReader(source, createPositionAt(source, file), problems).read();
  const found = problems.sorted();
  // Where only a key is given twice, the rest can be checked, too.
  const isBroken = found.some(({ code, blocks }) => blocks === 'all' && code !== 'duplicate-key');
  return { tree: isBroken ? null : tree, problems: found };
}

class IniReader {
  constructor(
    private readonly _source: string,
    private readonly _positionAt: PositionAt,
    private readonly _problems: ProblemList
  ) {
    this._tree = new TableTree(_positionAt(0));
    this._table = this._tree.root;
    this._lines = splitLines(_source);
  }

  read() {
    while (this._next < this._lines.length && this._faultCount < MAXIMUM_SYNTAX_PROBLEMS) {
      const line = this._lines[this._next];
      this._next += 1;
      const content = line.text.trim();
      if (content.startsWith('[')) {
        this._readHeader(line);
      } else if (content && !/^[#;]/.test(content)) {
        this._readPair(line);
      }
    }
    return this._tree.finish();
  }

  private _readHeader(line: ILine): void {
    this._table = null;
    const start = line.offset + line.indent;
    const match = /^\[([^\]]*)\]\s*(?:[#;].*)?$/.exec(line.text.trim());
    if (!match) {
      return this._fail(start, 'a section must look like [input.variables.1]');
    }
    const path = this._parsePath(match[1], start + 1);
    const header = path && path.map(({ name }) => name).join('.');
    if (!path || header === null) {
      return;
    }
    const first = this._headers.get(header);
    if (first) {
      return addDuplicate(`[${header}]`, this._positionAt(start), first, this._problems);
    }
    this._headers.set(header, this._positionAt(start));
    const found = this._tree.open(this._tree.root, path);
    if (found.kind === 'conflict') {
      const name = String(found.part.name);
      const isItem = typeof found.part.name === 'number';
      return isItem
        ? this._fail(
            start,
            `"${name}" is an item of a list, but keys are given at line ${found.first.line}`
          )
        : addDuplicate(name, found.part.position, found.first, this._problems);
    }
    this._table = found;
  }

  /** @returns null when it cannot be used, which is reported */
  private _parsePath(text: string, start: number): IPathPart[] | null {
    const names = text.split('.');
    if (names.length > MAXIMUM_DEPTH) {
      this._fail(start, 'the file is nested too deeply');
      return null;
    }
    let offset = start;
    const parts: IPathPart[] = [];
    for (const written of names) {
      const name = written.trim();
      const position = this._positionAt(offset + written.length - written.trimStart().length);
      const isNumber = /^\d{1,9}$/.test(name);
      if (!name || (isNumber && (Number(name) === 0 || !parts.length))) {
        const message = name
          ? 'items of a list are numbered from 1'
          : 'a part of the name of the section is missing';
        this._fail(offset, message);
        return null;
      }
      parts.push({ name: isNumber ? Number(name) : name, position });
      offset += written.length + 1;
    }
    return parts;
  }

  private _readPair(line: ILine): void {
    const start = line.offset + line.indent;
    const match = /^([^=:]*?)\s*[=:]\s*/.exec(line.text.slice(line.indent));
    const end = this._takeContinuation(line);
    if (!match || !match[1]) {
      this._fail(start, 'a line must be "key = value", a [section] or a comment');
    } else if (this._table) {
      const key = { name: match[1], position: this._positionAt(start) };
      const value = this._value(start + match[0].length, end);
      const conflict = this._tree.set(this._table, key, value);
      if (conflict) {
        addDuplicate(match[1], key.position, conflict.first, this._problems);
      }
    }
  }

  /** @returns the offset at which the value of a line ends */
  private _takeContinuation(line: ILine): number {
    let last = line;
    for (let next = this._next; next < this._lines.length; next += 1) {
      const candidate = this._lines[next];
      if (candidate.text.trim() === '') {
        continue;
      }
      if (candidate.indent <= line.indent) {
        break;
      }
      last = candidate;
      this._next = next + 1;
    }
    return last.offset + last.text.length;
  }

  private _value(start: number, end: number): TreeNode {
    const written = this._source.slice(start, end);
    const parsed = parseJson(written, offset => this._positionAt(start + offset));
    if ('node' in parsed) {
      return parsed.node;
    }
    if (parsed.fault.code === 'duplicate-key') {
      const { message, position } = parsed.fault;
      this._problems.add('duplicate-key', position, message);
    }
    const text = written
      .split('\n')
      .map(part => part.trim())
      .join('\n')
      .trim();
    return { kind: 'scalar', position: this._positionAt(start), value: text, text };
  }

  private _fail(offset: number, message: string): void {
    this._faultCount += 1;
    this._problems.add('syntax', this._positionAt(offset), message);
  }

  private readonly _tree: TableTree;
  private readonly _lines: readonly ILine[];
  private readonly _headers = new Map<string, IPosition>();
  /** Null after a section that cannot be used: what follows has no place. */
  private _table: ITable | null;
  private _next = 0;
  private _faultCount = 0;
}

function splitLines(source: string): ILine[] {
  let offset = 0;
  return source.split('\n').map(line => {
    const text = line.replace(/\r$/, '');
    const made = { text, offset, indent: text.length - text.trimStart().length };
    offset += line.length + 1;
    return made;
  });
}
