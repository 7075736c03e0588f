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
/** Each test has a prefix that nothing else uses. */
let count = 0;
beforeAll(async () => {
  s3 = await startS3();
});
beforeEach(async () => {
  count += 1;
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
  const place = readS3Place(`${s3.url}/${name}/queue-${count}`, { ...S3_CREDENTIALS, ...more });
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

describe('two servers that share a bucket', () => {
  let other: Bench;
  beforeEach(async () => {
    other = await Bench.create();
    for (const each of [bench, other]) {
      const variables = [variable('output', 'report', { path: 'report.txt' })];
      const { environment } = each.automation;
      const cached = { environment: { ...environment, isCached: true } };
      each.automation = automationIn(each.folder, variables, cached);
    }
  });
  afterEach(() => other.dispose());

  const ask = async (more = {}) => {
    const queue = await other.open({ results: bucket() });
    const request = other.request(1, { key: bench.request(0).key, allowsCached: true, ...more });
    return { queue, answer: await queue.ensureRun(request) };
  };

  it('answer with what the other one did, with its outputs in a folder of their own', async () => {
    const made = await runFirst(await bench.open({ results: bucket() }));
    const { answer, queue } = await ask();
    expect(answer).toMatchObject({
      cached: true,
      joined: false,
      run: { id: idOf(1), state: 'done', leader: idOf(0), outputs: made.outputs }
    });
    expect(await other.read(1, 'output/report.txt')).toBe('good');
    expect(other.executor.executions).toHaveLength(0);
    const { record, journal } = await other.history(1);
    expect(record).toEqual(queue.get(idOf(1)));
    expect(journal.at(-1)).toContain('"done"');
  });

  it('execute when asked for it, when inputs are others by then, or when outputs are gone', async () => {
    const results = bucket();
    await runFirst(await bench.open({ results }));
    const fresh = await ask({ allowsCached: false, id: idOf(2) });
    expect(fresh.answer.cached).toBe(false);
    await fresh.queue.stop(idOf(2));
    other.prepare = async run => ({ ...other.prepared(run), key: 'e'.repeat(64) });
    const changed = await fresh.queue.ensureRun(
      other.request(3, { key: bench.request(0).key, allowsCached: true })
    );
    expect(changed).toMatchObject({ cached: false, run: { leader: null } });
    await fresh.queue.stop(idOf(3));
    other.prepare = null;
    await results.remove(digestOf('good'));
    const gone = await fresh.queue.ensureRun(
      other.request(4, { key: bench.request(0).key, allowsCached: true })
    );
    expect(gone).toMatchObject({ cached: false, run: { leader: null } });
    expect(other.log.complaints).toEqual([expect.stringContaining('does not exist')]);
  });
});

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
