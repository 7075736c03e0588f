import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import * as path from 'node:path';

/** Lines in each output: more than a pipe or a page holds, so that a half one is seen. */
export const OUTPUT_LINES = 20_000;

/** The whole output of a batch. */
export function linesOf(slug: string): string {
  return `${slug}\n`.repeat(OUTPUT_LINES);
}

/** SHA-256, lower-case hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Milliseconds between two looks. */
const LOOK_MS = 10;

/**
 * Look again and again at what a sweep publishes as a whole: contents of the store, records, and results of programs.
 *
 * @param partial - gets what was found in parts
 */
export async function watchParts(
  automations: readonly { folder: string }[],
  partial: Set<string>,
  isOver: () => boolean
): Promise<void> {
  const seen = new Set<string>();
  const expectWhole = async (file: string, isWhole: (text: string) => boolean) => {
    const text = await readFile(file, 'utf-8').catch(() => null);
    if (text !== null && !isWhole(text)) {
      partial.add(`${file}: ${text.length} characters`);
    }
  };
  while (!isOver()) {
    for (const { folder } of automations) {
      const state = path.join(folder, '.crosscompute');
      for (const name of await namesIn(path.join(state, 'blobs/sha256'), true)) {
        const blob = path.join(state, 'blobs/sha256', name);
        if (/^..\/[0-9a-f]{62}$/.test(name) && !seen.has(blob)) {
          seen.add(blob);
          await expectWhole(blob, text => digestOf(text) === name.replace('/', ''));
        }
      }
      for (const id of await namesIn(path.join(state, 'history'))) {
        await expectWhole(path.join(state, 'history', id, 'run.json'), isJson);
      }
      for (const slug of await resultsIn(folder)) {
        const result = path.join(folder, 'batches', slug, 'output/lines.txt');
        await expectWhole(result, text => text === linesOf(slug));
      }
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
}

/** Batches whose result the server puts in its place; other scripts write theirs there themselves. */
async function resultsIn(folder: string): Promise<string[]> {
  return path.basename(folder) === 'commands' ? namesIn(path.join(folder, 'batches')) : [];
}

/** Names in a folder, or none where it is not there. */
async function namesIn(folder: string, recursive = false): Promise<string[]> {
  return readdir(folder, { recursive }).catch(() => []);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
