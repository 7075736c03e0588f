import { spawnSync } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import * as path from 'node:path';
import { automationId } from '../../../core/run/key';
import { Bench, idOf } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.create();
});
afterEach(() => bench.dispose());

/** Forget the index, as after somebody deleted the state folder. */
const forgetIndex = () => fs.rm(path.dirname(bench.databaseFile), { recursive: true });

/** Change the record of a run as it lies on disk. */
async function editRecord(number: number, changes: object): Promise<void> {
  const file = path.join(bench.folder, '.crosscompute/history', idOf(number), 'run.json');
  const record = JSON.parse(await fs.readFile(file, 'utf-8'));
  await fs.writeFile(file, JSON.stringify({ ...record, ...changes }));
}

/** A server that dies with run 0 executing in a kernel and runs 1 to 3 waiting, 3 with a secret. */
async function die(): Promise<void> {
  const queue = await bench.open({ maximumConcurrentRuns: 1 });
  await queue.ensureRun(bench.request(0));
  await queue.ensureRun(bench.request(1, { priority: 0 }));
  await queue.ensureRun(bench.request(2));
  await queue.ensureRun(bench.request(3, { secrets: { token: 'sesame' } }));
  const execution = await bench.executor.started(0);
  execution.hangs = true;
  await execution.context.onKernel({ engine: 'private', id: 'kernel-1' });
  execution.print('half');
  const journal = path.join(bench.folder, '.crosscompute/history', idOf(0), 'journal.ndjson');
  while (!(await fs.readFile(journal, 'utf-8')).includes('half')) {
    await new Promise(resolve => setImmediate(resolve));
  }
  // The process is gone: nothing of it does anything any more, and its last line is torn.
  await fs.appendFile(journal, '{"seq":4,"time":"2026-03');
}

