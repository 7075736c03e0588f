import { Worker } from 'node:worker_threads';
import type { ITemplateFailure, ITemplateRequest } from './lockedTemplates';

/** A page, or why there is none. */
export type TemplateOutcome = { html: string } | { failure: ITemplateFailure };

/** A template may take this long; the first one also waits for the thread. */
const LIMIT_MS = 5000;

interface IWaiting {
  request: ITemplateRequest;
  resolve(outcome: TemplateOutcome): void;
  timer: NodeJS.Timeout;
}

/** Renders templates of authors in a thread that is started when it is first needed. */
export class OverrideThread {
  /**
   * @param _script - absolute path of the bundled `overrideWorker.cjs`
   * @param _limitMs - how long one template may take
   */
  constructor(
    private readonly _script: string,
    private readonly _limitMs = LIMIT_MS
  ) {}

  /** Render a template; what is wrong with it comes back as a failure. */
  render(request: ITemplateRequest): Promise<TemplateOutcome> {
    return new Promise(resolve => {
      const id = this._next++;
      const timer = setTimeout(() => this._giveUp('it takes too long'), this._limitMs);
      this._waiting.set(id, { request, resolve, timer });
      this._start().postMessage({ id, request });
    });
  }

  /** End the thread. */
  async close(): Promise<void> {
    await this._worker?.terminate();
    this._worker = null;
  }

  private _start(): Worker {
    if (this._worker) {
      return this._worker;
    }
    const worker = new Worker(this._script, {
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 128 },
      stdin: false
    });
    worker.unref();
    worker.on('message', (answer: TemplateOutcome & { id: number }) => this._answer(answer));
    worker.on('error', error => this._giveUp(error.message));
    this._worker = worker;
    return worker;
  }

  private _answer({ id, ...outcome }: TemplateOutcome & { id: number }): void {
    const waiting = this._waiting.get(id);
    if (waiting) {
      clearTimeout(waiting.timer);
      this._waiting.delete(id);
      waiting.resolve(outcome);
    }
  }

  /** Whatever the thread was at is lost with it, and the next template gets a new one. */
  private _giveUp(message: string): void {
    void this._worker?.terminate();
    this._worker = null;
    for (const [id, { request }] of [...this._waiting]) {
      const failure = { template: request.entry, line: 1, column: 1, message };
      this._answer({ id, failure });
    }
  }

  private readonly _waiting = new Map<number, IWaiting>();
  private _worker: Worker | null = null;
  private _next = 0;
}
