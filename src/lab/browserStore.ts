import { isJsonObject, type JsonObject } from '../core/json';

/**
 * Keeps small things in the browser at once, so that even a reload in the same moment loses nothing; the
 * state that JupyterLab keeps is written a second later.
 */
export class BrowserStore {
  /**
   * @param _storage - `localStorage` for what belongs to a person, `sessionStorage` for what belongs to a window
   * @param _prefix - of all keys, such as the base address of the server
   * @param _report - told of what could not be kept
   */
  constructor(
    private readonly _storage: Storage,
    private readonly _prefix: string,
    private readonly _report: (error: unknown) => void
  ) {}

  /** What was kept; null for nothing, or when it is no object any more. */
  load(key: string): JsonObject | null {
    try {
      const value: unknown = JSON.parse(this._storage.getItem(this._prefix + key) ?? 'null');
      return isJsonObject(value) ? value : null;
    } catch {
      // Somebody else wrote there: as good as nothing.
      return null;
    }
  }

  /**
   * Keep something.
   *
   * @param value - null forgets it
   */
  save(key: string, value: JsonObject | null): void {
    try {
      if (value) {
        this._storage.setItem(this._prefix + key, JSON.stringify(value));
      } else {
        this._storage.removeItem(this._prefix + key);
      }
    } catch (error) {
      // No room, or forbidden by the browser.
      this._report(error);
    }
  }
}
