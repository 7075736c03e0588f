import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { BlobStore } from '../../store/blobs';
import { Bench, automationIn, idOf, variable } from './bench';

describe('the return code of a run', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.create();
    const report = variable('output', 'report', { path: 'report.txt' });
    bench.automation = automationIn(bench.folder, [report]);
  });

  afterEach(() => bench.dispose());

  it('is there once everything else is, beside what the script wrote, and never half a file', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    const mine = 'x'.repeat(200_000);
    await execution.write('debug', 'variables.dictionary', JSON.stringify({ mine }));
    await execution.write('output', 'report.txt', 'y'.repeat(200_000));

    // A reader that looks all the time, as pages and scripts of other people do.
    const file = path.join(bench.folder, 'batches/batch-0/debug/variables.dictionary');
    const look = async (): Promise<boolean> => {
      const read = JSON.parse(await fs.readFile(file, 'utf-8')) as Record<string, unknown>;
      expect(read.mine).toBe(mine);
      if (read.return_code !== 0) {
        return false;
      }
      await expectComplete(bench);
      return true;
    };
    expect(await look()).toBe(false);
    execution.succeed();
    const ending = bench.until(queue, 0);
    while (!(await look())) {
      // Look again.
    }
    await ending;
  });
});

/** The record and the store have what the run made. */
async function expectComplete(bench: Bench): Promise<void> {
  const home = path.join(bench.folder, '.crosscompute/history', idOf(0), 'run.json');
  const record = JSON.parse(await fs.readFile(home, 'utf-8')) as Record<string, unknown>;
  expect(record).toMatchObject({ state: 'done', return_code: 0 });
  const [digest] = Object.values(record.outputs as Record<string, string>);
  const stored = await fs.readFile(new BlobStore(bench.folder).path(digest), 'utf-8');
  expect(stored).toHaveLength(200_000);
}
