import { ForkServer } from './forkServer';
import type { IForkServerOptions } from './forkServer';

/** What tells fork servers apart. */
export type ForkServerKey = Pick<IForkServerOptions, 'python' | 'modules'>;

/** A fork server that nobody uses is ended after this long. */
const IDLE_MS = 5 * 60_000;
/** How long a refusal is believed: packages may be installed, settings changed. */
const REFUSAL_MS = 60_000;

/** A fork server, or its refusal to be one. */
interface IEntry {
  server: ForkServer;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * The fork servers: one for each Python and set of imports; started when it is first wanted, again
 * when it died, and ended when nobody wanted it for five minutes.
 */
export class ForkServers {
  constructor(
    private readonly _options: Omit<IForkServerOptions, keyof ForkServerKey>,
    private readonly _idleMs = IDLE_MS
  ) {}

  /**
   * Find or start the server for a key. It stays until it is released.
   *
   * @returns the server, and what gives it back, once
   */
  use(key: ForkServerKey): { server: ForkServer; release(): void } {
    const entry = this._find(key);
    entry.users += 1;
    clearTimeout(entry.timer);
    return {
      server: entry.server,
      release: () => {
        entry.users -= 1;
        this._endWhenIdle(entry, this._idleMs);
      }
    };
  }

  /** End all; resolves when their processes are gone. */
  async close(): Promise<void> {
    const entries = [...this._entries.values()];
    this._entries.clear();
    entries.forEach(({ timer }) => clearTimeout(timer));
    await Promise.all([...entries.map(({ server }) => server.close()), ...this._closing]);
  }

  private _find(key: ForkServerKey): IEntry {
    const text = JSON.stringify([key.python, key.modules]);
    const found = this._entries.get(text);
    if (found) {
      return found;
    }
    const server = new ForkServer({ ...this._options, ...key });
    const entry: IEntry = { server, users: 0, timer: undefined };
    this._entries.set(text, entry);
    const forget = () => {
      if (this._entries.get(text) === entry) {
        clearTimeout(entry.timer);
        this._entries.delete(text);
      }
    };
    void server.ready.then(({ isSafe }) => {
      if (isSafe) {
        void server.exited.then(forget);
      } else {
        // Whoever asks again soon gets the same answer without a new process.
        setTimeout(forget, REFUSAL_MS).unref();
      }
    });
    return entry;
  }

  private _endWhenIdle(entry: IEntry, idleMs: number): void {
    if (entry.users > 0 || !entry.server.isAlive) {
      return;
    }
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => {
      const closing = entry.server.close().finally(() => this._closing.delete(closing));
      this._closing.add(closing);
      for (const [text, each] of this._entries) {
        if (each === entry) {
          this._entries.delete(text);
        }
      }
    }, idleMs);
    entry.timer.unref();
  }

  private readonly _entries = new Map<string, IEntry>();
  private readonly _closing = new Set<Promise<void>>();
}
