import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { BlobStore } from '../../store/blobs';
import type { IEnsureRequest } from '../queue';
import type { RunQueue } from '../runQueue';
import { Bench, automationIn, idOf, variable } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.create();
  bench.automation = automationIn(bench.folder, [
    variable('output', 'report', { path: 'report.txt' })
  ]);
});
afterEach(() => bench.dispose());

/** A queue in which run 0 wrote `report.txt`. */
async function afterFirst(): Promise<RunQueue> {
  const queue = await bench.open();
  await queue.ensureRun(bench.request(0));
  const execution = await bench.executor.started(0);
  await execution.write('output', 'report.txt', 'good');
  execution.succeed();
  await bench.until(queue, 0);
  return queue;
}

/** Ask for the work of run 0 again. */
function again(more: Partial<IEnsureRequest> = {}): IEnsureRequest {
  const { key, batch } = bench.request(0);
  return bench.request(1, { key, batch, allowsCached: true, ...more });
}

const form = { slug: idOf(1), name: 'Run', folder: `runs/${idOf(1)}`, kind: 'form' as const };

describe('ensureRun() where results may answer', () => {
  it('answers with the newest good run, and executes nothing', async () => {
    const queue = await afterFirst();
    const answer = { cached: true, joined: false, position: null, run: { id: idOf(0) } };
    expect(await queue.ensureRun(again())).toMatchObject(answer);
    expect(await queue.ensureRun(again({ batch: form }))).toMatchObject(answer);
    expect(bench.executor.executions).toHaveLength(1);
    expect(queue.list({})).toHaveLength(1);
  });

  it.each([
    ['another key', { key: 'f'.repeat(64) }],
    ['a request that does not allow it', { allowsCached: false }],
    ['the batch of another folder', { batch: undefined }]
  ])('executes for %s', async (_, more) => {
    const queue = await afterFirst();
    const request = again(more);
    const asked = request.batch ? request : { ...request, batch: bench.request(1).batch };
    expect((await queue.ensureRun(asked)).cached).toBe(false);
  });

  it('executes when something that the run made is gone from the store', async () => {
    const queue = await afterFirst();
    const [digest] = Object.values(queue.get(idOf(0))?.outputs ?? {});
    await fs.rm(new BlobStore(bench.folder).path(digest), { force: true });
    expect((await queue.ensureRun(again())).cached).toBe(false);
  });

  it('executes when the folder of the run is gone, or shows another run', async () => {
    const queue = await afterFirst();
    await queue.ensureRun(bench.request(2, { batch: bench.request(0).batch }));
    const execution = await bench.executor.started(1);
    await execution.write('output', 'report.txt', 'other');
    execution.succeed();
    await bench.until(queue, 2);
    expect((await queue.ensureRun(again())).cached).toBe(false);
    (await bench.executor.started(2)).succeed();
    await bench.until(queue, 1);
    await fs.rm(path.join(bench.folder, 'batches'), { recursive: true });
    expect((await queue.ensureRun({ ...again(), id: idOf(3) })).cached).toBe(false);
  });

  it.each(['failed', 'stopped'])('executes after a run that %s', async end => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    if (end === 'failed') {
      execution.fail({ code: 'cell-error', message: 'no' });
    } else {
      await queue.stop(idOf(0));
    }
    await bench.until(queue, 0);
    expect((await queue.ensureRun(again())).cached).toBe(false);
  });

  it('joins a run in flight all the same', async () => {
    const queue = await afterFirst();
    await queue.ensureRun(again({ allowsCached: false }));
    expect(await queue.ensureRun({ ...again(), id: idOf(2) })).toMatchObject({
      joined: true,
      cached: false,
      run: { id: idOf(1) }
    });
  });
});
