import { foldProgress, initialProgress, type IProgress } from '../../core/run/foldProgress';
import { LANES, type Lane, type LaneSlots } from '../../core/run/lane';
import type { IClock } from '../store/clock';
import type { Journals } from '../store/journals';
import { RunControl } from './runControl';
import type { IWaitingRun, WaitingRuns } from './waitingRuns';

/** A run that has a slot. */
export interface IRunningRun {
  id: string;
  lane: Lane;
  /** Automation id. */
  automation: string;
  automationFolder: string;
  folder: string;
  isSingle: boolean;
  control: RunControl;
  /** A server before this one began it. */
  isAttached: boolean;
  /** Its scripts are over, and what they made is being written down: that needs no slot. */
  isEnding: boolean;
  /** How far it is. */
  progress: IProgress;
  /** Resolves when it is over and its slot free; never rejects. */
  ended: Promise<void>;
}

type SlottedRun = Pick<
  IRunningRun,
  'id' | 'lane' | 'automation' | 'automationFolder' | 'folder' | 'isSingle'
>;

/**
 * Gives slots to waiting runs: a bound for each lane, one run at a time in a folder, and one at a time of an
 * automation that wants it so.
 */
export class Slots {
  constructor(private readonly _options: Slots.IOptions) {}

  /** The runs that have a slot or are ending, oldest first. */
  get runs(): IRunningRun[] {
    return [...this._runs.values()];
  }

  /** The run of an id, when it has a slot or is ending. */
  get(id: string): IRunningRun | undefined {
    return this._runs.get(id);
  }

  /** How many runs of a lane have a slot. */
  countOf(lane: Lane): number {
    return this._runsOf(lane).filter(({ isEnding }) => !isEnding).length;
  }

  /** Start waiting runs in their order as long as there is a slot of their lane for one. */
  fill(waiting: WaitingRuns): void {
    LANES.forEach(lane => this._fillLane(lane, waiting));
  }

  private _fillLane(lane: Lane, waiting: WaitingRuns): void {
    const { clock, mayExecute } = this._options;
    while (waiting.sizeOf(lane) && this._hasFree(lane)) {
      const folders = new Set(this.runs.map(({ folder }) => folder));
      const automations = new Set(this._runsOf(lane).map(({ automation }) => automation));
      const next = waiting.next(
        lane,
        clock.nowMs(),
        run =>
          run.notBeforeMs <= clock.elapsedMs() &&
          mayExecute(run) &&
          !folders.has(run.folder) &&
          !(run.isSingle && automations.has(run.automation))
      );
      if (!next) {
        return;
      }
      waiting.delete(next.id);
      this._begin(next, false);
    }
  }

  private _runsOf(lane: Lane): IRunningRun[] {
    return this.runs.filter(run => run.lane === lane);
  }

  /** Give a slot to a run that executes already, whatever the bound says. */
  attach(run: SlottedRun): void {
    this._begin(run, true);
  }

  /** Resolves when those that have a slot now are over; never rejects. */
  async allEnded(): Promise<void> {
    await Promise.all(this.runs.map(({ ended }) => ended));
  }

  /** Leave those that may go on to the next server, ask all others to end, and wait until that is done. */
  async leaveOrEnd(mayGoOn: (run: IRunningRun) => Promise<boolean>): Promise<void> {
    const leaveOrEnd = async (run: IRunningRun) => {
      const isLeft = await mayGoOn(run).catch(() => false);
      if (isLeft) {
        run.control.leave();
      } else {
        run.control.end('shutdown');
      }
    };
    await Promise.all(this.runs.map(leaveOrEnd));
    await this.allEnded();
  }

  /** A disk that is too slow for as many as end holds others back. */
  private _hasFree(lane: Lane): boolean {
    const maximum = this._options.slots[lane];
    const executing = this.countOf(lane);
    return executing < maximum && this._runsOf(lane).length - executing <= maximum;
  }

  private _begin(
    { id, lane, automation, automationFolder, folder, isSingle }: SlottedRun,
    isAttached: boolean
  ): void {
    const { clock, stopGraceMs } = this._options;
    const run: IRunningRun = {
      id,
      lane,
      automation,
      automationFolder,
      folder,
      isSingle,
      control: new RunControl(clock, stopGraceMs),
      isAttached,
      isEnding: false,
      progress: initialProgress,
      ended: Promise.resolve()
    };
    this._runs.set(id, run);
    run.ended = this._perform(run, automationFolder);
  }

  private async _perform(run: IRunningRun, automationFolder: string): Promise<void> {
    const { journals, perform, onError, onFree } = this._options;
    const place = { id: run.id, automationFolder };
    const progress = journals.follow(
      place,
      { after: 0, isOver: false },
      event => {
        run.progress = foldProgress(run.progress, event);
      },
      () => undefined
    );
    try {
      await perform(run, automationFolder);
    } catch (error) {
      onError(run.id, error);
    } finally {
      progress.dispose();
      this._runs.delete(run.id);
      onFree(run.id);
    }
  }

  private readonly _runs = new Map<string, IRunningRun>();
}

/** A namespace for `Slots` statics. */
export namespace Slots {
  /** What slots need. */
  export interface IOptions {
    slots: LaneSlots;
    clock: IClock;
    stopGraceMs: number;
    journals: Journals;
    /** Whether a waiting run may begin here and now. */
    mayExecute: (run: IWaitingRun) => boolean;
    /** Perform a run up to its final event. */
    perform: (run: IRunningRun, automationFolder: string) => Promise<void>;
    /** Called when that failed, which it never should. */
    onError: (id: string, error: unknown) => void;
    /** Called when a slot is free again. */
    onFree: (id: string) => void;
  }
}
