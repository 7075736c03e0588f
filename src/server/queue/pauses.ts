import type { RunIndex } from '../store/runIndex';

const SETTING = 'paused';

/** What is held back by a person: all automations, or some. Survives a restart. */
export class Pauses {
  constructor(private readonly _index: RunIndex) {
    const stored = _index.setting(SETTING);
    // Earlier versions could hold back all alone.
    this._held = new Set(stored === 'yes' ? [ALL] : (stored ?? '').split(' ').filter(Boolean));
  }

  /** True while nothing starts at all. */
  get isPaused(): boolean {
    return this._held.has(ALL);
  }

  /** Ids of the automations that are held back by themselves. */
  get automations(): string[] {
    return [...this._held].filter(id => id !== ALL);
  }

  /** Tell whether runs of an automation may not start. */
  holds(automation: string): boolean {
    return this.isPaused || this._held.has(automation);
  }

  /**
   * Hold back, or no more.
   *
   * @param automation - id of the one that is meant; default all
   * @returns false when nothing changed
   */
  set(isPaused: boolean, automation = ALL): boolean {
    if (this._held.has(automation) === isPaused) {
      return false;
    }
    if (isPaused) {
      this._held.add(automation);
    } else {
      this._held.delete(automation);
    }
    this._index.setSetting(SETTING, [...this._held].join(' ') || null);
    return true;
  }

  private readonly _held: Set<string>;
}

/** No id of an automation has it. */
const ALL = '*';
