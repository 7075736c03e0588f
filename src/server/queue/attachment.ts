import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IRunRecord } from '../../core/run/run';
import { nodeFiles } from '../files';
import { writeAtomically } from '../store/atomicWrite';
import { runFolderOf } from '../store/history';
import type { OutputSnapshot } from './outputs';

/** Absolute folder of what a later server needs to go on with a run; gone when the run is over. */
function folderOf(automationFolder: string, id: string): string {
  return path.join(runFolderOf(automationFolder, id), 'attach');
}

/** Absolute path where the kernel of a script may write down what it says, once `keepAttachment` made its folder. */
export function messageLogOf(automationFolder: string, id: string, script: number): string {
  return path.join(folderOf(automationFolder, id), `messages-${script}.ndjson`);
}

/** Keep what a later server needs to go on with a run: the declared outputs as they lay before its scripts. */
export async function keepAttachment(
  automationFolder: string,
  id: string,
  before: OutputSnapshot
): Promise<void> {
  const folder = folderOf(automationFolder, id);
  await fs.mkdir(folder, { mode: 0o700, recursive: true });
  await writeAtomically(path.join(folder, 'outputs.json'), JSON.stringify([...before]));
}

/** Read what was kept; null when there is nothing that could be believed. */
export async function readSnapshot(
  automationFolder: string,
  id: string
): Promise<OutputSnapshot | null> {
  try {
    const text = await fs.readFile(
      path.join(folderOf(automationFolder, id), 'outputs.json'),
      'utf-8'
    );
    const value: unknown = JSON.parse(text);
    const entries = Array.isArray(value) ? (value as unknown[]) : null;
    const isEntry = (entry: unknown): entry is [string, string] =>
      Array.isArray(entry) && entry.length === 2 && entry.every(part => typeof part === 'string');
    return entries?.every(isEntry) ? new Map(entries) : null;
  } catch {
    // None, or no JSON: nobody goes on with this run.
    return null;
  }
}

/** Remove what was kept; nothing happens where there is none. */
export async function removeAttachment(automationFolder: string, id: string): Promise<void> {
  await fs.rm(folderOf(automationFolder, id), { recursive: true, force: true });
}

/** Tell whether a run may go on in its kernel without the server that began it: where that writes down what it says. */
export async function isAttachable(
  automationFolder: string,
  { id, engine, state, leader }: IRunRecord
): Promise<boolean> {
  const { kernel, session, script } = engine;
  const hasKernel = kernel !== null && session !== undefined && script !== undefined;
  if (state !== 'running' || leader !== null || !hasKernel) {
    return false;
  }
  return (await nodeFiles.status(messageLogOf(automationFolder, id, script)))?.kind === 'file';
}
