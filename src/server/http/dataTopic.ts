import type { IDataEvent } from '../../core/api';
import { STEP_NAMES } from '../../core/automation/automation';
import { isFinal } from '../../core/run/run';
import type { Services } from '../services';
import { FolderWatcher } from '../watch/fileWatcher';
import { StateTopic } from './topics';

/** Milliseconds after the end of a run in which what it wrote last may still be noticed. */
const LAST_CHANGES_MS = 1000;

/** Changes in the folders of one batch, watched only while somebody listens. */
export class DataTopic {
  /**
   * @param _automation - its id
   * @param _batch - its slug
   * @throws {HttpError} 404 for a batch that does not exist
   */
  constructor(
    private readonly _services: Services,
    private readonly _automation: string,
    private readonly _batch: string
  ) {
    const loaded = _services.automations.get(_automation);
    this._folder = _services.runService.locate(loaded, _batch).absoluteFolder;
    this.topic = new StateTopic(
      () => null,
      isActive => (isActive ? this._start() : this._stop())
    );
  }

  /** What readers subscribe to. */
  readonly topic: StateTopic;

  /** Release the watcher. */
  async close(): Promise<void> {
    this._stop();
    await this._closing;
  }

  private _start(): void {
    this._watcher = new FolderWatcher(
      STEP_NAMES.map(step => `${this._folder}/${step}`),
      paths => this._publish(paths, !this._mayBeOfRun()),
      this._services.log
    );
    this._changes = this._services.queue.onChange(run => {
      if (run && run.automation.id === this._automation && run.batch.slug === this._batch) {
        // The folders of a first run exist from now on; its state is part of the page, too.
        this._watcher?.refresh();
        const isOver = isFinal(run.state) && run.id !== this._over;
        this._over = isOver ? run.id : this._over;
        this._publish(null, isOver);
      }
    });
  }

  private _stop(): void {
    this._changes?.dispose();
    this._changes = undefined;
    this._closing = this._watcher?.close() ?? Promise.resolve();
    this._closing.catch(error => this._services.log.error('a watcher did not close', error));
    this._watcher = undefined;
  }

  /** Tell whether a run writes the files that change now; what it wrote last is noticed after its end. */
  private _mayBeOfRun(): boolean {
    const newest = this._services.queue.newest(this._automation, this._batch);
    const ended = newest?.ended ?? null;
    return newest !== null && (ended === null || Date.now() - Date.parse(ended) < LAST_CHANGES_MS);
  }

  /** @param paths - files that changed; null when every step may look different */
  private _publish(paths: ReadonlySet<string> | null, isUrgent: boolean): void {
    const steps = STEP_NAMES.filter(
      step => !paths || [...paths].some(path => path.startsWith(`${this._folder}/${step}/`))
    );
    if (steps.length) {
      const event: IDataEvent = {
        automation: this._automation,
        batch: this._batch,
        steps,
        isUrgent
      };
      this.topic.publish(JSON.stringify(event));
    }
  }

  private readonly _folder: string;
  /** The run whose end was told last: it is told once, though more changes at the end of a run. */
  private _over = '';
  private _watcher: FolderWatcher | undefined;
  private _changes: { dispose(): void } | undefined;
  private _closing: Promise<void> = Promise.resolve();
}
