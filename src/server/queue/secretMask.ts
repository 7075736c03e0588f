import { isJsonObject, type JsonValue } from '../../core/json';

/** What stands in the place of a secret. */
const MASK = '••••';

/** Shorter values would blank out half of every text, and are no secrets. */
const MIN_LENGTH = 4;

/** Takes the values of secrets out of what a run says. */
export class SecretMask {
  /**
   * @param values - those with fewer than 4 letters are not masked
   */
  constructor(values: Iterable<string>) {
    // Longest first: one secret may begin with another.
    this._values = [...new Set(values)]
      .filter(value => value.length >= MIN_LENGTH)
      .sort((a, b) => b.length - a.length);
    const escaped = this._values.map(value => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    this._pattern = escaped.length ? new RegExp(escaped.join('|'), 'g') : null;
  }

  /** Mask a whole text. */
  text(text: string): string {
    return this._pattern ? text.replace(this._pattern, MASK) : text;
  }

  /** Mask every text in a JSON value, keys included; without secrets the value itself is given back. */
  json<T extends JsonValue>(value: T): T {
    return this._pattern ? (this._maskJson(value) as T) : value;
  }

  /** Begin to mask a stream, whose secrets may be torn apart anywhere. */
  stream(): StreamMask {
    return new StreamMask(this._values, text => this._split(text));
  }

  /**
   * Mask the part of a text that cannot be the beginning of a secret.
   *
   * @returns that part masked, and the rest as it is
   */
  private _split(text: string): [string, string] {
    if (!this._pattern) {
      return [text, ''];
    }
    let end = 0;
    let masked = '';
    let held = this._beginningOfSecret(text, 0);
    for (const match of text.matchAll(this._pattern)) {
      if (held <= match.index) {
        break;
      }
      masked += text.slice(end, match.index) + MASK;
      end = match.index + match[0].length;
      if (held < end) {
        // Within a whole secret: what follows it decides.
        held = this._beginningOfSecret(text, end);
      }
    }
    return [masked + text.slice(end, held), text.slice(held)];
  }

  /** Where the longest end of a text starts that a secret begins with; its length when there is none. */
  private _beginningOfSecret(text: string, from: number): number {
    const longest = this._values[0].length - 1;
    for (let at = Math.max(from, text.length - longest); at < text.length; at++) {
      const end = text.slice(at);
      if (this._values.some(value => value.length > end.length && value.startsWith(end))) {
        return at;
      }
    }
    return text.length;
  }

  private _maskJson(value: JsonValue): JsonValue {
    if (typeof value === 'string') {
      return this.text(value);
    }
    if (Array.isArray(value)) {
      return value.map(item => this._maskJson(item));
    }
    if (isJsonObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [this.text(key), this._maskJson(item)])
      );
    }
    return value;
  }

  private readonly _values: readonly string[];
  private readonly _pattern: RegExp | null;
}

/** Masks a stream: what may become a secret is held back until the next text decides. */
export class StreamMask {
  constructor(
    private readonly _values: readonly string[],
    private readonly _split: (text: string) => [string, string]
  ) {}

  /** The text that can be shown now. */
  push(text: string): string {
    if (!this._values.length) {
      return text;
    }
    const [shown, held] = this._split(this._held + text);
    this._held = held;
    return shown;
  }

  /** What was held back, when nothing more comes. */
  flush(): string {
    let rest = this._held;
    this._held = '';
    for (const value of this._values) {
      rest = rest.split(value).join(MASK);
    }
    return rest;
  }

  private _held = '';
}
