/** Who waits for a seat. */
interface IWaiting {
  engines: readonly string[];
  take: (engine: string) => void;
}

/** How many scripts each engine executes at once; who comes first is served first. */
export class Seats {
  /** @param bounds - seats by the id of an engine */
  constructor(bounds: ReadonlyMap<string, number>) {
    this._free = new Map(bounds);
  }

  /**
   * Take a seat of the first engine that has a free one, or wait for one.
   *
   * @param engines - ids, the preferred first
   * @returns the id of the engine, whose seat must be given back; null when aborted
   */
  take(engines: readonly string[], signal: AbortSignal): Promise<string | null> {
    if (signal.aborted) {
      return Promise.resolve(null);
    }
    const free = engines.find(engine => (this._free.get(engine) ?? 0) > 0);
    if (free !== undefined) {
      this._change(free, -1);
      return Promise.resolve(free);
    }
    return new Promise(resolve => {
      const waiting: IWaiting = {
        engines,
        take: engine => {
          signal.removeEventListener('abort', onAbort);
          resolve(engine);
        }
      };
      const onAbort = () => {
        this._waiting.delete(waiting);
        resolve(null);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this._waiting.add(waiting);
    });
  }

  /** Give a seat back: it goes to the first that waits for one of its engine. */
  giveBack(engine: string): void {
    for (const waiting of this._waiting) {
      if (waiting.engines.includes(engine)) {
        this._waiting.delete(waiting);
        waiting.take(engine);
        return;
      }
    }
    this._change(engine, 1);
  }

  private _change(engine: string, change: number): void {
    this._free.set(engine, (this._free.get(engine) ?? 0) + change);
  }

  private readonly _free: Map<string, number>;
  /** In the order in which they came. */
  private readonly _waiting = new Set<IWaiting>();
}
