/** Between two looks at a kernel that says nothing although requests are unanswered. */
const LOOK_MS = 1000;

/**
 * Notices that a request, or the answer to it, got lost with a connection that broke: a kernel that works through its
 * requests one after the other has answered a later one, is idle and says nothing.
 */
export class UnansweredRequests {
  constructor(private readonly _options: UnansweredRequests.IOptions) {}

  /** A request was sent. */
  add(id: string): void {
    this._ids.add(id);
  }

  /** A request was answered. */
  delete(id: string): void {
    this._ids.delete(id);
  }

  /** The kernel said something. */
  hear(): void {
    this._heard += 1;
  }

  /** There is a connection again; what was sent before it may be lost. */
  check(): void {
    const doubtful = [...this._ids];
    this._round += 1;
    if (doubtful.length) {
      this._check(doubtful, this._round).catch(this._options.onError);
    }
  }

  /** Look no more. */
  dispose(): void {
    this._round += 1;
    this._ids.clear();
    clearTimeout(this._timer);
  }

  private async _check(doubtful: readonly string[], round: number): Promise<void> {
    await this._options.ask();
    for (;;) {
      const heard = this._heard;
      await new Promise(resolve => (this._timer = setTimeout(resolve, LOOK_MS)));
      // A server that does not answer now may do so a second later.
      const isIdle = (await this._options.state().catch(() => null)) === 'idle';
      if (round !== this._round || !doubtful.some(id => this._ids.has(id))) {
        return;
      }
      if (isIdle && heard === this._heard) {
        this._options.onLost();
        return;
      }
    }
  }

  private readonly _ids = new Set<string>();
  private _heard = 0;
  /** Grows with each connection: only the last one matters. */
  private _round = 0;
  private _timer: NodeJS.Timeout | undefined;
}

/** A namespace for `UnansweredRequests` statics. */
export namespace UnansweredRequests {
  /** What it needs of a kernel and its connection. */
  export interface IOptions {
    /** Ask the kernel something; resolves with its answer. */
    ask(): Promise<unknown>;
    /** What the kernel does, as its server knows it. */
    state(): Promise<string | null>;
    /** Something is lost; called at most once a connection. */
    onLost(): void;
    /** The kernel or its server did not answer. */
    onError(error: unknown): void;
  }
}
