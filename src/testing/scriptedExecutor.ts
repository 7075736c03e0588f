import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { StepName } from '../core/automation/automation';
import type { IExecutor, IScriptContext, IScriptResult } from '../core/run/execution';
import type { Lane } from '../core/run/lane';
import type { IRunError } from '../core/run/run';

/**
 * An executor that does nothing by itself: a test takes each execution as it starts, and says what it
 * writes and how it ends. An aborted execution ends by itself, unless it hangs.
 */
export class ScriptedExecutor implements IExecutor {
  /** @param lane - whose runs it executes */
  constructor(readonly lane: Lane = 'run') {}

  readonly kinds = ['command', 'notebook', 'python', 'function'] as const;

  /** All executions so far, in the order of their start. */
  readonly executions: ScriptedExecution[] = [];

  /** How many execute now. */
  get activeCount(): number {
    return this.executions.filter(execution => !execution.isOver).length;
  }

  execute(context: IScriptContext): Promise<IScriptResult> {
    const execution = new ScriptedExecution(context);
    this.executions.push(execution);
    this._waiters.splice(0).forEach(resolve => resolve());
    return execution.result;
  }

  /** The n-th execution, from 0; waits until it starts. */
  async started(index: number): Promise<ScriptedExecution> {
    while (this.executions.length <= index) {
      await new Promise<void>(resolve => this._waiters.push(resolve));
    }
    return this.executions[index];
  }

  private readonly _waiters: (() => void)[] = [];
}

/** One script while it executes. */
export class ScriptedExecution {
  constructor(readonly context: IScriptContext) {
    this.result = new Promise((resolve, reject) => {
      this._resolve = resolve;
      this._reject = reject;
    });
    const { signal } = context;
    const end = () => {
      if (!this.hangs) {
        const code = signal.reason === 'timeout' ? 'timeout' : 'stopped';
        this.end(code === 'timeout' ? -2 : -1, { code, message: code });
      }
    };
    if (signal.aborted) {
      end();
    } else {
      signal.addEventListener('abort', end, { once: true });
    }
  }

  readonly result: Promise<IScriptResult>;

  /** True ignores being stopped. */
  hangs = false;

  /** True after its end. */
  isOver = false;

  /** Id in the environment, to tell executions apart. */
  get environment(): Readonly<Record<string, string>> {
    return this.context.environment;
  }

  /** Write text to a stream. */
  print(text: string, stream: 'stdout' | 'stderr' = 'stdout', cell: number | null = null): this {
    this.context.emit({ kind: 'output', script: this.context.index, cell, stream, text });
    return this;
  }

  /** Write a file into the folder of a step. */
  async write(step: StepName, name: string, text: string): Promise<this> {
    const file = path.join(this.context.folders[step], name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, text);
    return this;
  }

  /** End well. */
  succeed(): void {
    this.end(0, null);
  }

  /** End with an error. */
  fail(error: IRunError, returnCode = 1): void {
    this.end(returnCode, error);
  }

  /** End with an exception, as no executor should. */
  throw(error: unknown): void {
    this.isOver = true;
    this._reject(error);
  }

  /** End. */
  end(returnCode: number, error: IRunError | null): void {
    this.isOver = true;
    this._resolve({ returnCode, error });
  }

  private _resolve!: (result: IScriptResult) => void;
  private _reject!: (error: unknown) => void;
}
