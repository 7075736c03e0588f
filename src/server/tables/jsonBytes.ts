import { TableError } from './rowTable';

/** Where a value stands in bytes: from `start` up to `end`. */
export interface ISpan {
  start: number;
  end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [COMMA, COLON] = [0x2c, 0x3a];

/** Finds the values of JSON in UTF-8 without making anything of them. What is no JSON may go unnoticed inside of them. */
export class JsonBytes {
  constructor(private readonly _bytes: Buffer) {}

  /** The first byte of a value, such as `{`. */
  kindOf({ start }: ISpan): string {
    return String.fromCharCode(this._bytes[start]);
  }

  /** The value as it is written. */
  textOf({ start, end }: ISpan): string {
    return this._bytes.toString('utf8', start, end);
  }

  /** The value of the whole. */
  root(): ISpan {
    const hasMark = this._bytes[0] === 0xef && this._bytes[1] === 0xbb && this._bytes[2] === 0xbf;
    return this._value(hasMark ? 3 : 0);
  }

  /** The items of a list, in order. */
  *items({ start }: ISpan): Generator<ISpan> {
    let at = this._skipBlanks(start + 1);
    while (this._bytes[at] !== CLOSE_LIST) {
      const item = this._value(at);
      yield item;
      at = this._next(item.end, CLOSE_LIST);
    }
  }

  /** The members of an object, in order. */
  *members({ start }: ISpan): Generator<{ key: ISpan; value: ISpan }> {
    let at = this._skipBlanks(start + 1);
    while (this._bytes[at] !== CLOSE_OBJECT) {
      if (this._bytes[at] !== QUOTE) {
        throw new TableError();
      }
      const key = { start: at, end: this._skipString(at) };
      const colon = this._skipBlanks(key.end);
      if (this._bytes[colon] !== COLON) {
        throw new TableError();
      }
      const value = this._value(this._skipBlanks(colon + 1));
      yield { key, value };
      at = this._next(value.end, CLOSE_OBJECT);
    }
  }

  private _value(from: number): ISpan {
    const start = this._skipBlanks(from);
    switch (this._bytes[start]) {
      case QUOTE:
        return { start, end: this._skipString(start) };
      case OPEN_LIST:
      case OPEN_OBJECT:
        return { start, end: this._skipNested(start) };
      default:
        return { start, end: this._skipScalar(start) };
    }
  }

  private _skipBlanks(from: number): number {
    let at = from;
    while (this._bytes[at] <= 0x20) {
      at += 1;
    }
    return at;
  }

  private _skipString(start: number): number {
    const { length } = this._bytes;
    for (let at = start + 1; at < length; at += 1) {
      const byte = this._bytes[at];
      if (byte === BACKSLASH) {
        at += 1;
      } else if (byte === QUOTE) {
        return at + 1;
      }
    }
    throw new TableError();
  }

  private _skipNested(start: number): number {
    const { length } = this._bytes;
    let depth = 0;
    for (let at = start; at < length; at += 1) {
      const byte = this._bytes[at];
      if (byte === QUOTE) {
        at = this._skipString(at) - 1;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        depth += 1;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        depth -= 1;
        if (depth === 0) {
          return at + 1;
        }
      }
    }
    throw new TableError();
  }

  private _skipScalar(start: number): number {
    let at = start;
    for (let byte = this._bytes[at]; at < this._bytes.length; byte = this._bytes[++at]) {
      if (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte <= 0x20) {
        break;
      }
    }
    if (at === start) {
      throw new TableError();
    }
    return at;
  }

  /** Past a comma, or at the end of a list or object. */
  private _next(from: number, close: number): number {
    const at = this._skipBlanks(from);
    if (this._bytes[at] === close) {
      return at;
    }
    if (this._bytes[at] !== COMMA) {
      throw new TableError();
    }
    return this._skipBlanks(at + 1);
  }
}
