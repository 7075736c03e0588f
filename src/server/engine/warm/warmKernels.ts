import type { ILog } from '../../log';
import { JupyterError } from '../jupyterClient';
import type { JupyterClient } from '../jupyterClient';
import type { KernelSession } from '../kernelSession';
import { startWarmKernel } from './warmKernel';
import type { IWarmKernel, IWarmKey } from './warmKernel';

/** Settings of the kernels that are kept ready. */
export interface IWarmKernelsOptions {
  log: ILog;
  /** Milliseconds after which a kernel that nobody wanted is deleted; 0 keeps none ready. */
  idleMs: number;
  /** Milliseconds within which a kernel has to answer before it is used; 200 when left out. */
  answerMs?: number;
  /** Settled when what an earlier server left is gone; nothing is started before. */
  cleaned?: Promise<void>;
}

/** Kernels that are kept ready for one kernel spec, at most: for two notebooks with different imports. */
const PER_SPEC = 2;
/** A kernel that does not answer as fast as this is not used. */
const ANSWER_MS = 200;
/** How long after a failure no kernel is started for the same key. */
const REFUSAL_MS = 10 * 60_000;

/** A kernel that is kept ready, or will be. */
interface IEntry {
  text: string;
  key: IWarmKey;
  starting: Promise<void>;
  kernel: IWarmKernel | null;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Kernels that were started before anybody wants them: after the first use of a kernel spec, one is kept for the next
 * run, in Python with the imports of the notebook. Each is used once, and never returned.
 */
export class WarmKernels {
  constructor(private readonly _options: IWarmKernelsOptions) {}

  /** How many kernels are ready. */
  get size(): number {
    return this._entries.filter(({ kernel }) => kernel).length;
  }

  /**
   * Take a kernel for a run; it belongs to the caller from then on.
   *
   * @param own - names of modules that the folder of the script has: they must not be hidden by what was imported
   * @returns null when none is ready, or the one that was does not answer
   */
  async take(key: IWarmKey, own: ReadonlySet<string>): Promise<KernelSession | null> {
    const find = (text: string) =>
      this._entries.find(
        ({ text: each, kernel }) =>
          each === text && kernel && ![...own].some(name => kernel.loaded.has(name))
      );
    const entry = find(textOf(key)) ?? find(textOf(bare(key)));
    if (!entry?.kernel) {
      return null;
    }
    const { session } = entry.kernel;
    this._forget(entry);
    if (await session.answers(this._options.answerMs ?? ANSWER_MS)) {
      return session;
    }
    this._remove(session);
    return null;
  }

  /** Keep a kernel ready for the next run with this key, unless there is one. */
  keep(client: JupyterClient, wanted: IWarmKey): void {
    const key = this._refused.has(textOf(wanted)) ? bare(wanted) : wanted;
    const text = textOf(key);
    if (
      this._isClosed ||
      this._options.idleMs === 0 ||
      this._refused.has(text) ||
      this._entries.some(entry => entry.text === text)
    ) {
      return;
    }
    const same = this._entries.filter(entry => specOf(entry.key) === specOf(key));
    if (same.length >= PER_SPEC) {
      this._drop(same[0]);
    }
    const entry: IEntry = {
      text,
      key,
      kernel: null,
      timer: undefined,
      starting: Promise.resolve()
    };
    this._entries.push(entry);
    entry.starting = this._start(client, entry);
  }

  /** Delete a kernel that waits, to make room for one that is wanted. @returns false when none waits */
  async makeRoom(): Promise<boolean> {
    const entry = this._entries.find(({ kernel }) => kernel);
    if (entry) {
      this._drop(entry);
      await Promise.all(this._removals);
    }
    return entry !== undefined;
  }

  /** Delete all kernels that wait; resolves when they are gone. */
  async close(): Promise<void> {
    this._isClosed = true;
    const starting = this._entries.map(entry => entry.starting);
    [...this._entries].forEach(entry => this._drop(entry));
    await Promise.all(starting);
    await Promise.all(this._removals);
  }

  private async _start(client: JupyterClient, entry: IEntry): Promise<void> {
    try {
      await this._options.cleaned;
      const kernel = await startWarmKernel(client, entry.key, this._options.log);
      if (!kernel) {
        this._refuse(entry);
      } else if (!this._entries.includes(entry)) {
        this._remove(kernel.session);
      } else {
        entry.kernel = kernel;
        entry.timer = setTimeout(() => this._drop(entry), this._options.idleMs);
        entry.timer.unref();
        void kernel.session.ended.then(() => this._entries.includes(entry) && this._drop(entry));
      }
    } catch (error) {
      const isExpected = error instanceof JupyterError;
      this._options.log[isExpected ? 'debug' : 'warn'](`no kernel is kept ready: ${String(error)}`);
      this._refuse(entry);
    }
  }

  private _refuse(entry: IEntry): void {
    this._forget(entry);
    this._refused.add(entry.text);
    setTimeout(() => this._refused.delete(entry.text), REFUSAL_MS).unref();
  }

  private _drop(entry: IEntry): void {
    this._forget(entry);
    if (entry.kernel) {
      this._remove(entry.kernel.session);
    }
  }

  private _forget(entry: IEntry): void {
    clearTimeout(entry.timer);
    this._entries = this._entries.filter(each => each !== entry);
  }

  private _remove(session: KernelSession): void {
    const removal = session.remove().finally(() => this._removals.delete(removal));
    this._removals.add(removal);
  }

  private _entries: IEntry[] = [];
  private readonly _removals = new Set<Promise<void>>();
  private readonly _refused = new Set<string>();
  private _isClosed = false;
}

/** The same without imports. */
function bare(key: IWarmKey): IWarmKey {
  return { ...key, modules: [], environment: {} };
}

function specOf({ baseUrl, spec }: IWarmKey): string {
  return JSON.stringify([baseUrl, spec.name]);
}

function textOf(key: IWarmKey): string {
  const { modules, environment } = key;
  return JSON.stringify([specOf(key), modules, Object.entries(environment).sort()]);
}
