import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IDraftEvent } from '../../core/api';
import { formatTimestamp, UniqueNames } from '../../core/print/documentName';
import { planDocuments } from '../../core/print/printPlan';
import { isFinal } from '../../core/run/run';
import { HttpError } from '../httpError';
import type { IDisposable } from '../queue/queue';
import type { Services } from '../services';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import { writeDraft } from './documentFolder';

/** What drafts are made with. */
export type IDraftServices = Pick<
  Services,
  'automations' | 'log' | 'pages' | 'prints' | 'queue' | 'runService'
>;

/**
 * Keeps the drafts of a batch as its report is, while somebody looks: prints them when they are missing or older than
 * the last run, after each run, and when templates or styles change.
 */
export class DraftPrinter implements IDisposable {
  /** @param _onEvent - told of each state */
  constructor(
    private readonly _services: IDraftServices,
    private readonly _automation: string,
    private readonly _slug: string,
    private readonly _onEvent: (event: IDraftEvent) => void
  ) {
    const { automations, queue } = _services;
    this._subscriptions = [
      automations.onChange((loaded, change) => {
        if (loaded.id === _automation && change !== 'data') {
          this._look(true);
        }
      }),
      queue.onChange(run => {
        if (run?.automation.id === _automation && run.batch.slug === _slug && isFinal(run.state)) {
          this._look(false);
        }
      })
    ];
    this._look(false);
  }

  /** Stop printing; what is written already stays. */
  dispose(): void {
    this._controller.abort();
    this._subscriptions.forEach(subscription => subscription.dispose());
  }

  /** Resolves when nothing is being printed. */
  get idle(): Promise<void> {
    return this._working ?? Promise.resolve();
  }

  private _look(isChanged: boolean): void {
    this._isChanged ||= isChanged;
    if (this._working) {
      this._isAsked = true;
      return;
    }
    this._working = this._update()
      .catch((error: unknown) => this._tellFailure(error))
      .finally(() => {
        this._working = null;
        if (this._isAsked && !this._controller.signal.aborted) {
          this._isAsked = false;
          this._look(false);
        }
      });
  }

  private async _update(): Promise<void> {
    const { automations, prints, runService } = this._services;
    const isChanged = this._isChanged;
    this._isChanged = false;
    const loaded = await automations.getFresh(this._automation);
    const batch = runService.locate(loaded, this._slug);
    if (!(await this._isOld(loaded, batch, isChanged))) {
      this._onEvent({ state: 'done', message: '' });
      return;
    }
    const { printer } = prints;
    printer.requireDone(loaded, batch);
    this._onEvent({ state: 'printing', message: 'The draft is being printed.' });
    const timestamp = formatTimestamp(new Date());
    for (const document of await printer.name(loaded, batch, timestamp, new UniqueNames())) {
      const printed = await printer.print(loaded, batch, document, this._controller.signal);
      await writeDraft(batch, printed);
    }
    this._onEvent({ state: 'done', message: '' });
  }

  /** True when a document is missing, or older than what it shows. */
  private async _isOld(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    isChanged: boolean
  ): Promise<boolean> {
    const ended = this._services.pages.newestRun(loaded, batch)?.ended;
    const since = ended ? Date.parse(ended) : 0;
    for (const { variable } of planDocuments(loaded.get())) {
      if (variable) {
        const file = path.join(batch.absoluteFolder, 'print', variable.path);
        const status = await fs.stat(file).catch(() => null);
        if (isChanged || !status || status.mtimeMs < since) {
          return true;
        }
      }
    }
    return false;
  }

  private _tellFailure(error: unknown): void {
    if (this._controller.signal.aborted) {
      return;
    }
    if (!(error instanceof HttpError)) {
      this._services.log.error('a draft was not printed', error);
      this._onEvent({ state: 'failed', message: 'The draft was not printed.' });
      return;
    }
    const state = error.code === 'not-printable' ? 'waiting' : 'failed';
    this._onEvent({ state, message: error.message });
  }

  private readonly _controller = new AbortController();
  private readonly _subscriptions: readonly IDisposable[];
  private _working: Promise<void> | null = null;
  private _isAsked = false;
  private _isChanged = false;
}
