import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ILog } from '../log';
import type {
  IViewWorkerData,
  ViewAnswer,
  ViewCall,
  ViewDescription,
  ViewLoaded
} from './viewProtocol';

/** How long a module may take to load, and each of its functions to answer. */
export interface IViewLimits {
  loadMs: number;
  callMs: number;
}

const LIMITS: IViewLimits = { loadMs: 10_000, callMs: 1000 };

/** What a thread is started with. */
export interface IViewThreadOptions {
  /** Absolute path of the bundled `viewWorker.cjs`. */
  script: string;
  /** Text of the module. */
  source: string;
  /** Name that the configuration gives the view. */
  name: string;
  log: ILog;
  limits?: IViewLimits;
}

/** The thread in which a module of an author answers. */
export class ViewThread {
  /** Start it and load the module. @throws {Error} with the reason when it cannot be loaded */
  static async start(options: IViewThreadOptions): Promise<ViewThread> {
    const thread = new ViewThread(options);
    try {
      thread._description = await thread._load(options.limits?.loadMs ?? LIMITS.loadMs);
      return thread;
    } catch (error) {
      thread.close();
      throw error;
    }
  }

  private constructor(private readonly _options: IViewThreadOptions) {
    const { script, source, name, log } = _options;
    const workerData: IViewWorkerData = { source, name, signal: this._signal };
    this._worker = new Worker(script, {
      workerData,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 256 },
      // Standard output is for results of commands.
      stdin: false,
      stdout: true,
      stderr: true
    });
    for (const stream of [this._worker.stdout, this._worker.stderr]) {
      stream.on('data', (text: Buffer) => log.info(`view "${name}": ${String(text).trimEnd()}`));
    }
    this._worker.on('error', error => (this._end = error.message));
    this._worker.on('exit', () => (this._end ||= 'its thread ended'));
    this._worker.postMessage(this._channel.port2, [this._channel.port2]);
    this._worker.unref();
    this._channel.port1.unref();
  }

  /** What the module tells of its view. */
  get description(): ViewDescription {
    if (!this._description) {
      throw new Error('the module is not loaded yet');
    }
    return this._description;
  }

  /**
   * Ask the view, and wait for its answer without letting go: pages are rendered in one piece. A view that takes longer than
   * its limit is ended, and fails from then on.
   */
  call(call: ViewCall): ViewAnswer {
    if (this._end) {
      return { failure: this._end };
    }
    const flag = new Int32Array(this._signal);
    Atomics.store(flag, 0, 0);
    this._channel.port1.postMessage(call);
    const limit = this._options.limits?.callMs ?? LIMITS.callMs;
    Atomics.wait(flag, 0, 0, limit);
    const message = receiveMessageOnPort(this._channel.port1) as
      { message: ViewAnswer } | undefined;
    if (!message) {
      this._end = `its "${call.function}" takes longer than ${limit} ms`;
      this.close();
      return { failure: this._end };
    }
    return message.message;
  }

  /** End it. A second call does nothing. */
  close(): void {
    this._end ||= 'it was ended';
    this._channel.port1.close();
    void this._worker.terminate();
  }

  private _load(limitMs: number): Promise<ViewDescription> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`it takes longer than ${limitMs} ms to load`)),
        limitMs
      );
      const done = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      this._worker.once('message', (loaded: ViewLoaded) =>
        done(() =>
          'description' in loaded ? resolve(loaded.description) : reject(new Error(loaded.failure))
        )
      );
      this._worker.once('error', error => done(() => reject(error)));
      this._worker.once('exit', () => done(() => reject(new Error('it ends its own thread'))));
    });
  }

  private readonly _signal = new SharedArrayBuffer(4);
  private readonly _channel = new MessageChannel();
  private readonly _worker: Worker;
  private _description: ViewDescription | null = null;
  /** Why it answers no more; '' while it does. */
  private _end = '';
}
