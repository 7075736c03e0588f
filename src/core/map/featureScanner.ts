/**
 * Finds the features of a GeoJSON collection while its text arrives, so that a large file is never parsed as a whole.
 * Text that is no JSON gives what was found before.
 */
export class FeatureScanner {
  /**
   * @param _onFeature - called with the text of each feature in order
   */
  constructor(private readonly _onFeature: (text: string) => void) {}

  /** True once a list of features has begun; a single feature or geometry has none. */
  get isCollection(): boolean {
    return this._isCollection;
  }

  /** How many features there were. */
  get count(): number {
    return this._count;
  }

  /** Take the next piece of the text; pieces may end anywhere. */
  push(piece: string): void {
    this._start = this._isInFeature ? 0 : -1;
    for (let at = 0; at < piece.length; at += 1) {
      this._step(piece, at);
    }
    if (this._isInFeature) {
      this._parts.push(piece.slice(this._start));
    } else if (this._keyStart >= 0) {
      this._key += piece.slice(this._keyStart);
      this._keyStart = 0;
    }
  }

  private _step(piece: string, at: number): void {
    const code = piece.charCodeAt(at);
    if (this._isInString) {
      if (this._isEscaped) {
        this._isEscaped = false;
      } else if (code === BACKSLASH) {
        this._isEscaped = true;
      } else if (code === QUOTE) {
        this._endString(piece, at);
      }
      return;
    }
    switch (code) {
      case QUOTE:
        this._isInString = true;
        if (this._depth === 1) {
          this._keyStart = at + 1;
          this._key = '';
        }
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this._open(code, at);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this._close(piece, at);
        break;
    }
  }

  private _endString(piece: string, at: number): void {
    this._isInString = false;
    if (this._keyStart >= 0) {
      this._key += piece.slice(this._keyStart, at);
      this._keyStart = -1;
    }
  }

  private _open(code: number, at: number): void {
    this._depth += 1;
    if (this._depth === 2 && code === OPEN_BRACKET && this._key === 'features') {
      this._isCollection = true;
      this._isInList = true;
    } else if (this._depth === 3 && this._isInList && code === OPEN_BRACE) {
      this._isInFeature = true;
      this._start = at;
    }
  }

  private _close(piece: string, at: number): void {
    this._depth -= 1;
    if (this._depth === 2 && this._isInFeature) {
      this._parts.push(piece.slice(this._start, at + 1));
      this._isInFeature = false;
      this._count += 1;
      this._onFeature(this._parts.join(''));
      this._parts = [];
    } else if (this._depth === 1) {
      this._isInList = false;
      this._key = '';
    }
  }

  private _depth = 0;
  private _isInString = false;
  private _isEscaped = false;
  /** The last text directly in the outermost object: before a list it is its key. */
  private _key = '';
  /** Where that text begins in the present piece; -1 outside of it. */
  private _keyStart = -1;
  private _isInList = false;
  private _isInFeature = false;
  /** Where the present feature begins in the present piece. */
  private _start = -1;
  private _parts: string[] = [];
  private _isCollection = false;
  private _count = 0;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
