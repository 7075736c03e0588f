import type { IRunKernel } from '../../core/run/execution';
import type { IEngineRecord, IRunRecord } from '../../core/run/run';
import type { ILog } from '../log';

/** Keeps account of the kernel that belongs to a run, so that none is left behind. */
export class RunKernel {
  constructor(private readonly _options: RunKernel.IOptions) {}

  /**
   * Record the kernel, or with null that there is none; on disk when it resolves.
   *
   * @param script - index of the script that it is for
   */
  async take(kernel: IRunKernel | null, script: number): Promise<void> {
    const { engineId, update, write } = this._options;
    // The engine of the last kernel stays in the record: it says where the run was.
    this._engineId = kernel?.engine ?? this._engineId ?? engineId;
    const id = this._engineId;
    if (this._isOver) {
      // Its executor was given up, and gets a kernel only now.
      this._delete(id, kernel?.id ?? null);
      return;
    }
    const session = kernel?.session;
    const more = session === undefined ? {} : { session, script };
    const record = update({ engine: { id, kernel: kernel?.id ?? null, ...more } });
    this._recording = this._recording.then(() => write(record));
    await this._recording;
  }

  /** An executor ends its kernel itself; one that hangs or threw may not have. */
  async leave(engine: IEngineRecord): Promise<void> {
    this._isOver = true;
    this._delete(engine.id, engine.kernel);
    if (engine.kernel !== null) {
      this._options.update({ engine: { ...engine, kernel: null } });
    }
    await this._recording;
  }

  /** Not waited for: an engine that does not answer must not keep the slot. */
  private _delete(engineId: string, kernel: string | null): void {
    const { deleteKernel, log } = this._options;
    if (kernel !== null) {
      deleteKernel(engineId, kernel).catch(error =>
        log.warn(`kernel ${kernel} may be left behind: ${error}`)
      );
    }
  }

  private _isOver = false;
  private _engineId: string | null = null;
  /** The last writing of the record. */
  private _recording: Promise<void> = Promise.resolve();
}

/** A namespace for `RunKernel` statics. */
export namespace RunKernel {
  /** What it needs. */
  export interface IOptions {
    /** Recorded until there is a kernel. */
    engineId: string;
    log: ILog;
    deleteKernel(engineId: string, kernelId: string): Promise<void>;
    /** Change the record, also in the index. */
    update(changes: Partial<IRunRecord>): IRunRecord;
    /** Write the record to disk; never rejects. */
    write(record: IRunRecord): Promise<void>;
  }
}
