import { isFinal, isKept, type IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import { formatTime, type IClock } from '../store/clock';
import { readRecord, writeRecord } from '../store/history';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { withoutMark } from '../store/runRecord';

type Marks = Pick<IRunRecord, 'pinned' | 'printed'>;

/** Notes in records which runs stay however old they are: those that somebody pinned, and those that were printed. */
export class KeptRuns {
  constructor(
    private readonly _options: {
      index: RunIndex;
      clock: Pick<IClock, 'nowMs'>;
      log: ILog;
      /** Tell everybody that a list of runs changed; the run itself ended before. */
      changed(): void;
    }
  ) {}

  /** @throws {HttpError} 404 `run-unknown`, 409 `not-final` */
  async pin(run: IIndexedRun, isPinned: boolean): Promise<void> {
    if (!isFinal(run.record.state)) {
      throw new HttpError(409, 'not-final', 'this run is not over yet; pin it when it is');
    }
    await this._mark(run, { pinned: isPinned || undefined });
  }

  /** Note that outputs of a run are in a document. Never rejects: the document is there all the same. */
  async notePrinted(run: IIndexedRun): Promise<void> {
    const printed = formatTime(this._options.clock.nowMs());
    await this._mark(run, { printed }).catch(error =>
      this._options.log.warn(`run ${run.record.id}: that it was printed is not noted: ${error}`)
    );
  }

  /** Tell whether a run stays. What another server noted stands in its record on disk alone. */
  async isKept({ record: { id }, automationFolder }: IIndexedRun): Promise<boolean> {
    await this._marking;
    const stored = await readRecord(automationFolder, id);
    return (
      (stored !== null && isKept(stored)) || isKept(this._options.index.find(id)?.record ?? {})
    );
  }

  /** One after the other, as each reads a record and writes it. */
  private _mark(run: IIndexedRun, marks: Marks): Promise<void> {
    const marking = this._marking.then(() => this._write(run, marks));
    this._marking = marking.catch(() => undefined);
    return marking;
  }

  private async _write({ record, automationFolder }: IIndexedRun, marks: Marks): Promise<void> {
    const { index, changed } = this._options;
    const stored = await readRecord(automationFolder, record.id);
    if (!stored) {
      throw new HttpError(404, 'run-unknown', 'the history of this run is gone');
    }
    const written = isFinal(stored.state) ? withoutMark(stored) : record;
    await writeRecord(automationFolder, { ...written, ...marks }, true);
    // What another server noted is in its record on disk; where its folder is open, in ours.
    const { pinned, printed } = written;
    index.note({ ...record, pinned, printed, ...marks });
    changed();
  }

  private _marking: Promise<void> = Promise.resolve();
}
