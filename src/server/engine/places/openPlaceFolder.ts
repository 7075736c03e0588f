import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IFileCode } from '../../../core/run/languages/language';
import type { JupyterClient } from '../jupyterClient';
import type { IJupyterPlace } from '../place';
import { ContentsFolder } from './contentsFolder';
import type { KernelCalls } from './kernelCalls';
import { KernelFolder } from './kernelFolder';
import type { IPlaceFolder } from './placeFolder';

const PROBE = 'crosscompute-probe';

/** A kernel whose files are to be found. */
export interface IPlaceKernel {
  place: IJupyterPlace;
  client: JupyterClient;
  calls: KernelCalls;
  /** How files get to it; undefined for a language that has no way. */
  code: IFileCode | undefined;
  /** Absolute folder of the run here, to see whether the kernel sees it. */
  folder: string;
}

/**
 * Find out how files get to a kernel: not at all where it sees ours, else through the Contents API of its server
 * where that shows the kernel's own files, else through the kernel.
 *
 * @returns the folder for one run; null where the kernel sees our files
 * @throws {Error} when there is no way
 */
export async function openPlaceFolder(kernel: IPlaceKernel): Promise<IPlaceFolder | null> {
  const { place, client, calls, code } = kernel;
  const files = place.files ?? 'shared';
  if (files === 'shared') {
    return null;
  }
  if (!code) {
    throw new Error(
      'Kernels of this language can only run where they see our files; choose another engine, or share the folder with it and say "files: shared".'
    );
  }
  if (files === 'auto' && (await seesOurs(kernel.folder, calls, code))) {
    return null;
  }
  if (files !== 'kernel') {
    const folder = await openContents(client, calls, code);
    if (folder) {
      return folder;
    }
    if (files === 'contents') {
      throw new Error(
        'The Jupyter server shows no files, or others than its kernels see; say "files: auto" for this engine.'
      );
    }
  }
  return KernelFolder.open(calls, code);
}

/** Write something that nobody can guess, and ask the kernel for it. */
async function seesOurs(folder: string, calls: KernelCalls, code: IFileCode): Promise<boolean> {
  const secret = randomBytes(16).toString('hex');
  const file = path.join(folder, `.${PROBE}-${randomBytes(6).toString('hex')}`);
  await fs.writeFile(file, secret, { flag: 'wx' });
  try {
    return (await readText(calls, code, file)) === secret;
  } finally {
    await fs.rm(file, { force: true });
  }
}

async function openContents(
  client: JupyterClient,
  calls: KernelCalls,
  code: IFileCode
): Promise<ContentsFolder | null> {
  const folder = await ContentsFolder.open(client, { calls, code });
  if (!folder) {
    return null;
  }
  // A kernel that was started with an empty path works in the root folder of its server, unless it is elsewhere.
  const root = (await calls.ask(mark => code.workingFolder(mark))).toString();
  folder.path = `${root === '/' ? '' : root}/${folder.relative}`;
  const secret = randomBytes(16).toString('hex');
  const probe = path.join(tmpdir(), `${PROBE}-${randomBytes(12).toString('hex')}`);
  await fs.writeFile(probe, secret, { flag: 'wx', mode: 0o600 });
  try {
    await folder.send(probe, PROBE);
    if ((await readText(calls, code, `${folder.path}/${PROBE}`)) === secret) {
      return folder;
    }
  } finally {
    await fs.rm(probe, { force: true });
  }
  // Not by the kernel: it sees other files there.
  await folder.remove({ isKernelFree: false });
  return null;
}

async function readText(calls: KernelCalls, code: IFileCode, file: string): Promise<string> {
  return (await calls.ask(mark => code.read(file, 0, 100, mark))).toString();
}
