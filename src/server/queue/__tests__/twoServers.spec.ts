import { spawnSync } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import * as path from 'node:path';
import { until } from '../../../testing/jupyterServer';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { ScriptedExecutor } from '../../../testing/scriptedExecutor';
import { draftPath } from '../../store/atomicWrite';
import { Lease, RENEW_MS, STALE_MS } from '../../store/lease';
import { openStateDatabase } from '../../store/stateDatabase';
import type { RunQueue } from '../runQueue';
import { automationIn, Bench, idOf, variable } from './bench';

let bench: Bench;
let clock: HandTurnedClock;
let file: string;

beforeEach(async () => {
  bench = await Bench.create();
  clock = new HandTurnedClock();
  bench.clock = clock;
  file = path.join(bench.folder, '.crosscompute/lease.json');
  await fs.mkdir(path.dirname(file), { recursive: true });
});

afterEach(() => bench.dispose());

/** Let time pass in steps of a renewal until a condition holds. */
async function passUntil(what: string, condition: () => boolean | Promise<boolean>) {
  let passedMs = 0;
  await until(what, async () => {
    if (await condition()) {
      return true;
    }
    clock.turn(RENEW_MS);
    passedMs += RENEW_MS;
    return false;
  });
  return passedMs;
}

/** A server beside that of the bench, with a state of its own. */
async function openBeside(): Promise<{ queue: RunQueue; executor: ScriptedExecutor }> {
  const executor = new ScriptedExecutor();
  const database = openStateDatabase(null, bench.log);
  const queue = bench.make({ database, clock, executors: [executor] });
  await queue.start();
  return { queue, executor };
}

describe('two servers on one folder', () => {
  it('execute one after the other', async () => {
    const first = await bench.open();
    await first.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    const { queue, executor } = await openBeside();
    const { position } = await queue.ensureRun(bench.request(1));
    expect(position).toBe(1);
    expect(bench.log.lines.join()).toContain(`process id ${process.pid}`);
    clock.turn(STALE_MS * 2);
    expect(executor.executions).toHaveLength(0);
    execution.succeed();
    await bench.until(first, 0, 'done');
    await passUntil('the second server executes', () => executor.executions.length === 1);
    // It knows of what the other did.
    expect(queue.get(idOf(0))).toMatchObject({ state: 'done' });
    // And the first waits in its turn.
    await first.ensureRun(bench.request(2));
    expect(first.get(idOf(2))?.state).toBe('queued');
    executor.executions[0].succeed();
    await passUntil('the first executes again', () => bench.executor.executions.length === 2);
  });

  it('do equal work once: who waits for the folder gets the result', async () => {
    bench.automation = automationIn(bench.folder, [
      variable('output', 'report', { path: 'report.txt' })
    ]);
    const first = await bench.open();
    const { key, batch } = bench.request(0);
    await first.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    const { queue, executor } = await openBeside();
    await queue.ensureRun(bench.request(1, { key, batch }));
    await queue.ensureRun(bench.request(2, { key }));
    await queue.ensureRun(bench.request(3));
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    await bench.until(first, 0, 'done');
    await passUntil('other work executes', () => executor.executions.length === 1);
    await bench.until(queue, 1, 'done');
    await bench.until(queue, 2, 'done');
    expect(queue.get(idOf(1))).toMatchObject({ leader: idOf(0) });
    expect(queue.get(idOf(3))?.state).toBe('running');
    const { folder } = bench.request(2).batch;
    expect(await bench.readFile(`${folder}/output/report.txt`)).toBe('good');
    executor.executions[0].succeed();
    await bench.until(queue, 3);
    expect(executor.executions).toHaveLength(1);
  });

  it('take over from one that is not heard of for 15 seconds, and end what it left', async () => {
    const dead = await bench.open();
    await dead.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    execution.hangs = true;
    const lease = JSON.parse(await fs.readFile(file, 'utf-8'));
    // As one that died on another host.
    await bench.open({ database: openStateDatabase(null, bench.log) });
    await fs.writeFile(file, JSON.stringify({ ...lease, host: 'elsewhere' }));
    const record = path.join(bench.folder, `.crosscompute/history/${idOf(0)}/run.json`);
    const stored = JSON.parse(await fs.readFile(record, 'utf-8'));
    stored.pending.host = 'elsewhere';
    await fs.writeFile(record, JSON.stringify(stored));
    const { queue, executor } = await openBeside();
    await queue.ensureRun(bench.request(1));
    const passedMs = await passUntil('it executes', () => executor.executions.length === 1);
    expect(passedMs).toBeGreaterThanOrEqual(STALE_MS);
    expect(queue.get(idOf(0))).toMatchObject({ state: 'lost', error: { code: 'lost' } });
    expect(JSON.parse(await fs.readFile(file, 'utf-8'))).toMatchObject({ epoch: lease.epoch + 1 });
    executor.executions[0].succeed();
    await bench.until(queue, 1, 'done');
  });

  it('end what one left that died before anybody waited for it', async () => {
    const dead = await bench.open();
    await dead.ensureRun(bench.request(0));
    (await bench.executor.started(0)).hangs = true;
    // As one of another process, which lives while the folder is opened, and is gone before the first run there.
    const lease = JSON.parse(await fs.readFile(file, 'utf-8'));
    await bench.open({ database: openStateDatabase(null, bench.log) });
    const record = path.join(bench.folder, `.crosscompute/history/${idOf(0)}/run.json`);
    const stored = JSON.parse(await fs.readFile(record, 'utf-8'));
    stored.pending.pid = process.ppid;
    await fs.writeFile(record, JSON.stringify(stored));
    const { queue, executor } = await openBeside();
    await queue.adopt(bench.folder);
    expect(queue.get(idOf(0))).toBeNull();
    const gone = 2 ** 22 + 1;
    stored.pending.pid = gone;
    await fs.writeFile(record, JSON.stringify(stored));
    await fs.writeFile(file, JSON.stringify({ ...lease, pid: gone }));
    await queue.ensureRun(bench.request(1));
    await until('it executes', () => executor.executions.length === 1);
    expect(queue.get(idOf(0))).toMatchObject({ state: 'lost', error: { code: 'lost' } });
    executor.executions[0].succeed();
    await bench.until(queue, 1, 'done');
  });

  it('do not believe the clock of another host, but see that it goes on renewing', async () => {
    const lease = { server: 'x', host: 'elsewhere', pid: 1, epoch: 1, renewed: '' };
    const { queue, executor } = await openBeside();
    const renew = (count: number) =>
      fs.writeFile(file, JSON.stringify({ ...lease, renewed: `2001-01-01T00:00:0${count}Z` }));
    await renew(0);
    await queue.ensureRun(bench.request(0));
    for (let count = 1; count < 9; count++) {
      await renew(count);
      clock.turn(STALE_MS - 1);
      await queue.ensureRun(bench.request(count));
    }
    expect(executor.executions).toHaveLength(0);
  });

  it('lose a run whose folder another took over', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    await bench.executor.started(0);
    const lease = JSON.parse(await fs.readFile(file, 'utf-8'));
    await fs.writeFile(file, JSON.stringify({ ...lease, server: 'another', epoch: 2 }));
    await passUntil('the run ends', () => queue.get(idOf(0))?.state !== 'running');
    expect(queue.get(idOf(0))).toMatchObject({
      state: 'lost',
      error: { message: expect.stringContaining('another server took over') }
    });
    // It is theirs, and stays.
    await queue.close();
    expect(JSON.parse(await fs.readFile(file, 'utf-8')).server).toBe('another');
  });

  it('leave no lease behind when they are closed', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    (await bench.executor.started(0)).succeed();
    await bench.until(queue, 0);
    await queue.close();
    expect((await fs.readdir(path.dirname(file))).filter(name => /lease/.test(name))).toEqual([]);
  });
});

