import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getMedian } from '../table.mjs';

/**
 * Measure a few times; what fails becomes a reason in the table and stops nothing else.
 *
 * @param {() => Promise<number>} measure - resolves with an amount
 * @param {number} times - at least 1
 * @returns {Promise<import('../table.mjs').Cell>} the median
 */
export async function attempt(measure, times) {
  const amounts = [];
  try {
    for (let time = 0; time < times; time++) {
      amounts.push(await measure());
    }
  } catch (error) {
    return { reason: error.message };
  }
  return { amount: getMedian(amounts) };
}

/**
 * Give a folder to some work and remove it afterwards.
 *
 * @template T
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withFolder(work) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crosscompute-benchmark-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
