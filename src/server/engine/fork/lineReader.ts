/** Cuts text that arrives in pieces into lines; a line may be as long as it likes. */
export class LineReader {
  /**
   * @param onLine - gets each complete line without its line feed
   */
  constructor(private readonly _onLine: (line: string) => void) {}

  /** Add a piece. */
  add(piece: string): void {
    let start = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      // Joined only now: a line of megabytes in many pieces is copied once.
      const line = this._parts.join('') + piece.slice(start, end);
      this._parts = [];
      start = end + 1;
      this._onLine(line);
    }
    if (start < piece.length) {
      this._parts.push(piece.slice(start));
    }
  }

  private _parts: string[] = [];
}

/** Read a line of JSON; null for anything that is no JSON object. */
export function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
