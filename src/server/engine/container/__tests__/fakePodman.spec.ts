import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ScriptBench } from '../../../../testing/executorContract';
import { createEmptyAutomation } from '../../../../testing/emptyAutomation';
import { FAKE_IMAGE, FakePodman } from '../../../../testing/fakePodman';
import { HandTurnedClock } from '../../../../testing/handTurnedClock';
import { until } from '../../../../testing/jupyterServer';
import { createLog } from '../../../log';
import type { IOwnedExecutor } from '../../kernelExecutor';
import { createContainerExecutor, createEngineChoice } from '../containerExecutor';
import { ContainerPorts } from '../containerPorts';
import { ownerName, removeLeftOvers } from '../containerOwner';
import { Podman } from '../podman';
import { podmanProblems } from '../podmanProblem';

const log = createLog('silent');
const command = { kind: 'command' as const, command: 'make -C {output_folder} "a b"' };
const position = { file: '', line: 1, column: 1 };
const USER = process.getuid?.() === 0 ? '1000:1000' : `${process.getuid?.()}:${process.getgid?.()}`;

describe('createContainerExecutor() with a podman that records its calls', () => {
  let bench: ScriptBench;
  let fake: FakePodman;
  let podman: Podman;
  let executor: IOwnedExecutor;

  beforeEach(async () => {
    bench = await ScriptBench.create();
    bench.environment = { engine: 'podman' };
    fake = await FakePodman.create();
    const { environment } = fake;
    podman = new Podman({ environment, log });
    executor = createContainerExecutor({ podman, ...options(environment) });
  });

  afterEach(async () => {
    await executor.close();
    await fake.remove();
    await bench.remove();
  });

  const options = (environment: NodeJS.ProcessEnv) => ({
    ...{ environment, script: '/x', ports: new ContainerPorts(), log, patienceMs: 200 }
  });

  /** Folders of sockets of this process that are there. */
  const walls = async () => {
    const names = (await readdir(tmpdir())).filter(name => name.startsWith('crosscompute-wall-'));
    const owners = names.map(name =>
      readFile(path.join(tmpdir(), name, '.owner.json'), 'utf8').catch(() => '')
    );
    return (await Promise.all(owners)).filter(text => text.includes(`"pid":${process.pid},`));
  };

  /** The arguments of the only container. */
  const runWords = async () => {
    const records = await fake.records('run');
    expect(records).toHaveLength(1);
    return records[0].words;
  };

  it('builds an image from a file in .crosscompute, and runs a command in it', async () => {
    const environment = { WORD: 'a secret word', HOME: '/root' };
    expect(await bench.execute(executor, command, { environment })).toEqual({
      returnCode: 0,
      error: null
    });
    const folder = path.join(bench.folder, '.crosscompute', 'podman');
    const [build] = await fake.records('build');
    expect(build.words.slice(0, 5)).toEqual([
      ...['build', '--file', `${folder}/Containerfile`, '--tag', 'localhost/sample:0.0.0']
    ]);
    expect(build.words.at(-1)).toBe(`${folder}/context`);
    expect(await readFile(`${folder}/Containerfile`, 'utf8')).toMatch(/^FROM python\nUSER 0\n/);
    const words = await runWords();
    expect(words.filter(word => word !== '--init')).toEqual([
      ...['run', '--rm', '--name', expect.stringMatching(/^crosscompute-[0-9a-f-]{36}$/)],
      ...['--label', `crosscompute.owner=${ownerName()}`],
      ...['--log-driver', 'none', '--http-proxy=false', '--pull', 'never'],
      ...['--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
      ...['--security-opt', 'label=disable'],
      ...(process.getuid?.() === 0 ? [] : ['--userns', 'keep-id']),
      ...['--user', USER, '--workdir', bench.folder, '--pids-limit', '2048'],
      ...['--volume', `${bench.folder}/batch:${bench.folder}/batch:rw`],
      ...['--env', 'PYTHONUNBUFFERED', '--env', 'WORD', FAKE_IMAGE],
      ...['make', '-C', `${bench.folder}/batch/output`, 'a b']
    ]);
    expect((await fake.records('run'))[0].environment).toMatchObject({ WORD: 'a secret word' });
    expect(JSON.stringify((await fake.records()).map(each => each.words))).not.toContain('secret');
  });

  it('hands on limits, and gives podman the time limit with a reserve', async () => {
    bench.environment = { engine: 'podman', memory: '512m', processor: '1.5' };
    await bench.execute(executor, command, { timeoutMs: 60_000 });
    const words = (await runWords()).join(' ');
    expect(words).toContain('--memory 512m --memory-swap 512m --cpus 1.5 --timeout 90');
  });

  it('gives no network in 1.0, and sockets of ours where it allows hosts or ports', async () => {
    bench.automation = { vocabulary: '1.0' };
    await bench.execute(executor, command);
    expect((await runWords()).join(' ')).toMatch(/--network none(?!.*sockets)/);
    const ports = [{ id: 'site', number: 8000 }];
    bench.environment = { engine: 'podman', apis: ['localhost'], ports };
    await bench.execute(executor, command);
    const { words } = (await fake.records('run'))[1];
    const text = words.join(' ');
    expect(text).toContain('--network none');
    expect(text).not.toContain('--publish');
    const [, sockets = ''] = /--volume (\S+):\/var\/lib\/crosscompute\/sockets:ro/.exec(text) ?? [];
    expect(sockets).not.toBe('');
    await expect(stat(sockets)).rejects.toThrow('ENOENT');
    expect(words.slice(words.indexOf(FAKE_IMAGE) + 1)).toEqual([
      ...['python3', '-I', '-S', '/var/lib/crosscompute/container_relay.py'],
      ...['/var/lib/crosscompute/sockets', '8000', '--'],
      ...['make', '-C', `${bench.folder}/batch/output`, 'a b']
    ]);
  });

  it('leaves no sockets behind where there can be no container', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'crosscompute:'));
    bench.environment = { engine: 'podman', apis: ['localhost'] };
    bench.automation = {
      datasets: [
        {
          path: path.relative(bench.folder, folder),
          reference: null,
          input: 'none',
          output: 'none',
          position
        }
      ]
    };
    const result = await bench.execute(executor, command);
    expect(result.error?.message).toContain('colon');
    expect(await walls()).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('builds once for what is asked for at the same time, and not again afterwards', async () => {
    await Promise.all([1, 2, 3].map(() => bench.execute(executor, command)));
    await bench.execute(executor, command);
    expect(await fake.records('build')).toHaveLength(1);
    expect(await fake.records('run')).toHaveLength(4);
  });

  it('uses an image that is there as it is, where it is told to, and builds the first one', async () => {
    const { environment } = fake;
    const keeping = createContainerExecutor({
      ...{ podman, ...options(environment), keepsImages: true }
    });
    await bench.execute(keeping, command);
    expect(await fake.records('build')).toHaveLength(1);
    const finds = async () => (await fake.records('images')).map(({ words }) => words.join(' '));
    const before = (await finds()).length;
    await writeFile(path.join(bench.folder, 'data.txt'), 'another one');
    expect(await bench.execute(keeping, command)).toEqual({ returnCode: 0, error: null });
    expect(await fake.records('build')).toHaveLength(1);
    // It is looked for by whose it is, and no more by what is in it.
    expect((await finds()).slice(before)).toEqual([
      expect.stringMatching(
        /--filter label=crosscompute\.folder=\w{64} --filter reference=localhost\/sample:0\.0\.0$/
      )
    ]);
    await keeping.close();
  });

  it('fails with the end of what a build said', async () => {
    await fake.answer({ build: { output: 'STEP 1/2\n', error: 'no such package\n', code: 1 } });
    const result = await bench.execute(executor, command);
    expect(result).toEqual({
      returnCode: -20,
      error: {
        code: 'image-failed',
        message: 'the image localhost/sample:0.0.0 could not be built: no such package',
        script: 0,
        tail: ['STEP 1/2', 'no such package']
      }
    });
    expect(await fake.records('run')).toEqual([]);
  });

  it('does not build again what failed for other batches of a sweep, until a minute is over or a person asks', async () => {
    const clock = new HandTurnedClock();
    const { environment } = fake;
    const sweeping = createContainerExecutor({ podman, ...options(environment), clock });
    const run = (isSweep: boolean) => bench.execute(sweeping, command, { isSweep });
    const builds = async () => (await fake.records('build')).length;
    await fake.answer({ build: { error: 'no such package\n', code: 1 } });
    const first = await run(true);
    expect(first).toMatchObject({ returnCode: -20, error: { code: 'image-failed' } });
    expect(await run(true)).toEqual(first);
    clock.turn(59_999);
    expect(await run(true)).toEqual(first);
    expect(await builds()).toBe(1);
    clock.turn(1);
    expect(await run(true)).toEqual(first);
    expect(await builds()).toBe(2);
    expect(await run(false)).toEqual(first);
    expect(await builds()).toBe(3);
    await writeFile(path.join(bench.folder, 'more.txt'), 'other content');
    await run(true);
    expect(await builds()).toBe(4);
    await fake.answer({});
    await run(true);
    expect(await fake.records('run')).toEqual([]);
    expect((await run(false)).returnCode).toBe(0);
    expect((await run(true)).returnCode).toBe(0);
    expect(await builds()).toBe(5);
    await sweeping.close();
  });

  it('gives the reason of a build that failed, not the step that podman repeats', async () => {
    const lines = [
      'STEP 4/5: RUN pip install nosuch',
      'ERROR: No matching distribution found for nosuch',
      'time="2026-01-01T00:00:00Z" level=error msg="exit status 1"',
      'Error: building at STEP "RUN pip install nosuch": while running runtime: exit status 1'
    ];
    await fake.answer({ build: { error: `${lines.join('\n')}\n`, code: 1 } });
    const { error } = await bench.execute(executor, command);
    expect(error?.message).toMatch(/could not be built: ERROR: No matching distribution.*nosuch$/);
    expect(error?.tail).toEqual(lines);
  });

  it('refuses a name of an image that would be more than a name', async () => {
    bench.environment = { engine: 'podman', image: 'python\nRUN rm -rf /' };
    const result = await bench.execute(executor, command);
    expect(result.error?.code).toBe('image-failed');
    expect(await fake.records('build')).toEqual([]);
  });

  it.each([
    [3, '', 'command-failed', 3],
    [125, 'Error: no space', 'engine-unavailable', -10],
    [126, 'Error: crun: cgroups: OCI runtime error', 'engine-unavailable', -10],
    [
      126,
      'Error: exec: "make": permission denied: OCI permission denied',
      'command-not-found',
      -10
    ],
    [127, '', 'command-not-found', -10],
    [1, 'ERROR (catatonit:2): failed to exec pid1: No such file', 'command-not-found', -10]
  ])('tells what status %d with "%s" means', async (status, said, code, returnCode) => {
    await fake.answer({ run: { error: `${said}\n`, code: status } });
    const result = await bench.execute(executor, command);
    expect(result).toMatchObject({ returnCode, error: { code, script: 0 } });
  });

  it('removes the container of a command that does not stop', async () => {
    await fake.answer({ run: { output: 'started\n', hangs: true } });
    const running = bench.execute(executor, command);
    await bench.abortAfter('started', 'stopped');
    expect(await running).toMatchObject({ returnCode: -1, error: { code: 'stopped' } });
    const words = await runWords();
    const [removal] = await fake.records('rm');
    expect(removal.words).toEqual([
      ...['rm', '--force', '--ignore', '--time', '0', '--volumes'],
      words[words.indexOf('--name') + 1]
    ]);
  });

  it('ends a build that nobody waits for any more', async () => {
    await fake.answer({ build: { hangs: true } });
    const running = bench.execute(executor, command);
    await until('it builds', async () => (await fake.records('build')).length > 0);
    bench.abort.abort('stopped');
    expect(await running).toMatchObject({ returnCode: -1, error: { code: 'stopped' } });
  });

  it('says what a container without Python says', async () => {
    await fake.answer({ run: { code: 127 } });
    const script = { kind: 'function', module: 'a', name: 'b', kernel: null } as const;
    const result = await bench.execute(executor, script);
    expect(result).toMatchObject({ returnCode: -10, error: { code: 'command-not-found' } });
    expect(result.error?.message).toContain('python3 was not found in the image');
  });

  it('says that there is no podman, in the run and at the place in the configuration', async () => {
    const environment = { PATH: '/nowhere' };
    const none = new Podman({ environment, log });
    const without = createContainerExecutor({
      ...{ ...options(environment), podman: none, script: null }
    });
    const result = await bench.execute(without, command);
    expect(result).toMatchObject({ returnCode: -10, error: { code: 'engine-unavailable' } });
    expect(result.error?.message).toContain('podman was not found; install podman');
    const { environment: settings } = createEmptyAutomation();
    const enginePosition = { file: '/x/automate.yaml', line: 7, column: 11 };
    const asking = { environment: { ...settings, engine: 'podman' as const, enginePosition } };
    expect(await podmanProblems(asking, none)).toEqual([
      expect.objectContaining({ code: 'engine-unavailable', ...enginePosition, severity: 'error' })
    ]);
    expect(await podmanProblems(asking, podman)).toEqual([]);
    expect(await podmanProblems({ environment: settings }, none)).toEqual([]);
  });

  it('removes at the start what belongs to servers that are gone', async () => {
    const lines = [
      'crosscompute-a 999999999-1',
      `crosscompute-b ${ownerName()}`,
      'other 999999999-1'
    ];
    await fake.answer({ ps: { output: `${lines.join('\n')}\n` } });
    await removeLeftOvers(podman, log);
    expect((await fake.records('rm')).map(({ words }) => words.slice(6))).toEqual([
      ['crosscompute-a']
    ]);
  });

  it('is chosen by the engine of the automation', async () => {
    const host = {
      kinds: ['command'] as const,
      execute: async () => ({ returnCode: 42, error: null })
    };
    const choice = createEngineChoice([host], executor);
    expect((await bench.execute(choice, command)).returnCode).toBe(0);
    bench.environment = { engine: 'kernel' };
    expect((await bench.execute(choice, command)).returnCode).toBe(42);
    expect(await fake.records('run')).toHaveLength(1);
  });
});