describe('Lease', () => {
  it('of a server that died without giving it back is gone when the folder is opened', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const lease = { server: 'x', host: hostname(), pid, epoch: 1, renewed: '' };
    const queue = await bench.open();
    for (const isLeft of [false, true]) {
      await fs.writeFile(file, JSON.stringify({ ...lease, pid: isLeft ? process.ppid : pid }));
      await queue.adopt(bench.folder);
      expect((await fs.readdir(path.dirname(file))).filter(name => /lease/.test(name))).toEqual(
        isLeft ? ['lease.json'] : []
      );
    }
  });

  it('removes what a server left that was killed while it wrote one, and no draft of others', async () => {
    const own = draftPath(file);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const dead = own.replace(`-${process.pid}-`, `-${pid}-`);
    await Promise.all([own, dead].map(draft => fs.writeFile(draft, '{')));
    expect(await new Lease(bench.folder, 'us', clock).take()).toBe(true);
    expect(
      (await fs.readdir(path.dirname(file))).filter(name => /lease/.test(name)).sort()
    ).toEqual([path.basename(own), 'lease.json']);
  });

  it('is taken by one alone, however many try at once', async () => {
    for (let round = 0; round < 20; round++) {
      const stale = { server: 'x', host: 'elsewhere', pid: 1, epoch: round, renewed: 'never' };
      const leases = Array.from(
        { length: 8 },
        (_, index) => new Lease(bench.folder, `server ${index}`, clock)
      );
      await fs.writeFile(file, JSON.stringify(stale));
      await Promise.all(leases.map(lease => lease.take()));
      clock.turn(STALE_MS);
      const taken = await Promise.all(leases.map(lease => lease.take()));
      const holders = await Promise.all(leases.map(lease => lease.renew()));
      expect(holders.filter(Boolean)).toHaveLength(1);
      // Whoever believes to hold it does.
      taken.forEach((isTaken, index) => expect(!isTaken || holders[index]).toBe(true));
      await Promise.all(leases.map(lease => lease.release()));
      expect(await fs.readdir(path.dirname(file))).toEqual(['.gitignore']);
    }
  });

  it('of a process of this host that died is free at once, and so is one that nobody can read in time', async () => {
    const lease = new Lease(bench.folder, 'us', clock);
    const dead = { server: 'x', host: (await import('node:os')).hostname(), epoch: 4, renewed: '' };
    await fs.writeFile(file, JSON.stringify({ ...dead, pid: 2 ** 22 + 1 }));
    expect(await lease.take()).toBe(true);
    expect(JSON.parse(await fs.readFile(file, 'utf-8'))).toMatchObject({ server: 'us', epoch: 5 });
    await fs.writeFile(file, '{"server": "half');
    expect(await lease.take()).toBe(false);
    clock.turn(STALE_MS);
    expect(await lease.take()).toBe(true);
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
  });
});
