import type { IStateDB } from '@jupyterlab/statedb';
import { Debouncer } from '@lumino/polling';
import type { ReadonlyJSONValue } from '@lumino/coreutils';
import { isJsonObject, type JsonObject } from '../../core/json';

/** Milliseconds of silence before a draft is saved. */
const SAVE_DELAY_MS = 500;

/**
 * What a person has typed into the form of a batch and not run yet: kept over a reload.
 */
export class Drafts {
  /**
   * @param _database - null where nothing can be kept
   * @param _report - told of what could not be saved or read
   */
  constructor(
    private readonly _database: IStateDB | null,
    private readonly _report: (error: unknown) => void
  ) {
    this._saver = new Debouncer(() => this._save(), SAVE_DELAY_MS);
  }

  /** The draft for a batch; null when there is none. */
  async load(automation: string, batch: string): Promise<JsonObject | null> {
    const key = keyOf(automation, batch);
    const waiting = this._waiting.get(key);
    if (waiting !== undefined) {
      return waiting;
    }
    try {
      const value: unknown = await this._database?.fetch(key);
      return isJsonObject(value) ? value : null;
    } catch (error) {
      this._report(error);
      return null;
    }
  }

  /**
   * Keep a draft, soon.
   *
   * @param values - null forgets it
   */
  save(automation: string, batch: string, values: JsonObject | null): void {
    this._waiting.set(keyOf(automation, batch), values);
    // It rejects only when it is disposed; `dispose` saves what waits.
    this._saver.invoke().catch(() => undefined);
  }

  /** Save what waits and stop. */
  dispose(): void {
    this._saver.dispose();
    this._save();
  }

  private _save(): void {
    for (const [key, values] of this._waiting) {
      const saved = values
        ? this._database?.save(key, values as ReadonlyJSONValue)
        : this._database?.remove(key);
      saved?.catch(this._report);
    }
    this._waiting.clear();
  }

  private readonly _saver: Debouncer<void>;
  private readonly _waiting = new Map<string, JsonObject | null>();
}

function keyOf(automation: string, batch: string): string {
  return `jupyterlab-crosscompute:draft:${automation}:${batch}`;
}
