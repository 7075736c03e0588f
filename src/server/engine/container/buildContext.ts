import { createHash } from 'node:crypto';
import { constants, copyFile, mkdir, readlink, readdir, rm, stat, symlink } from 'node:fs/promises';
import * as path from 'node:path';
import type { IAutomation } from '../../../core/automation/automation';
import { STEP_NAMES } from '../../../core/automation/automation';
import { digestFile } from '../../store/blobs';

/** Whose files go into an image. */
export type ContextSource = Pick<IAutomation, 'folder' | 'batches' | 'datasets' | 'authorization'>;

/** A file, folder or link of an automation. */
interface IContextEntry {
  /** POSIX path relative to the automation's folder. */
  path: string;
  kind: 'file' | 'folder' | 'link';
}

/** What is never copied, at the top of the automation's folder. */
const LEFT_OUT = new Set([
  'batches',
  'runs',
  'prints',
  'datasets',
  'tests',
  '.git',
  '.crosscompute'
]);

/** What is never copied, anywhere: written by tools, in no way part of the code. */
const LEFT_OUT_ANYWHERE = new Set(['.ipynb_checkpoints', '__pycache__']);

/**
 * The files of an automation as they go into its image: without what runs write, what is mounted, and what holds
 * tokens.
 */
export class BuildContext {
  private constructor(
    private readonly _folder: string,
    private readonly _entries: readonly IContextEntry[]
  ) {}

  /** Look what there is. */
  static async read(source: ContextSource): Promise<BuildContext> {
    const isLeftOut = leftOut(source);
    const entries: IContextEntry[] = [];
    const walk = async (folder: string): Promise<void> => {
      const found = await readdir(path.join(source.folder, folder), { withFileTypes: true });
      for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const name = folder ? `${folder}/${entry.name}` : entry.name;
        if (LEFT_OUT_ANYWHERE.has(entry.name) || isLeftOut(name)) {
          continue;
        }
        if (entry.isDirectory()) {
          entries.push({ path: name, kind: 'folder' });
          await walk(name);
        } else if (entry.isSymbolicLink()) {
          entries.push({ path: name, kind: 'link' });
        } else if (entry.isFile()) {
          entries.push({ path: name, kind: 'file' });
        }
      }
    };
    await walk('');
    return new BuildContext(source.folder, entries);
  }

  /** SHA-256 over paths, what may be executed, links and contents, lower-case hex. */
  async digest(): Promise<string> {
    const hash = createHash('sha256');
    for (const entry of this._entries) {
      hash.update(JSON.stringify([entry.path, entry.kind, await this._describe(entry)]));
    }
    return hash.digest('hex');
  }

  /** Put the files into a folder, as clones where the file system has them. */
  async place(target: string): Promise<void> {
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    for (const entry of this._entries) {
      const from = path.join(this._folder, entry.path);
      const to = path.join(target, entry.path);
      if (entry.kind === 'folder') {
        await mkdir(to);
      } else if (entry.kind === 'link') {
        await symlink(await readlink(from), to);
      } else {
        await copyFile(from, to, constants.COPYFILE_FICLONE);
      }
    }
  }

  private async _describe({ path: name, kind }: IContextEntry): Promise<string> {
    const file = path.join(this._folder, name);
    if (kind === 'folder') {
      return '';
    }
    if (kind === 'link') {
      return readlink(file);
    }
    const { size, mtimeMs, ino, mode } = await stat(file);
    const stamp = [file, size, mtimeMs, ino].join('\n');
    let digest = KNOWN_DIGESTS.get(stamp);
    if (digest === undefined) {
      digest = (await digestFile(file)).digest;
      KNOWN_DIGESTS.set(stamp, digest);
      if (KNOWN_DIGESTS.size > MAXIMUM_KNOWN) {
        KNOWN_DIGESTS.delete(KNOWN_DIGESTS.keys().next().value as string);
      }
    }
    return `${mode & 0o111 ? 'x' : ''}${digest}`;
  }
}

/** Digests by path, size and times: a file is read again only when it changed. */
const KNOWN_DIGESTS = new Map<string, string>();
const MAXIMUM_KNOWN = 50_000;

/** Tell whether a path relative to the automation's folder stays out of the image. */
function leftOut({ batches, datasets, authorization }: ContextSource) {
  const exact = new Set(LEFT_OUT);
  for (const file of [...datasets, ...(authorization?.tokenFiles ?? [])]) {
    exact.add(path.posix.normalize(file.path));
  }
  // A batch folder may be a template: what stands in braces is a name, or part of one.
  const patterns = batches.map(batch => {
    const parts = path.posix.join(batch.folder, '/').split(/\{[^{}]*\}/);
    const name = parts.map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^/]*');
    return new RegExp(`^${name.replace(/^\\\.\//, '')}(?:${STEP_NAMES.join('|')})$`, 'u');
  });
  return (name: string) => exact.has(name) || patterns.some(pattern => pattern.test(name));
}
