import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IAutomation, IEnvironment, Script } from '../core/automation/automation';
import type { IExecutor, IScriptContext, IScriptResult } from '../core/run/execution';
import type { JournalEntry, TimingEntry } from '../core/run/journal';
import { createEmptyAutomation } from './emptyAutomation';
import { until } from './jupyterServer';

/** What a spec says of a script; the rest is filled in. */
export type TestScript = Script extends infer Each
  ? Each extends Script
    ? Omit<Each, 'folder' | 'position'> & { folder?: string }
    : never
  : never;

/** A folder with an automation in it, and what its script wrote into the journal. */
export class ScriptBench {
  private constructor(readonly folder: string) {}

  /**
   * Make a bench in a new folder.
   *
   * @param name - of the automation's folder
   */
  static async create(name = 'automation'): Promise<ScriptBench> {
    const parent = await mkdtemp(path.join(tmpdir(), 'crosscompute-script-'));
    const bench = new ScriptBench(path.join(parent, name));
    for (const step of ['input', 'output', 'log', 'debug', 'print']) {
      await mkdir(path.join(bench.folder, 'batch', step), { recursive: true });
    }
    return bench;
  }

  /** Entries of the journal in order. */
  readonly entries: JournalEntry[] = [];
  /** Calls of `onKernel` in order. */
  readonly kernels: (string | null)[] = [];
  readonly abort = new AbortController();
  /** What the automation has besides its folder, and its section `environment`. */
  automation: Partial<IAutomation> = {};
  environment: Partial<IEnvironment> = {};

  /** Execute a script of the bench's folder. */
  execute(
    executor: IExecutor,
    script: TestScript,
    more: {
      environment?: Record<string, string>;
      index?: number;
      timeoutMs?: number;
      isolation?: IEnvironment['isolation'];
      isSweep?: boolean;
      /** Names of variables that the automation declares. */
      variables?: string[];
      /** Variables of its steps; default none. */
      steps?: Partial<IAutomation['steps']>;
    } = {}
  ): Promise<IScriptResult> {
    const context: IScriptContext = {
      automation: createEmptyAutomation({
        ...this.automation,
        folder: this.folder,
        steps: { ...createEmptyAutomation().steps, ...more.steps },
        environment: {
          ...createEmptyAutomation().environment,
          ...this.environment,
          variables: more.variables ?? [],
          concurrency: 'process',
          timeoutMs: more.timeoutMs ?? null,
          isolation: more.isolation ?? 'auto'
        }
      }),
      script: {
        folder: '.',
        position: { file: '', line: 1, column: 1 },
        ...script
      } as Script,
      index: more.index ?? 0,
      folders: {
        input: path.join(this.folder, 'batch', 'input'),
        output: path.join(this.folder, 'batch', 'output'),
        log: path.join(this.folder, 'batch', 'log'),
        debug: path.join(this.folder, 'batch', 'debug'),
        print: path.join(this.folder, 'batch', 'print')
      },
      environment: more.environment ?? {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '/'
      },
      emit: entry => this.entries.push(entry),
      onKernel: async kernel => {
        this.kernels.push(kernel?.id ?? null);
      },
      signal: this.abort.signal,
      isSweep: more.isSweep ?? false
    };
    return executor.execute(context);
  }

  /** All text of a stream. */
  text(stream: 'stdout' | 'stderr' = 'stdout'): string {
    return this.entries
      .map(entry =>
        entry.kind === 'output' && 'stream' in entry && entry.stream === stream ? entry.text : ''
      )
      .join('');
  }

  /** Explicit progress in order, as `[fraction, message]`. */
  progress(): [number | null, string | null][] {
    return this.entries.flatMap(entry =>
      entry.kind === 'progress' ? [[entry.fraction, entry.message]] : []
    );
  }

  /** Types of rich outputs in order. */
  messages(): string[] {
    return this.entries.flatMap(entry =>
      entry.kind === 'output' && 'message' in entry ? [entry.message.type] : []
    );
  }

