import { Button, ReactWidget } from '@jupyterlab/ui-components';
import { showPopup, type Popup } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import * as React from 'react';
import type { IRunSummary } from '../core/api';
import { STATE_SIGNS, stateWord } from './stateWords';
import type { ICrossComputeClient, IQueueMonitor } from './tokens';

/** Runs that the popup lists. */
const MAX_LISTED = 20;

/**
 * The item in the status bar: `CrossCompute: 2 running · 3 queued`, and a popup to stop them.
 */
export class QueueStatus extends ReactWidget {
  constructor(
    private readonly _client: ICrossComputeClient,
    private readonly _queue: IQueueMonitor,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-QueueStatus');
    _queue.changed.connect(this._onChange, this);
  }

  /** True while there are runs, or new ones are held back. */
  get isActive(): boolean {
    const { running, queued } = countsOf(this._queue);
    // While it is paused, somebody must be able to resume.
    return running + queued > 0 || this._queue.state?.isPaused === true;
  }

  get activeChanged(): ISignal<this, void> {
    return this._activeChanged;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._popup?.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected override render(): JSX.Element {
    const trans = this._trans;
    const { running, queued } = countsOf(this._queue);
    return (
      <Button
        minimal
        small
        aria-haspopup="dialog"
        title={trans.__('Show what runs')}
        onClick={() => this._open()}
      >
        {this._describe(running, queued)}
      </Button>
    );
  }

  private _describe(running: number, queued: number): string {
    const trans = this._trans;
    if (this._queue.state?.isPaused) {
      return trans.__('CrossCompute: %1 running · %2 queued · paused', running, queued);
    }
    return queued
      ? trans.__('CrossCompute: %1 running · %2 queued', running, queued)
      : trans.__('CrossCompute: %1 running', running);
  }

  private get _runs(): readonly IRunSummary[] {
    const { state } = this._queue;
    return [...(state?.running ?? []), ...(state?.queued ?? [])];
  }

  private _onChange(): void {
    const { isActive } = this;
    if (isActive !== this._wasActive) {
      this._wasActive = isActive;
      this._activeChanged.emit();
    }
    if (!isActive) {
      this._popup?.dispose();
      this._popup = null;
    }
    this.update();
  }

  private _open(): void {
    this._popup?.dispose();
    const body = ReactWidget.create(
      <QueueList
        queue={this._queue}
        runs={() => this._runs}
        stop={id => {
          // It may have ended meanwhile; the list says how it is.
          this._client.stopRun(id).catch(() => this.update());
        }}
        hold={isHeld => {
          const held = isHeld ? this._client.pauseQueue() : this._client.resumeQueue();
          // The list says how it is.
          held.catch(() => this.update());
        }}
        trans={this._trans}
      />
    );
    body.addClass('jp-QueueStatus-popup');
    this._popup = showPopup({ body, anchor: this, align: 'left' });
  }

  private readonly _activeChanged = new Signal<this, void>(this);
  private _wasActive = false;
  private _popup: Popup | null = null;
}

/** What is about to be queued counts as queued. */
function countsOf({ state }: IQueueMonitor): { running: number; queued: number } {
  const { running = 0, queued = 0, coming = 0 } = state?.counts ?? {};
  return { running, queued: queued + coming };
}

interface IQueueListProps {
  queue: IQueueMonitor;
  runs: () => readonly IRunSummary[];
  stop: (id: string) => void;
  /** Hold back new runs of all tools, or no more. */
  hold: (isHeld: boolean) => void;
  trans: TranslationBundle;
}

function QueueList({ queue, runs, stop, hold, trans }: IQueueListProps): JSX.Element {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    queue.changed.connect(draw);
    return () => {
      queue.changed.disconnect(draw);
    };
  }, [queue]);
  const isPaused = queue.state?.isPaused === true;
  const listed = runs().slice(0, MAX_LISTED);
  const { running, queued } = countsOf(queue);
  const more = running + queued - listed.length;
  return (
    <>
      <p role="status">
        {isPaused ? trans.__('Paused: new runs wait.') : ''}{' '}
        <Button className="jp-mod-styled" onClick={() => hold(!isPaused)}>
          {isPaused ? trans.__('Resume') : trans.__('Pause')}
        </Button>
      </p>
      <ul aria-label={trans.__('Runs')}>
        {listed.map(run => (
          <li key={run.id}>
            <span>
              {STATE_SIGNS[run.state]} {run.automationName}, {run.batchName}:{' '}
              {stateWord(run.state, trans)}
            </span>
            <Button
              className="jp-mod-styled"
              aria-label={trans.__('Stop %1, %2', run.automationName, run.batchName)}
              onClick={() => stop(run.id)}
            >
              {trans.__('Stop')}
            </Button>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{trans._n('and %1 more', 'and %1 more', more)}</p>}
    </>
  );
}
