import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { Identity } from '../../core/access/identity';
import { parseLenientJson } from '../../core/batch/lenientJson';
import { isJsonObject, type JsonObject } from '../../core/json';
import type { IRunRecord } from '../../core/run/run';
import { errorCode, isAbsent } from '../files';
import { draftPath, writeAtomically } from '../store/atomicWrite';
import { formatRecord, journalPathOf, runFolderOf } from '../store/history';
import { checkStoredRun, type StoredRun } from '../store/runRecord';

/** Errors with which a file system says that it has no hard links, or none to there. */
const NO_LINK_CODES = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Put the journal of a run into its `debug/` as a hard link, in the place of an earlier run's.
 *
 * @returns false where links are impossible: it is to be copied at the end
 */
export async function linkJournal(
  automationFolder: string,
  id: string,
  debugFolder: string
): Promise<boolean> {
  const target = path.join(debugFolder, 'journal.ndjson');
  const draft = draftPath(target);
  try {
    await fs.link(journalPathOf(automationFolder, id), draft);
  } catch (error) {
    if (!NO_LINK_CODES.has(errorCode(error))) {
      throw error;
    }
    await fs.rm(target, { force: true });
    return false;
  }
  await fs.rename(draft, target);
  return true;
}

/** Copy the journal of a run into its `debug/`, as a whole. */
export async function copyJournal(
  automationFolder: string,
  id: string,
  debugFolder: string
): Promise<void> {
  const target = path.join(debugFolder, 'journal.ndjson');
  const draft = draftPath(target);
  await fs.copyFile(journalPathOf(automationFolder, id), draft);
  await fs.rename(draft, target);
}

/** Put a copy of the record into `debug/`. */
export async function writeDebugRecord(debugFolder: string, run: StoredRun): Promise<void> {
  await writeAtomically(path.join(debugFolder, 'run.json'), formatRecord(run));
}

/** Keep what scripts may know of who asks until the run starts, also over a restart. */
export async function keepIdentity(
  automationFolder: string,
  id: string,
  identity: Identity
): Promise<void> {
  await writeAtomically(identityPathOf(automationFolder, id), `${JSON.stringify(identity)}\n`);
}

/**
 * Tell scripts who asked for the run: the identity that was kept, which goes from there to here.
 *
 * @param asker - name of who asked, for runs of which no more is known
 */
export async function writeIdentities(
  debugFolder: string,
  run: { automationFolder: string; id: string },
  asker: string
): Promise<void> {
  const target = path.join(debugFolder, 'identities.dictionary');
  await writeAtomically(target, `${JSON.stringify(await keptIdentity(run, asker))}\n`);
  await unlinkIfThere(identityPathOf(run.automationFolder, run.id));
}

/**
 * The identity that was kept for a run that has not begun.
 *
 * @param asker - as for `writeIdentities`
 */
export async function keptIdentity(
  run: { automationFolder: string; id: string },
  asker: string
): Promise<Identity> {
  const identity = await readDictionary(identityPathOf(run.automationFolder, run.id));
  return Object.keys(identity).length ? identity : { username: asker };
}

function identityPathOf(automationFolder: string, id: string): string {
  return path.join(runFolderOf(automationFolder, id), 'identity.json');
}

/**
 * Write start, duration and return code into `debug/variables.dictionary`, beside what scripts wrote
 * there. A file that is no JSON object is replaced.
 */
export async function writeDebugVariables(debugFolder: string, run: IRunRecord): Promise<void> {
  const file = path.join(debugFolder, 'variables.dictionary');
  const dictionary = await readDictionary(file);
  if (run.started !== null) {
    const startedMs = Date.parse(run.started);
    dictionary.source_time = startedMs / 1000;
    if (run.ended !== null) {
      // The clock may have been set back meanwhile.
      dictionary.execution_time_in_seconds = Math.max(0, Date.parse(run.ended) - startedMs) / 1000;
    }
  }
  if (run.return_code !== null) {
    dictionary.return_code = run.return_code;
  }
  await writeAtomically(file, `${JSON.stringify(dictionary)}\n`);
}

/** Tell whether a `debug/` shows this run, and not a later one of the same folder. */
export async function showsRun(debugFolder: string, id: string): Promise<boolean> {
  try {
    const text = await fs.readFile(path.join(debugFolder, 'run.json'), 'utf-8');
    return checkStoredRun(JSON.parse(text))?.id === id;
  } catch {
    // None, or none that can be read: then it shows nothing.
    return false;
  }
}

async function readDictionary(file: string): Promise<JsonObject> {
  try {
    const dictionary = parseLenientJson(await fs.readFile(file, 'utf-8'));
    return isJsonObject(dictionary) ? dictionary : {};
  } catch {
    // None, or no JSON: a script that writes half a file must not keep us from saying how it ended.
    return {};
  }
}

/** One call where `fs.rm` makes three. */
async function unlinkIfThere(file: string): Promise<void> {
  try {
    await fs.unlink(file);
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
  }
}
