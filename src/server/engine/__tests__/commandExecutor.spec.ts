import { chmod, mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ScriptBench, executorContract, isAlive } from '../../../testing/executorContract';
import { until } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { createCommandExecutor } from '../commandExecutor';

const log = createLog('silent');
const executor = createCommandExecutor({ log, patienceMs: 500 });
const sh = (code: string) => `sh -c '${code}'`;
const command = (text: string) => ({ kind: 'command' as const, command: text });

executorContract('the command executor', () => executor, {
  counts: async (_, n) => command(`seq 1 ${n}`),
  fails: async () => command(sh('echo before; exit 3')),
  hangs: async () => command(sh('echo started $$; sleep 1000'))
});

describe('createCommandExecutor()', () => {
  let bench: ScriptBench;
  const run = (text: string, environment?: Record<string, string>) =>
    bench.execute(executor, command(text), { environment });

  beforeEach(async () => {
    bench = await ScriptBench.create("a “b' ü");
  });

  afterEach(async () => {
    await bench.remove();
  });

  it('tells the exit status and the last lines of both streams', async () => {
    const result = await run(sh('echo out; echo boom >&2; exit 3'));
    expect(result.returnCode).toBe(3);
    expect(result.error).toMatchObject({ code: 'command-failed', message: 'Exited with code 3' });
    expect(result.error?.tail?.sort()).toEqual(['boom', 'out']);
  });

  it('tells the signal that ended a program', async () => {
    const result = await run(sh('kill -SEGV $$'));
    expect(result.returnCode).toBe(139);
    expect(result.error?.message).toBe('Ended by signal SIGSEGV');
  });

  it('gives folders as single arguments, whatever they are called', async () => {
    await run('printf "%s|" {output_folder} x{input_folder} {other} {}');
    expect(bench.text()).toBe(
      `${bench.folder}/batch/output|x${bench.folder}/batch/input|{other}|{}|`
    );
  });

  it('is no shell', async () => {
    await run('echo $HOME > out | cat; `id` *');
    expect(bench.text()).toBe('$HOME > out | cat; `id` *\n');
  });

  it('gives exactly the declared environment', async () => {
    process.env.CROSSCOMPUTE_TEST_SECRET = 'secret';
    await run('env', { PATH: process.env.PATH ?? '', 'A B': 'ü\n"\'$x' });
    delete process.env.CROSSCOMPUTE_TEST_SECRET;
    expect(bench.text()).toContain('A B=ü\n"\'$x\n');
    expect(bench.text()).toContain('PYTHONUNBUFFERED=1\n');
    expect(bench.text()).not.toContain('secret');
    expect(bench.text()).not.toContain('HOME=');
  });

  it('joins a character whose bytes come in two pieces', async () => {
    await run(sh('printf "\\303"; sleep 0.2; printf "\\274"'));
    expect(bench.text()).toBe('ü');
  });

  it('finds a program with a slash in the folder of the script', async () => {
    await mkdir(path.join(bench.folder, 'tools'));
    await writeFile(path.join(bench.folder, 'tools', 'hi.sh'), '#!/bin/sh\npwd\n');
    await chmod(path.join(bench.folder, 'tools', 'hi.sh'), 0o755);
    await bench.execute(executor, { ...command('./hi.sh'), folder: 'tools' });
    expect(bench.text()).toBe(`${path.join(bench.folder, 'tools')}\n`);
  });

  it.each([
    ['no-such-program-here', /not found/],
    ['./plain.txt', /chmod \+x/]
  ])('says why %s cannot be started', async (text, message) => {
    await writeFile(path.join(bench.folder, 'plain.txt'), 'text');
    const result = await run(text);
    expect(result.returnCode).toBe(-10);
    expect(result.error?.code).toBe('command-not-found');
    expect(result.error?.message).toMatch(message);
  });

  it('refuses a folder that does not exist, and an open quote', async () => {
    const missing = await bench.execute(executor, { ...command('ls'), folder: 'nowhere' });
    expect(missing.error).toMatchObject({ code: 'configuration-invalid' });
    expect((await run('echo "a')).error).toMatchObject({ code: 'configuration-invalid' });
  });

  it('ends a program that ignores signals, and its children', async () => {
    const running = run(sh('trap "" INT TERM; sleep 1000 & echo started $! ; wait; sleep 1000'));
    await bench.abortAfter('\n', 'stopped');
    expect((await running).error?.code).toBe('stopped');
    const child = Number(/\d+/.exec(bench.text())?.[0]);
    await until('the child is gone', () => !isAlive(child));
  });

  it('does not wait for what a program leaves behind, but ends it', async () => {
    const result = await run(sh('sleep 1000 & echo $!'));
    expect(result.returnCode).toBe(0);
    await until('it is gone', () => !isAlive(Number(bench.text())));
  });
});
