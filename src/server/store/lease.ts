import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isJsonObject } from '../../core/json';
import { errorCode, isAbsent } from '../files';
import { draftPath, removeAbandonedDrafts, writeAtomically } from './atomicWrite';
import { formatTime, type IClock } from './clock';
import { ensureStateFolder, stateFolderOf } from './stateFolder';
import { isAlive } from './stateOwner';

/** How often the holder says that it is there. */
export const RENEW_MS = 2_000;
/** A lease that was not renewed for so long belongs to nobody, whatever its times say. */
export const STALE_MS = 15_000;

/** Who may execute runs of an automation, as `lease.json` says. */
export interface ILease {
  /** Random id of the server. */
  server: string;
  host: string;
  pid: number;
  /** Grows with each take-over. */
  epoch: number;
  /** RFC 3339; for people, as clocks of hosts differ. */
  renewed: string;
}

/**
 * The lease of one automation's folder: of all servers that have it open, one executes. A lease is taken over when its
 * process died on this host, or when it was not renewed for 15 s, seen by the clock of whoever looks.
 */
export class Lease {
  /**
   * @param automationFolder - absolute
   * @param _server - random id of this server
   */
  constructor(
    private readonly _automationFolder: string,
    private readonly _server: string,
    private readonly _clock: IClock
  ) {
    this._file = path.join(stateFolderOf(_automationFolder), 'lease.json');
  }

  /** Who else holds it, as far as is known. */
  get holder(): ILease | null {
    return this._holder;
  }

  /** True when `take` found the lease of another there that is dead: its runs may be left behind. */
  get isTakenOver(): boolean {
    return this._isTakenOver;
  }

  /** Take it when it is free or stale. @returns whether this server holds it now */
  async take(): Promise<boolean> {
    this._isTakenOver = false;
    const text = await this._read();
    if (text === null) {
      return this._create(1);
    }
    const lease = parseLease(text);
    this._holder = lease;
    if (lease?.server === this._server) {
      return true;
    }
    if (!this._isStale(text, lease)) {
      return false;
    }
    this._isTakenOver = await this._moveAway(text);
    return this._isTakenOver && this._create((lease?.epoch ?? 0) + 1);
  }

  /** Say that it is still held. @returns false when somebody else took it over */
  async renew(): Promise<boolean> {
    const text = await this._read();
    const lease = text === null ? null : parseLease(text);
    if (lease?.server !== this._server) {
      this._holder = lease;
      return false;
    }
    await writeAtomically(this._file, this._format(lease.epoch), { mode: 0o600 });
    return true;
  }

  /** Give it back; does nothing when it is somebody else's. */
  async release(): Promise<void> {
    const text = await this._read();
    if (text !== null && parseLease(text)?.server === this._server) {
      await fs.rm(this._file, { force: true });
    }
  }

  /** Remove one whose server died on this host; others are taken over when they are wanted. */
  async removeDead(): Promise<void> {
    const text = await this._read();
    const lease = text === null ? null : parseLease(text);
    if (text !== null && lease && isOfDead(lease)) {
      await this._moveAway(text);
    }
  }

  private _isStale(text: string, lease: ILease | null): boolean {
    if (lease && isOfDead(lease)) {
      return true;
    }
    const elapsedMs = this._clock.elapsedMs();
    if (this._seen?.text !== text) {
      this._seen = { text, sinceMs: elapsedMs };
    }
    return elapsedMs - this._seen.sinceMs >= STALE_MS;
  }

  /** Put a stale lease aside. @returns false when it was renewed or taken over meanwhile */
  private async _moveAway(stale: string): Promise<boolean> {
    const aside = draftPath(this._file);
    try {
      await fs.rename(this._file, aside);
    } catch (error) {
      if (isAbsent(error)) {
        return false;
      }
      throw error;
    }
    const isStale = (await fs.readFile(aside, 'utf-8')) === stale;
    if (!isStale) {
      // A living one was caught: it gets its place back, unless there is another already.
      await fs.link(aside, this._file).catch(ignoreExisting);
    }
    await fs.rm(aside, { force: true });
    return isStale;
  }

  /** Put a lease in its place as a whole, unless there is one. */
  private async _create(epoch: number): Promise<boolean> {
    await ensureStateFolder(this._automationFolder);
    const draft = draftPath(this._file);
    await fs.writeFile(draft, this._format(epoch), { flag: 'wx', mode: 0o600 });
    try {
      await fs.link(draft, this._file);
    } catch (error) {
      ignoreExisting(error);
      return false;
    } finally {
      await fs.rm(draft, { force: true });
    }
    this._holder = null;
    // Of servers that were killed while they wrote a lease.
    await removeAbandonedDrafts(path.dirname(this._file), false);
    return true;
  }

  private async _read(): Promise<string | null> {
    try {
      return await fs.readFile(this._file, 'utf-8');
    } catch (error) {
      if (isAbsent(error)) {
        return null;
      }
      throw error;
    }
  }

  private _format(epoch: number): string {
    const lease: ILease = {
      server: this._server,
      host: os.hostname(),
      pid: process.pid,
      epoch,
      renewed: formatTime(this._clock.nowMs())
    };
    return `${JSON.stringify(lease)}\n`;
  }

  private readonly _file: string;
  private _holder: ILease | null = null;
  private _isTakenOver = false;
  /** The lease of another as it was read, and since when it has not changed. */
  private _seen: { text: string; sinceMs: number } | null = null;
}

function parseLease(text: string): ILease | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isJsonObject(value) &&
    typeof value.server === 'string' &&
    typeof value.host === 'string' &&
    typeof value.pid === 'number' &&
    Number.isSafeInteger(value.pid) &&
    value.pid > 0 &&
    typeof value.epoch === 'number' &&
    typeof value.renewed === 'string'
    ? (value as unknown as ILease)
    : null;
}

function isOfDead({ host, pid }: ILease): boolean {
  return host === os.hostname() && !isAlive(pid);
}

function ignoreExisting(error: unknown): void {
  if (errorCode(error) !== 'EEXIST') {
    throw error;
  }
}
