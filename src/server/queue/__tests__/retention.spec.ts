import { promises as fs } from 'node:fs';
import { isFinal, type IRunRecord, type RunState } from '../../../core/run/run';
import { collectBlobs } from '../../store/blobCollection';
import { BlobStore } from '../../store/blobs';
import {
  journalPathOf,
  listHistory,
  readRecord,
  runFolderOf,
  writeRecord
} from '../../store/history';
import type { StoredRun } from '../../store/runRecord';
import { DEFAULT_KEEP_RUNS, findExpired, keepRunsOf } from '../retention';
import { Bench, automationIn, idOf, variable } from './bench';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = Date.UTC(2026, 5, 1);

/** Runs of one batch, newest first: state, and days since they ended. */
function history(...runs: [RunState, number][]): IRunRecord[] {
  return runs.map(
    ([state, days], index) =>
      ({
        id: idOf(index),
        state,
        created: new Date(NOW_MS - days * DAY_MS).toISOString(),
        ended: isFinal(state) ? new Date(NOW_MS - days * DAY_MS).toISOString() : null
      }) as IRunRecord
  );
}

const expired = (runs: IRunRecord[], count: number) =>
  findExpired(runs, { count, days: 90 }, NOW_MS).map(({ id }) =>
    runs.findIndex(run => run.id === id)
  );

describe('findExpired()', () => {
  it('chooses what is beyond the number, and what is old', () => {
    expect(expired(history(['done', 0], ['done', 1], ['done', 2], ['failed', 3]), 2)).toEqual([
      2, 3
    ]);
    expect(expired(history(['done', 89], ['failed', 90], ['done', 91]), 50)).toEqual([2]);
    expect(expired([], 1)).toEqual([]);
  });

  it('keeps the newest, the newest good one, and what is not over', () => {
    expect(
      expired(history(['failed', 400], ['failed', 500], ['done', 600], ['done', 700]), 1)
    ).toEqual([1, 3]);
    expect(expired(history(['done', 100], ['queued', 200], ['running', 300]), 1)).toEqual([]);
  });
});

describe('findExpired() of kept runs', () => {
  it('leaves what was pinned or printed, and counts it among the newest', () => {
    const runs = history(['done', 0], ['done', 1], ['done', 100], ['failed', 200], ['done', 300]);
    runs[2].pinned = true;
    runs[4].printed = new Date(NOW_MS).toISOString();
    expect(expired(runs, 1)).toEqual([1, 3]);
    runs[2].pinned = false;
    expect(expired(runs, 1)).toEqual([1, 2, 3]);
  });
});

describe('keepRunsOf()', () => {
  it('takes a number above 0 alone', () => {
    expect(keepRunsOf('200')).toEqual({ count: 200, days: 90 });
    for (const setting of [undefined, '', '0', '-1', '1.5', 'all']) {
      expect(keepRunsOf(setting)).toEqual(DEFAULT_KEEP_RUNS);
    }
  });
});