  /** Begins and ends in order. */
  spans(): TimingEntry[] {
    return this.entries.flatMap(entry => (entry.kind === 'timing' ? entry.entries : []));
  }

  /** Abort once some text was written. */
  async abortAfter(text: string, reason: 'stopped' | 'timeout'): Promise<void> {
    await until(`"${text}" is written`, () => this.text().includes(text));
    this.abort.abort(reason);
  }

  async remove(): Promise<void> {
    await rm(path.dirname(this.folder), { recursive: true, force: true });
  }
}

/** Scripts of an executor that the contract is tried with. */
export interface IContractScripts {
  /** Prints the lines `1` to `n`, each flushed. */
  counts(bench: ScriptBench, n: number): Promise<TestScript>;
  /** Prints `before` and fails. */
  fails(bench: ScriptBench): Promise<TestScript>;
  /** Prints `started` and its process id on a line, then goes on for ever. */
  hangs(bench: ScriptBench): Promise<TestScript>;
  /** Tells whether the process of `hangs` is gone, where its id is not one of this host. */
  isGone?(): Promise<boolean>;
}

/** What every executor must do. */
export function executorContract(
  name: string,
  get: () => IExecutor,
  scripts: IContractScripts
): void {
  describe(`${name} as an executor`, () => {
    let bench: ScriptBench;

    beforeEach(async () => {
      bench = await ScriptBench.create();
    });

    afterEach(async () => {
      await bench.remove();
    });

    it('reports success with all lines in their order', async () => {
      const result = await bench.execute(get(), await scripts.counts(bench, 200));
      expect(result).toEqual({ returnCode: 0, error: null });
      expect(bench.text().trim().split(/\r?\n/)).toEqual(
        Array.from({ length: 200 }, (_, index) => String(index + 1))
      );
      expectBalancedSpans(bench);
    });

    it('reports a failure with what was written last', async () => {
      const result = await bench.execute(get(), await scripts.fails(bench), { index: 2 });
      expect(result.returnCode).toBeGreaterThan(0);
      expect(result.error?.script).toBe(2);
      expect(result.error?.tail).toContain('before');
      expect(bench.entries.every(entry => !('script' in entry) || entry.script === 2)).toBe(true);
      expectBalancedSpans(bench);
    });

    it.each(['stopped', 'timeout'] as const)(
      'ends everything when it is aborted: %s',
      async reason => {
        const running = bench.execute(get(), await scripts.hangs(bench), { timeoutMs: 1000 });
        await bench.abortAfter('\n', reason);
        const result = await running;
        expect(result.error?.code).toBe(reason);
        expect(result.returnCode).toBe(reason === 'stopped' ? -1 : -2);
        const pid = Number(/started (\d+)/.exec(bench.text())?.[1]);
        expect(pid).toBeGreaterThan(0);
        await until('its process is gone', scripts.isGone ?? (() => !isAlive(pid)));
        expectBalancedSpans(bench);
      }
    );

    it('starts nothing when it is aborted before', async () => {
      bench.abort.abort('stopped');
      const result = await bench.execute(get(), await scripts.counts(bench, 1));
      expect(result.error?.code).toBe('stopped');
      expect(bench.entries).toEqual([]);
      expect(bench.kernels).toEqual([]);
    });
  });
}

/** Every begin has its end, numbers are unique, and time does not run backwards. */
export function expectBalancedSpans(bench: ScriptBench): void {
  const spans = bench.spans();
  const ids = (ph: string) => spans.flatMap(span => (span.ph === ph ? [span.id] : []));
  expect(ids('E').sort()).toEqual(ids('B').sort());
  expect(new Set(spans.map(({ n }) => n)).size).toBe(spans.length);
  const times = spans.map(({ t }) => t);
  expect(times).toEqual([...times].sort((a, b) => a - b));
}

/** Tell whether a process runs; one that nobody has buried yet does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It ended just now, or the system has no /proc.
    return process.platform !== 'linux';
  }
}
