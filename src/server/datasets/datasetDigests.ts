import { createHash } from 'node:crypto';
import { promises as fs, type Stats } from 'node:fs';
import * as path from 'node:path';
import type { IAutomation } from '../../core/automation/automation';
import { isAbsent } from '../files';
import { digestFile } from '../store/blobs';

/** Of a folder with more entries than this the rest is not looked at. */
const MAXIMUM_ENTRIES = 10_000;

/**
 * What datasets hold, as part of the identity of runs: a file by its content, a folder by the names, sizes and times in
 * it. Contents are read again only when size, time or file changed.
 */
export class DatasetDigests {
  /**
   * @returns digest by the path of each dataset that exists
   */
  async read({ folder, datasets }: IAutomation): Promise<Record<string, string>> {
    const digests: Record<string, string> = {};
    for (const { path: name, reference } of datasets) {
      // What a link will show is known before the link is made.
      const file = reference && 'path' in reference ? reference.path : name;
      const digest = await this._digest(path.resolve(folder, file));
      if (digest !== null) {
        digests[name] = digest;
      }
    }
    return digests;
  }

  private async _digest(file: string): Promise<string | null> {
    const status = await statusOf(file);
    if (!status) {
      return null;
    }
    const stamp = status.isDirectory()
      ? await stampOfFolder(file)
      : `${status.ino} ${status.size} ${status.mtimeMs}`;
    const known = this._known.get(file);
    if (known?.stamp === stamp) {
      return known.digest;
    }
    const digest = status.isDirectory()
      ? `sha256:${createHash('sha256').update(stamp).digest('hex')}`
      : (await digestFile(file)).digest;
    this._known.set(file, { stamp, digest });
    return digest;
  }

  private readonly _known = new Map<string, { stamp: string; digest: string }>();
}

async function stampOfFolder(folder: string): Promise<string> {
  const lines: string[] = [];
  const waiting = [''];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const entries = await fs.readdir(path.join(folder, name), { withFileTypes: true });
    for (const entry of entries) {
      const inside = path.posix.join(name, entry.name);
      if (entry.name.startsWith('.')) {
        continue;
      }
      if (entry.isDirectory()) {
        waiting.push(inside);
      } else {
        const status = await statusOf(path.join(folder, inside));
        lines.push(`${inside} ${status?.size} ${status?.mtimeMs}`);
      }
    }
    if (lines.length > MAXIMUM_ENTRIES) {
      break;
    }
  }
  return lines.sort().join('\n');
}

async function statusOf(file: string): Promise<Stats | null> {
  try {
    return await fs.stat(file);
  } catch (error) {
    if (isAbsent(error)) {
      return null;
    }
    throw error;
  }
}
