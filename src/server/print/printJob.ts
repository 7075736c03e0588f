import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAsker } from '../../core/access/identity';
import type { IPrintedFile, IPrintResource } from '../../core/api';
import { safeFileName } from '../../core/print/documentName';
import { HttpError } from '../httpError';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { printBatches, type IPrintSweepOptions } from './printSweep';
import type { IZipEntry } from './zipStream';

/** What a job prints. */
export interface IPrintJobRequest {
  id: string;
  loaded: LoadedAutomation;
  slugs: readonly string[];
  /** See `IPrintSweep`. */
  asker: string | IAsker | null;
  /** Absolute folder of this job alone. */
  folder: string;
}

/** Prints batches into a folder that is gone some time after, and tells how far it is. */
export class PrintJob {
  constructor(
    options: IPrintSweepOptions,
    private readonly _request: IPrintJobRequest
  ) {
    this.ended = this._run(options);
    this.ended.catch(() => undefined);
  }

  /** Resolves when nothing more is printed; never rejects: what went wrong is among the failures. */
  readonly ended: Promise<void>;

  get id(): string {
    return this._request.id;
  }

  get loaded(): LoadedAutomation {
    return this._request.loaded;
  }

  /** Batches that are printed. */
  get slugs(): readonly string[] {
    return this._request.slugs;
  }

  /** True for a job whose result is one document and no archive. */
  get isSingle(): boolean {
    return this._state === 'running'
      ? this.slugs.length === 1 && this._plannedCount === 1
      : this._files.length === 1;
  }

  /** How far it is. */
  resource(): IPrintResource {
    const { id, loaded, slugs } = this._request;
    return {
      id,
      automation: loaded.id,
      state: this._state,
      total: slugs.length,
      finished: this._finished.size,
      documents: [...this._files],
      failures: [...this._failures],
      fileName:
        this.isSingle && this._files.length
          ? this._files[0].name
          : safeFileName(loaded.get().name, this.isSingle ? '.pdf' : '.zip'),
      uri: `api/prints/${id}/file`,
      created: this._created
    };
  }

  /** Called after every change. */
  onChange(listener: () => void): { dispose(): void } {
    const entry = { listener };
    this._listeners.add(entry);
    return { dispose: () => void this._listeners.delete(entry) };
  }

  /** Stop printing, and the runs that were started for it alone. */
  async stop(): Promise<void> {
    this._controller.abort();
    await this.ended;
  }

  /**
   * The one document. Resolves when it is there.
   *
   * @throws {HttpError} why there is none
   */
  async single(): Promise<Buffer> {
    await this.ended;
    this._throwIfEmpty();
    return fs.readFile(this._pathOf(this._files[0]));
  }

  /** All documents, as they are printed; ends when the job does. @throws {HttpError} when there is none at all */
  async *entries(): AsyncGenerator<IZipEntry> {
    for (let index = 0; ; index += 1) {
      while (index >= this._files.length && this._state === 'running') {
        await this._changed();
      }
      if (index >= this._files.length) {
        break;
      }
      const file = this._files[index];
      yield { name: file.name, read: () => fs.readFile(this._pathOf(file)) };
    }
    this._throwIfEmpty();
    if (this._failures.length) {
      const text = this._failures.map(({ batch, message }) => `${batch}: ${message}\n`).join('');
      yield { name: 'not-printed.txt', read: async () => Buffer.from(text) };
    }
  }

  /** Resolves when there is a first document, or there will be none. @throws {HttpError} why there is none */
  async first(): Promise<void> {
    while (!this._files.length && this._state === 'running') {
      await this._changed();
    }
    this._throwIfEmpty();
  }

  private async _run(options: IPrintSweepOptions): Promise<void> {
    const { loaded, slugs, asker } = this._request;
    try {
      await printBatches(options, {
        loaded,
        slugs,
        asker,
        signal: this._controller.signal,
        onDocument: async (batch, document) => {
          const { name, variable, pdf, warnings } = document;
          await fs.mkdir(this._request.folder, { recursive: true, mode: 0o700 });
          await fs.writeFile(path.join(this._request.folder, name), pdf);
          const size = pdf.length;
          this._files.push({
            batch: batch.slug,
            variable: variable?.id ?? null,
            name,
            size,
            warnings
          });
        },
        onFailure: (batch, error) => {
          this._failures.push({ batch, code: error.code, message: error.message });
        },
        onFinished: slug => {
          this._finished.add(slug);
          this._emit();
        }
      });
    } catch (error) {
      const code = error instanceof HttpError ? error.code : 'print-failed';
      const message = error instanceof Error ? error.message : String(error);
      this._failures.push({ batch: '', code, message });
    }
    this._state = this._controller.signal.aborted
      ? 'stopped'
      : this._failures.length
        ? 'failed'
        : 'done';
    this._emit();
  }

  private get _plannedCount(): number {
    const printed = this.loaded.get().steps.print.variables.filter(({ view }) => view === 'pdf');
    return Math.max(1, printed.length);
  }

  private _pathOf({ name }: IPrintedFile): string {
    return path.join(this._request.folder, name);
  }

  private _throwIfEmpty(): void {
    if (!this._files.length) {
      const [failure] = this._failures;
      const code = failure?.code ?? 'print-stopped';
      const status = code === 'printer-unavailable' ? 503 : 409;
      throw new HttpError(status, code, failure?.message ?? 'printing was stopped');
    }
  }

  private _changed(): Promise<void> {
    return new Promise(resolve => {
      const subscription = this.onChange(() => {
        subscription.dispose();
        resolve();
      });
    });
  }

  private _emit(): void {
    [...this._listeners].forEach(({ listener }) => listener());
  }

  private _state: IPrintResource['state'] = 'running';
  private readonly _created = new Date().toISOString();
  private readonly _controller = new AbortController();
  private readonly _files: IPrintedFile[] = [];
  private readonly _failures: IPrintResource['failures'] = [];
  private readonly _finished = new Set<string>();
  private readonly _listeners = new Set<{ listener: () => void }>();
}
