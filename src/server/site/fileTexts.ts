import { promises as fs, type BigIntStats } from 'node:fs';
import { errorCode, isAbsent } from '../files';

/** A file as it was read: whole, and of one moment. */
export interface IFileText {
  /** Null when it is no UTF-8. */
  text: string | null;
  /** Bytes. */
  size: number;
}

/** Readings of a file that changes meanwhile. */
const MAX_ATTEMPTS = 5;

/** Nanoseconds after a change in which another one may carry the same time. */
const CLOCK_STEP_NS = 50_000_000n;

/**
 * Texts of files, kept as long as size, time and inode of a file say that it is the same. A file that changes while it
 * is read is read again.
 */
export class FileTexts {
  /**
   * @param _maxBytes - bytes of files that are kept; those used longest ago go first
   */
  constructor(private readonly _maxBytes = 32 * 1024 * 1024) {}

  /**
   * Read a file.
   *
   * @param file - absolute
   * @returns the same object while the file is the same; null when there is none
   */
  read(file: string): Promise<IFileText | null> {
    // The variables of a page are read at once, and many lie in one file.
    let reading = this._readings.get(file);
    if (!reading) {
      reading = this._read(file).finally(() => this._readings.delete(file));
      this._readings.set(file, reading);
    }
    return reading;
  }

  private async _read(file: string): Promise<IFileText | null> {
    try {
      const kept = this._kept.get(file);
      if (kept && kept.stamp === stampOf(await fs.stat(file, { bigint: true }))) {
        this._keep(file, kept);
        return kept.content;
      }
      this._forget(file);
      return await this._readWhole(file);
    } catch (error) {
      if (isAbsent(error)) {
        this._forget(file);
        return null;
      }
      throw error;
    }
  }

  private async _readWhole(file: string): Promise<IFileText> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await fs.stat(file, { bigint: true });
      const bytes = await fs.readFile(file);
      const after = await fs.stat(file, { bigint: true });
      const isSame = stampOf(before) === stampOf(after) && BigInt(bytes.length) === after.size;
      if (isSame || attempt === MAX_ATTEMPTS) {
        const content = { text: decode(bytes), size: bytes.length };
        const isSettled = BigInt(Date.now()) * 1_000_000n - after.mtimeNs > CLOCK_STEP_NS;
        if (isSame && isSettled) {
          this._keep(file, { stamp: stampOf(after), content });
        }
        return content;
      }
    }
  }

  /** Put it last, as what was used now. */
  private _keep(file: string, kept: IKept): void {
    this._forget(file);
    this._kept.set(file, kept);
    this._bytes += kept.content.size;
    for (const [oldest] of this._kept) {
      if (this._bytes <= this._maxBytes) {
        return;
      }
      this._forget(oldest);
    }
  }

  private _forget(file: string): void {
    const kept = this._kept.get(file);
    if (kept) {
      this._bytes -= kept.content.size;
      this._kept.delete(file);
    }
  }

  private readonly _kept = new Map<string, IKept>();
  private readonly _readings = new Map<string, Promise<IFileText | null>>();
  private _bytes = 0;
}

interface IKept {
  stamp: string;
  content: IFileText;
}

/** What differs when a file is another one than before: size, time of change, inode. */
export function stampOf({ size, mtimeNs, ino, dev }: BigIntStats): string {
  return `${size}-${mtimeNs}-${dev}-${ino}`;
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError || errorCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      return null;
    }
    throw error;
  }
}
