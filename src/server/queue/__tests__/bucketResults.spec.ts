import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { digestOf } from '../../../testing/resultStoreContract';
import { S3_CREDENTIALS, startS3, type ITestS3 } from '../../../testing/s3Server';
import { systemClock } from '../../store/clock';
import { readS3Place } from '../../store/s3/s3Place';
import { S3Results } from '../../store/s3/s3Results';
import type { RunQueue } from '../runQueue';
import { Bench, automationIn, idOf, variable } from './bench';

let s3: ITestS3;
let bench: Bench;
const opened: S3Results[] = [];
beforeAll(async () => {
  s3 = await startS3();
});
beforeEach(async () => {
  bench = await Bench.create();
  bench.automation = automationIn(bench.folder, [
    variable('output', 'report', { path: 'report.txt' })
  ]);
});
afterEach(async () => {
  await bench.dispose();
  opened.splice(0).forEach(results => results.close());
});
afterAll(() => s3.close());

function bucket(name = 'results', more: NodeJS.ProcessEnv = {}): S3Results {
  const clock = { after: (_ms: number, callback: () => void) => systemClock.after(0, callback) };
  const place = readS3Place(`${s3.url}/${name}/queue`, { ...S3_CREDENTIALS, ...more });
  const results = new S3Results(place, clock);
  opened.push(results);
  return results;
}

/** Run batch 0, which writes a report. */
async function runFirst(queue: RunQueue, text = 'good') {
  await queue.ensureRun(bench.request(0));
  const execution = await bench.executor.started(0);
  await execution.write('output', 'report.txt', text);
  execution.succeed();
  return bench.until(queue, 0);
}

describe('runs whose results are kept in a bucket', () => {
  it('have their outputs there, and nothing of them in the folder of the automation', async () => {
    const results = bucket();
    const record = await runFirst(await bench.open({ results }));
    expect(record).toMatchObject({
      state: 'done',
      outputs: { 'output/report.txt': digestOf('good') }
    });
    expect(await results.has(digestOf('good'))).toBe(true);
    expect(await bench.readFile('.crosscompute/blobs')).toBeNull();
    await expect(fs.readdir(path.join(bench.folder, '.crosscompute/blobs'))).rejects.toThrow();
  });

  it.each([
    ['the credentials are wrong', () => bucket('results', { AWS_SECRET_ACCESS_KEY: 'hush' })],
    ['the bucket is missing', () => bucket('nowhere')]
  ])('fail clearly when %s, and what they made stays', async (_, open) => {
    const record = await runFirst(await bench.open({ results: open() }));
    expect(record).toMatchObject({
      state: 'failed',
      return_code: 1,
      error: { code: 'store-failed', message: expect.stringContaining(s3.url) }
    });
    expect(await bench.read(0, 'output/report.txt')).toBe('good');
    const { record: written } = await bench.history(0);
    expect(written.error).toEqual(record.error);
    expect(JSON.stringify([written, bench.log.lines])).not.toMatch(/S3RVER|hush/);
  });

  it('answer as long as the bucket has their outputs; a bucket that is away is no reason to fail', async () => {
    const results = bucket();
    const queue = await bench.open({ results });
    await runFirst(queue);
    const { key, batch } = bench.request(0);
    const again = (number: number) =>
      queue.ensureRun(bench.request(number, { key, batch, allowsCached: true }));
    expect(await again(1)).toMatchObject({ cached: true, run: { id: idOf(0) } });
    s3.faults.push(503, 503, 503, 503);
    expect(await again(2)).toMatchObject({ cached: false });
    expect(bench.log.complaints).toEqual([expect.stringContaining('cannot be reached')]);
    expect(s3.faults).toEqual([]);
  });
});
