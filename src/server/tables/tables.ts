import { Worker } from 'node:worker_threads';
import type { ITablePage, ITableQuery } from '../../core/view/tableOrder';
import { HttpError } from '../httpError';
import type { ITableSource } from './tableFiles';

/** What the thread is asked. */
export interface ITableRequest {
  id: number;
  source: ITableSource;
  query: ITableQuery;
  /** True for all rows as CSV instead of a page of them. */
  asCsv: boolean;
}

/** What the thread answers: one of page, CSV and failure. */
export interface ITableAnswer {
  id: number;
  page?: ITablePage;
  csv?: Uint8Array;
  failure?: string;
  /** True when the file is no table, false when something else went wrong. */
  isTableError?: boolean;
}

/** Milliseconds without a question after which the thread ends, and its memory is given back. */
const IDLE_MS = 5 * 60 * 1000;

interface IWaiting {
  resolve(answer: ITableAnswer): void;
  reject(error: unknown): void;
}

/** Answers questions about tables that are too large for a page, in a thread that is started when it is first needed. */
export class Tables {
  /**
   * @param _script - absolute path of the bundled `tableWorker.cjs`
   */
  constructor(private readonly _script: string) {}

  /**
   * Some rows of a table.
   *
   * @throws {HttpError} 422 `no-table`, 503 `table-unavailable`
   */
  async page(source: ITableSource, query: ITableQuery): Promise<ITablePage> {
    const { page } = await this._ask({ source, query, asCsv: false });
    return page as ITablePage;
  }

  /**
   * All rows that a query asks for, as CSV in UTF-8.
   *
   * @throws {HttpError} as `page`
   */
  async csv(source: ITableSource, query: ITableQuery): Promise<Buffer> {
    const { csv } = await this._ask({ source, query, asCsv: true });
    return Buffer.from(csv as Uint8Array);
  }

  /** End the thread. */
  async close(): Promise<void> {
    clearTimeout(this._timer);
    await this._worker?.terminate();
    this._worker = null;
  }

  private async _ask(request: Omit<ITableRequest, 'id'>): Promise<ITableAnswer> {
    const id = this._next++;
    clearTimeout(this._timer);
    const answer = await new Promise<ITableAnswer>((resolve, reject) => {
      this._waiting.set(id, { resolve, reject });
      this._start().postMessage({ id, ...request });
    });
    if (answer.failure !== undefined) {
      throw answer.isTableError
        ? new HttpError(422, 'no-table', answer.failure)
        : unavailable(answer.failure);
    }
    return answer;
  }

  private _start(): Worker {
    if (!this._worker) {
      const worker = new Worker(this._script, { env: {}, execArgv: [], stdin: false });
      worker.unref();
      worker.on('message', (answer: ITableAnswer) => this._take(answer));
      worker.on('error', error => this._giveUp(worker, error));
      this._worker = worker;
    }
    return this._worker;
  }

  private _take(answer: ITableAnswer): void {
    this._waiting.get(answer.id)?.resolve(answer);
    this._waiting.delete(answer.id);
    if (!this._waiting.size) {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => void this.close(), IDLE_MS);
      this._timer.unref();
    }
  }

  /** Such as when its memory is not enough: the next question gets a new one. */
  private _giveUp(worker: Worker, error: Error): void {
    if (worker === this._worker) {
      this._worker = null;
      const waiting = [...this._waiting.values()];
      this._waiting.clear();
      waiting.forEach(({ reject }) => reject(unavailable(error.message)));
    }
  }

  private readonly _waiting = new Map<number, IWaiting>();
  private _worker: Worker | null = null;
  private _timer: NodeJS.Timeout | undefined;
  private _next = 0;
}

function unavailable(reason: string): HttpError {
  return new HttpError(503, 'table-unavailable', `this table cannot be read now: ${reason}`);
}
