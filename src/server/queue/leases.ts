import { randomUUID } from 'node:crypto';
import type { ILog } from '../log';
import type { IClock } from '../store/clock';
import { Lease, RENEW_MS } from '../store/lease';
import type { IDisposable } from './queue';

/** The lease of one folder, and how it stands. */
interface IWantedLease {
  lease: Lease;
  isHeld: boolean;
  /** Somebody was told that another server holds it. */
  isTold: boolean;
}

/** The leases of this server: those that its runs need, taken, renewed and given back. */
export class Leases {
  constructor(private readonly _options: Leases.IOptions) {}

  /** True while this server may execute runs of an automation's folder. */
  isHeld(automationFolder: string): boolean {
    return this._wanted.get(automationFolder)?.isHeld ?? false;
  }

  /**
   * Say which folders have runs that wait or execute; `onChange` is called when a lease came or went.
   *
   * @param folders - absolute; leases of others are given back at the next renewal
   */
  need(folders: ReadonlySet<string>): void {
    this._needed = folders;
    for (const folder of folders) {
      if (!this._wanted.has(folder) && !this._isClosed) {
        const lease = new Lease(folder, this._server, this._options.clock);
        this._wanted.set(folder, { lease, isHeld: false, isTold: false });
        this._work = this._work.then(() => this._take(folder));
      }
    }
    this._awaitRenewal();
  }

  /**
   * Try to get the lease of a folder for a run that is about to wait there; when it resolves it is held, or will be
   * tried for again. Never rejects.
   */
  async want(automationFolder: string): Promise<void> {
    if (!this.isHeld(automationFolder)) {
      this.need(new Set([...this._needed, automationFolder]));
      await this._work;
    }
  }

  /** Remove what a server left in a folder that was killed before it gave its lease back. Never rejects. */
  async tidy(automationFolder: string): Promise<void> {
    try {
      await new Lease(automationFolder, this._server, this._options.clock).removeDead();
    } catch (error) {
      this._options.log.warn(`a lease of ${automationFolder} may be left: ${String(error)}`);
    }
  }

  /** Give all back. */
  async close(): Promise<void> {
    this._isClosed = true;
    this._timer?.dispose();
    this._needed = new Set();
    await this._work;
    await this._renewAll();
  }

  private _awaitRenewal(): void {
    if (!this._timer && this._wanted.size && !this._isClosed) {
      this._timer = this._options.clock.after(RENEW_MS, () => {
        this._timer = null;
        this._work = this._work.then(() => this._renewAll()).finally(() => this._awaitRenewal());
      });
    }
  }

  private async _renewAll(): Promise<void> {
    for (const [folder, wanted] of [...this._wanted]) {
      try {
        if (!this._needed.has(folder)) {
          this._wanted.delete(folder);
          await (wanted.isHeld ? wanted.lease.release() : null);
        } else if (!wanted.isHeld) {
          await this._take(folder);
        } else if (!(await wanted.lease.renew())) {
          wanted.isHeld = false;
          this._options.onLost(folder);
        }
      } catch (error) {
        // A disk that is full now may have room in two seconds; others wait fifteen.
        this._options.log.warn(`the lease of ${folder} could not be renewed: ${String(error)}`);
      }
    }
  }

  private async _take(folder: string): Promise<void> {
    const wanted = this._wanted.get(folder);
    if (!wanted || wanted.isHeld) {
      return;
    }
    try {
      wanted.isHeld = await wanted.lease.take();
    } catch (error) {
      this._options.log.warn(`no lease for ${folder}: ${String(error)}`);
      return;
    }
    const { holder, isTakenOver } = wanted.lease;
    if (wanted.isHeld) {
      this._options.onTaken(folder, wanted.isTold || isTakenOver);
    } else if (holder && !wanted.isTold) {
      wanted.isTold = true;
      this._options.log.info(
        `runs of ${folder} wait: the server with process id ${holder.pid} on ${holder.host} executes there`
      );
    }
  }

  private readonly _server = randomUUID();
  private readonly _wanted = new Map<string, IWantedLease>();
  private _needed: ReadonlySet<string> = new Set();
  /** One thing after the other. */
  private _work: Promise<void> = Promise.resolve();
  private _timer: IDisposable | null = null;
  private _isClosed = false;
}

/** A namespace for `Leases` statics. */
export namespace Leases {
  /** What leases need. */
  export interface IOptions {
    clock: IClock;
    log: ILog;
    /**
     * A lease was taken: runs of the folder may start.
     *
     * @param wasOthers - another server held it before: it may have left runs behind
     */
    onTaken(automationFolder: string, wasOthers: boolean): void;
    /** A lease was lost to another server, which may execute there now. */
    onLost(automationFolder: string): void;
  }
}