describe('the history of a batch', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.create();
    bench.automation = automationIn(bench.folder, [
      variable('output', 'report', { path: 'a.txt' })
    ]);
  });

  afterEach(() => bench.dispose());

  /** Run 0 to n-1 in one batch, each with an output of its own. */
  const runAll = (count: number, keep: number) => runThese(0, count, keep);

  /** Run one more. */
  const runMore = (number: number, keep: number) => runThese(number, number + 1, keep);

  const runThese = async (from: number, to: number, keep: number) => {
    const queue = await bench.open({ keepRuns: { count: keep, days: 90 } });
    for (let number = from; number < to; number++) {
      await queue.ensureRun(bench.request(number, { batch: bench.request(0).batch }));
      const execution = await bench.executor.started(number);
      await execution.write('output', 'a.txt', `text ${number}`);
      execution.succeed();
      await bench.until(queue, number);
    }
    return queue;
  };

  it('keeps as many runs as are to be kept, on disk and in the index', async () => {
    const queue = await runAll(5, 2);
    await queue.close();
    expect((await listHistory(bench.folder)).sort()).toEqual([idOf(3), idOf(4)]);
    expect(queue.list({}).map(({ id }) => id)).toEqual([idOf(4), idOf(3)]);
  });

  it('keeps what is pinned until it is no more, and what was printed', async () => {
    const queue = await runAll(3, 3);
    await queue.pin(idOf(0), true);
    await Promise.all([queue.pin(idOf(1), true), queue.notePrinted(idOf(1))]);
    await queue.pin(idOf(1), false);
    await queue.close();
    const stored = await readRecord(bench.folder, idOf(1));
    expect(stored).toMatchObject({ state: 'done', printed: expect.stringMatching(/Z$/) });
    expect(stored).not.toHaveProperty('pinned');
    const tidied = await runMore(3, 1);
    await tidied.pin(idOf(0), false);
    await tidied.close();
    expect((await listHistory(bench.folder)).sort()).toEqual([idOf(0), idOf(1), idOf(3)]);
    const last = await runMore(4, 1);
    await last.close();
    expect((await listHistory(bench.folder)).sort()).toEqual([idOf(1), idOf(4)]);
  });

  it('keeps what another server noted on disk', async () => {
    const queue = await runAll(2, 2);
    const stored = await readRecord(bench.folder, idOf(0));
    await writeRecord(bench.folder, { ...(stored as StoredRun), pinned: true });
    await queue.close();
    await (await runMore(2, 1)).close();
    expect((await listHistory(bench.folder)).sort()).toEqual([idOf(0), idOf(2)]);
  });

  it('pins nothing that is not over, or gone', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    await expect(queue.pin(idOf(0), true)).rejects.toMatchObject({ code: 'not-final' });
    (await bench.executor.started(0)).succeed();
    await bench.until(queue, 0);
    await fs.rm(runFolderOf(bench.folder, idOf(0)), { recursive: true });
    await expect(queue.pin(idOf(0), true)).rejects.toMatchObject({ code: 'run-unknown' });
    await queue.notePrinted(idOf(0));
    expect(bench.log.complaints).toEqual([expect.stringContaining('was printed')]);
    await queue.close();
  });

  it('gives back the room of contents that nobody names any more, after a day', async () => {
    const queue = await runAll(3, 2);
    await queue.close();
    const blobs = new BlobStore(bench.folder);
    const referred = await blobs.put('a large output');
    const line = JSON.stringify({ blob: referred.digest, bytes: referred.bytes });
    await fs.appendFile(journalPathOf(bench.folder, idOf(2)), `${line}\n`);
    const contents = async () => {
      let count = 0;
      for await (const _ of blobs.list()) {
        count += 1;
      }
      return count;
    };
    expect(await contents()).toBe(4);
    expect(await collectBlobs(bench.folder, blobs, Date.now() + DAY_MS / 2)).toBe(0);
    expect(await collectBlobs(bench.folder, blobs, Date.now() + DAY_MS + 60_000)).toBe(1);
    expect(await contents()).toBe(3);
    for (const digest of [
      referred.digest,
      ...[1, 2].flatMap(number => Object.values(queue.get(idOf(number))?.outputs ?? {}))
    ]) {
      expect(await blobs.has(digest)).toBe(true);
    }
  });

  it('keeps a content that is stored again just now', async () => {
    const blobs = new BlobStore(bench.folder);
    const { digest } = await blobs.put('again');
    const old = new Date(Date.now() - 2 * DAY_MS);
    await fs.utimes(blobs.path(digest), old, old);
    await blobs.put('again');
    expect(await collectBlobs(bench.folder, blobs, Date.now())).toBe(0);
    await fs.utimes(blobs.path(digest), old, old);
    expect(await collectBlobs(bench.folder, blobs, Date.now())).toBe(1);
  });

  it('keeps everything when a record cannot be read', async () => {
    const queue = await runAll(3, 2);
    await queue.close();
    await fs.writeFile(
      journalPathOf(bench.folder, idOf(2)).replace('journal.ndjson', 'run.json'),
      '?'
    );
    const blobs = new BlobStore(bench.folder);
    expect(await collectBlobs(bench.folder, blobs, Date.now() + 2 * DAY_MS)).toBe(0);
  });
});
