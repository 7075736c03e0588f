import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IExecutor, IScriptContext } from '../../../../core/run/execution';
import { ScriptBench } from '../../../../testing/executorContract';
import { until } from '../../../../testing/jupyterServer';
import { createEnginesExecutor, type IEngine } from '../enginesExecutor';
import { readEngines } from '../readEngines';
import { Seats } from '../seats';

const COMMAND = { kind: 'command', command: 'x' } as const;

/** An engine that says who executes where, and holds each script until it is let go. */
class HeldEngine implements IEngine {
  constructor(
    readonly id: string,
    readonly maximumConcurrentRuns: number,
    public isAccepting = true
  ) {}

  readonly held: { context: IScriptContext; release: () => void }[] = [];
  readonly executors: IExecutor[] = [
    {
      kinds: ['command'],
      execute: context =>
        new Promise(resolve => {
          const release = () => resolve({ returnCode: 0, error: null });
          this.held.push({ context, release });
        })
    }
  ];

  accepts = async () => this.isAccepting;
}

describe('createEnginesExecutor()', () => {
  let benches: ScriptBench[] = [];

  afterEach(async () => {
    await Promise.all(benches.map(bench => bench.remove()));
    benches = [];
  });

  const run = async (executor: IExecutor) => {
    const bench = await ScriptBench.create();
    benches.push(bench);
    const result = bench.execute(executor, COMMAND);
    await new Promise(resolve => setImmediate(resolve));
    return { bench, result };
  };

  it('fills the preferred engine, then the next, then waits in order', async () => {
    const [a, b] = [new HeldEngine('a', 1), new HeldEngine('b', 2)];
    const executor = createEnginesExecutor([a, b]);
    const runs = [];
    for (let index = 0; index < 5; index++) {
      runs.push(await run(executor));
    }
    expect([a.held.length, b.held.length]).toEqual([1, 2]);
    b.held[0].release();
    await until('the fourth goes on', () => b.held.length === 3);
    a.held[0].release();
    await until('the fifth goes on', () => a.held.length === 2);
    expect(a.held[1].context.automation.folder).toBe(runs[4].bench.folder);
    [...a.held, ...b.held].forEach(({ release }) => release());
    const results = await Promise.all(runs.map(({ result }) => result));
    expect(results.every(({ error }) => error === null)).toBe(true);
  });

  it('passes over an engine that does not accept, and asks the first when none does', async () => {
    const [a, b] = [new HeldEngine('a', 1, false), new HeldEngine('b', 1)];
    const executor = createEnginesExecutor([a, b]);
    await run(executor);
    expect([a.held.length, b.held.length]).toEqual([0, 1]);
    b.isAccepting = false;
    await run(executor);
    expect([a.held.length, b.held.length]).toEqual([1, 1]);
    [...a.held, ...b.held].forEach(({ release }) => release());
  });

  it('lets go of one that is stopped while it waits', async () => {
    const a = new HeldEngine('a', 1);
    const executor = createEnginesExecutor([a]);
    await run(executor);
    const stopped = await run(executor);
    const third = await run(executor);
    stopped.bench.abort.abort('stopped');
    expect((await stopped.result).error?.code).toBe('stopped');
    a.held[0].release();
    await until('the third goes on', () => a.held.length === 2);
    a.held[1].release();
    expect((await third.result).error).toBeNull();
  });
});

describe('Seats', () => {
  it('gives none to whoever came too late to be aborted', async () => {
    const seats = new Seats(new Map([['a', 1]]));
    const abort = new AbortController();
    abort.abort();
    expect(await seats.take(['a'], abort.signal)).toBeNull();
    expect(await seats.take(['a'], new AbortController().signal)).toBe('a');
  });
});

describe('readEngines()', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'engines-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const read = async (text: string) => {
    const file = path.join(folder, 'engines.yaml');
    await writeFile(file, text);
    return readEngines(file, { TOKEN: 'secret' }, 2);
  };

  it('reads engines in their order, with this host first unless it is named', async () => {
    const remote = `
  - id: cluster
    url: https://example.org/gateway
    tokenVariable: TOKEN
    files: kernel
    kernels: [python3]
    maximumConcurrentRuns: 50
`;
    const cluster = {
      id: 'cluster',
      url: 'https://example.org/gateway/',
      token: 'secret',
      files: 'kernel',
      kernels: ['python3'],
      maximumConcurrentRuns: 50
    };
    expect((await read(`engines:${remote}`)).engines).toEqual([
      { id: 'local', maximumConcurrentRuns: 2 },
      cluster
    ]);
    expect(
      (await read(`engines:${remote}  - {id: local, maximumConcurrentRuns: 4}\n`)).engines
    ).toEqual([cluster, { id: 'local', maximumConcurrentRuns: 4 }]);
  });

  it.each([
    ['', 1, 1, 'a list "engines"'],
    ['engines: []', 1, 1, 'a list "engines"'],
    ['engines:\n  - x', 2, 5, 'mapping'],
    ['engines:\n  - id: a b\n    url: http://x', 2, 9, '"id" has to be'],
    ['engines:\n  - id: a\n    url: ftp://x', 3, 10, '"url" has to be'],
    ['engines:\n  - id: a\n', 2, 5, '"url" has to be'],
    ['engines:\n  - id: a\n    url: http://x\n    uri: y', 4, 5, '"uri" is no key'],
    ['engines:\n  - id: a\n    url: http://x\n    tokenVariable: NO', 4, 20, '"NO"'],
    ['engines:\n  - id: a\n    url: http://x\n    files: ftp', 4, 12, '"files" is one of'],
    ['engines:\n  - id: a\n    url: http://x\n    kernels: x', 4, 14, '"kernels" is a list'],
    ['engines:\n  - {id: local, maximumConcurrentRuns: 0}', 2, 40, 'from 1 to'],
    ['engines:\n  - {id: local}\n  - {id: local}', 2, 3, 'there twice'],
    ['engines: [', 1, 11, '']
  ])('says what is wrong, and where: %j', async (text, line, column, message) => {
    await expect(read(text)).rejects.toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ line, column, message: expect.stringContaining(message) })
      ])
    });
  });

  it('says which file cannot be read', async () => {
    await expect(readEngines(path.join(folder, 'none.yaml'), {}, 1)).rejects.toThrow('none.yaml');
  });
});