describe('a server that starts after another died', () => {
  it('finds the running run lost, its kernel ended, and goes on with waiting ones in their order', async () => {
    await die();
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    expect(queue.get(idOf(0))).toMatchObject({
      state: 'lost',
      return_code: -40,
      error: { code: 'lost' },
      engine: { kernel: null }
    });
    expect(bench.deletedKernels).toEqual(['private/kernel-1']);
    const { record, journal } = await bench.history(0);
    expect(record).toEqual(queue.get(idOf(0)));
    expect(journal.map(line => JSON.parse(line))).toMatchObject([
      { seq: 1 },
      { seq: 2 },
      { seq: 3, text: 'half' },
      { seq: 4, kind: 'state', state: 'lost', return_code: -40 }
    ]);
    expect(JSON.parse((await bench.read(0, 'debug/run.json')) ?? '')).toMatchObject({
      state: 'lost'
    });
    expect(await bench.read(0, 'debug/variables.dictionary')).toContain('"return_code":-40');
    expect(queue.get(idOf(3))).toMatchObject({ state: 'lost', started: null });

    const second = await bench.executor.started(1);
    expect(second.context.folders.input).toContain('batch-2');
    second.succeed();
    (await bench.executor.started(2)).succeed();
    await bench.until(queue, 1);
    expect(bench.executor.executions).toHaveLength(3);
  });

  it('removes the files of variables that the run had', async () => {
    bench.fileVariables = { TOKEN: 'sesame open' };
    await die();
    expect(await bench.read(0, 'debug/TOKEN')).toBe('sesame open');
    await bench.open({ maximumConcurrentRuns: 1 });
    expect(await bench.read(0, 'debug/TOKEN')).toBeNull();
  });

  it('goes on although the engine of a lost run does not answer', async () => {
    await die();
    const queue = await bench.open({ deleteKernel: () => Promise.reject(new Error('no engine')) });
    expect(queue.get(idOf(0))?.state).toBe('lost');
    await new Promise(resolve => setImmediate(resolve));
    expect(bench.log.complaints.join()).toContain('no engine');
  });

  it('completes a run that died between its record and its final event', async () => {
    await die();
    const done = { state: 'done', return_code: 0, ended: new Date().toISOString(), outputs: {} };
    await editRecord(0, { ...done, pending: undefined });
    const queue = await bench.open();
    expect(queue.get(idOf(0))).toMatchObject({ state: 'done', return_code: 0 });
    expect((await bench.history(0)).journal.join()).toContain('"state":"done"');
  });

  it('does not say twice how a run ended that died before the index was told', async () => {
    await die();
    const journal = path.join(bench.folder, '.crosscompute/history', idOf(0), 'journal.ndjson');
    const text = (await fs.readFile(journal, 'utf-8')).replace(/\{"seq":4.*$/, '');
    const end = { seq: 4, time: new Date().toISOString(), kind: 'state', state: 'done' };
    await fs.writeFile(journal, `${text}${JSON.stringify(end)}\n`);
    await editRecord(0, { state: 'done', return_code: 0, pending: undefined });
    const queue = await bench.open();
    expect(queue.get(idOf(0))?.state).toBe('done');
    expect((await bench.history(0)).journal).toHaveLength(4);
  });

  it('leaves alone what was asked for before it started', async () => {
    const queue = bench.make();
    await queue.ensureRun(bench.request(0, { secrets: { token: 'sesame' } }));
    await queue.start();
    (await bench.executor.started(0)).succeed();
    expect((await bench.until(queue, 0)).state).toBe('done');
  });

  it('leaves debug/ alone when it shows a later run', async () => {
    await die();
    const file = path.join(bench.folder, 'batches/batch-0/debug/run.json');
    const record = JSON.parse(await fs.readFile(file, 'utf-8'));
    const text = JSON.stringify({ ...record, id: idOf(9) });
    await fs.writeFile(file, text);
    await bench.open();
    expect(await bench.read(0, 'debug/run.json')).toBe(text);
  });
});

describe('adopt()', () => {
  it('gives the same history when the index was deleted, and resumes what waited', async () => {
    const first = await bench.open({ maximumConcurrentRuns: 1 });
    await first.ensureRun(bench.request(8));
    (await bench.executor.started(0)).succeed();
    const done = await bench.until(first, 8);
    await first.close();
    bench.executor.executions.length = 0;
    await die();
    await forgetIndex();

    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    expect(queue.list({})).toEqual([]);
    await Promise.all([queue.adopt(bench.folder), queue.adopt(bench.folder)]);
    const id = automationId('tips/automate.yaml');
    expect(queue.get(idOf(8))).toEqual({ ...done, automation: { ...done.automation, id } });
    expect(queue.get(idOf(0))?.state).toBe('lost');
    expect(queue.get(idOf(3))?.state).toBe('lost');
    expect(bench.deletedKernels).toEqual(['private/kernel-1']);
    expect([...queue.newestByBatch(id).keys()].sort()).toEqual(
      ['batch-0', 'batch-1', 'batch-2', 'batch-3', 'batch-8'].sort()
    );
    (await bench.executor.started(1)).succeed();
    (await bench.executor.started(2)).succeed();
    expect((await bench.until(queue, 1)).state).toBe('done');
    await queue.adopt(bench.folder);
    expect(queue.list({})).toHaveLength(5);
  });

  it('never executes, nor ends kernels for, what another server queued', async () => {
    await die();
    await forgetIndex();
    const queue = await bench.open({ serverKey: new Uint8Array(32).fill(1) });
    await queue.adopt(bench.folder);
    expect(queue.get(idOf(0))?.state).toBe('lost');
    expect(queue.get(idOf(1))?.state).toBe('lost');
    expect(bench.deletedKernels).toEqual([]);
    expect(bench.executor.executions).toHaveLength(1);
  });

  it('leaves runs to another server that lives, and takes them from one that does not', async () => {
    await die();
    await forgetIndex();
    const { record } = await bench.history(1);
    const { pending } = record as unknown as { pending: object };
    await editRecord(1, { pending: { ...pending, pid: process.ppid, host: hostname() } });
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await editRecord(2, { pending: { ...pending, pid: dead, host: hostname() } });
    const queue = await bench.open();
    await queue.adopt(bench.folder);
    expect(queue.get(idOf(1))).toBeNull();
    expect(queue.get(idOf(2))?.state).toBe('lost');
  });

  it('passes over what is no record, and says so', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1));
    (await bench.executor.started(0)).succeed();
    (await bench.executor.started(1)).succeed();
    await bench.until(queue, 0);
    await bench.until(queue, 1);
    await editRecord(0, { batch: { slug: 'x', name: 'x', folder: '../../etc', kind: 'folder' } });
    const history = path.join(bench.folder, '.crosscompute/history');
    await fs.mkdir(path.join(history, idOf(7)));
    await fs.writeFile(path.join(history, idOf(7), 'run.json'), '{"id": ');
    await queue.close();
    await forgetIndex();
    const later = await bench.open();
    await later.adopt(bench.folder);
    expect(later.list({}).map(({ id }) => id)).toEqual([idOf(1)]);
    expect(bench.log.complaints).toHaveLength(2);
  });

  it('forgets runs whose history somebody deleted', async () => {
    await die();
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    const history = path.join(bench.folder, '.crosscompute/history');
    await fs.rm(path.join(history, idOf(0)), { recursive: true });
    await queue.adopt(bench.folder);
    expect(queue.get(idOf(0))).toBeNull();
    expect(queue.get(idOf(1))).not.toBeNull();
  });

  it('finds nothing in a folder that never ran anything, and makes nothing there', async () => {
    const queue = await bench.open();
    await queue.adopt(bench.folder);
    expect(await fs.readdir(bench.folder)).toEqual([]);
  });
});

describe('a broken index', () => {
  it('is moved aside and made anew', async () => {
    const first = await bench.open();
    await first.ensureRun(bench.request(0));
    (await bench.executor.started(0)).succeed();
    await bench.until(first, 0);
    await first.close();
    await forgetIndex();
    await fs.mkdir(path.dirname(bench.databaseFile));
    await fs.writeFile(bench.databaseFile, 'no database '.repeat(1000));
    const queue = await bench.open();
    await queue.adopt(bench.folder);
    expect(queue.get(idOf(0))?.state).toBe('done');
    expect(bench.log.complaints).toEqual([expect.stringContaining('moved to')]);
    expect(await fs.readdir(path.dirname(bench.databaseFile))).toContainEqual(
      expect.stringMatching(/^state\.sqlite\.broken-/)
    );
  });
});
