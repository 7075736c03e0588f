import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { PYTHON_DEFINITIONS } from '../../../core/run/languages/python';
import type { ILog } from '../../log';
import { errorCode } from '../../files';
import { NEVER_PRELOADED } from '../neverPreloaded';
import { LineReader, parseObject } from './lineReader';

/** What a fork server needs. */
export interface IForkServerOptions {
  /** Python that has IPython and ipykernel. */
  python: string;
  /** Path of `fork_server.py`. */
  script: string;
  /** Names of modules that it imports before it forks. */
  modules: readonly string[];
  /** Its whole environment: what Python and libraries read when they start. */
  environment: Readonly<Record<string, string>>;
  log: ILog;
}

/** What became of the start of a fork server. */
export type ForkReadiness =
  | {
      isSafe: true;
      /** Top-level names of the modules that every fork has loaded. */ modules: ReadonlySet<string>;
    }
  | { isSafe: false; reason: string };

/** How a fork ended. */
export interface IForkEnd {
  /** Why there was no process, or none any more; null when it ended by itself or by a signal. */
  problem: string | null;
  /** Exit code, or a negative number of a signal. */
  status: number;
}

/** Hears of one fork. */
type OnForkEnd = (end: IForkEnd) => void;

const START_MS = 60_000;
const END_MS = 5000;

/**
 * One warm Python process that forks a child for each run.
 *
 * It dies with us, as its standard input ends, and its children die with it.
 */
export class ForkServer {
  constructor(private readonly _options: IForkServerOptions) {
    this._process = spawn(_options.python, [_options.script], {
      cwd: '/',
      env: { ..._options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      // In a group of its own, Ctrl-C in the terminal is left to us.
      detached: true
    });
    this.ready = new Promise(resolve => {
      this._setReady = resolve;
    });
    this.exited = new Promise(resolve => {
      this._process.once('error', error => resolve(`it could not be started: ${error.message}`));
      this._process.once('close', (code, signal) =>
        resolve(`it ended with ${signal ?? `code ${code}`}`)
      );
    });
    this._listen();
  }

  /** Resolves when it can fork, or when it is known that it cannot; never rejects. */
  readonly ready: Promise<ForkReadiness>;
  /** Resolves with the reason when its process is gone. */
  readonly exited: Promise<string>;

  /** Process id; 0 when it was never started. */
  get pid(): number {
    return this._process.pid ?? 0;
  }

  /** False once it can fork no more. */
  get isAlive(): boolean {
    return !this._isOver;
  }

  /** Forks that have not ended. */
  get size(): number {
    return this._forks.size;
  }

  /**
   * Fork a child.
   *
   * @param id - of the child, new
   * @param socket - path of the Unix socket that it connects to
   * @param onEnd - called once, when the child and all in its process group are gone
   */
  fork(id: string, socket: string, onEnd: OnForkEnd): void {
    if (this._isOver) {
      onEnd({ problem: 'the fork server is gone', status: 0 });
      return;
    }
    this._forks.set(id, { pid: null, onEnd });
    this._say({ kind: 'fork', id, socket });
  }

  /** Send a signal to the process group of a child; does nothing when it is gone. */
  signal(id: string, number: number): void {
    if (!this._isOver && this._forks.has(id)) {
      this._say({ kind: 'signal', id, number });
    }
  }

  /** End it and its children; resolves when its process is gone. */
  async close(): Promise<void> {
    this._isOver = true;
    // With notice: the socket is still ours.
    this._process.stdin.end(`${JSON.stringify({ kind: 'end' })}\n`);
    const timer = setTimeout(() => this._process.kill('SIGKILL'), END_MS);
    await this.exited;
    clearTimeout(timer);
  }

  private _listen(): void {
    const { log } = this._options;
    const { stdin, stdout, stderr } = this._process;
    // It may be gone already; its exit says so better than a broken pipe does.
    stdin.on('error', error => log.debug(`fork server: ${error.message}`));
    const answers = new LineReader(line => this._onAnswer(line));
    stdout.setEncoding('utf8').on('data', (text: string) => answers.add(text));
    const said: string[] = [];
    const words = new LineReader(line => {
      log.debug(`fork server: ${line}`);
      said.push(line);
      said.splice(0, said.length - 3);
    });
    stderr.setEncoding('utf8').on('data', (text: string) => words.add(text));
    const fail = (reason: string) => this._setReady({ isSafe: false, reason });
    const timer = setTimeout(() => {
      fail(`the fork server did not start within ${START_MS / 1000} seconds`);
      this._process.kill('SIGKILL');
    }, START_MS);
    void this.ready.then(() => clearTimeout(timer));
    void this.exited.then(reason => {
      this._isOver = true;
      fail(['the fork server did not start', reason, ...said].join(': '));
      this._endForks(`the fork server is gone: ${reason}`);
    });
    this._say({
      modules: this._options.modules,
      never: NEVER_PRELOADED,
      definitions: PYTHON_DEFINITIONS
    });
  }

  private _onAnswer(line: string): void {
    const answer = parseObject(line);
    const id = typeof answer?.id === 'string' ? answer.id : '';
    const fork = this._forks.get(id);
    switch (answer?.kind) {
      case 'ready': {
        const names: unknown[] = Array.isArray(answer.modules) ? answer.modules : [];
        const modules = new Set(names.filter((name): name is string => typeof name === 'string'));
        this._setReady({ isSafe: true, modules });
        break;
      }
      case 'unsafe':
        this._isOver = true;
        this._setReady({ isSafe: false, reason: String(answer.reason) });
        break;
      case 'began':
        if (fork) {
          fork.pid = Number(answer.pid);
        }
        break;
      case 'failed':
        this._end(id, {
          problem: `no process could be forked: ${String(answer.reason)}`,
          status: 0
        });
        break;
      case 'ended':
        this._end(id, { problem: null, status: Number(answer.status) });
        break;
    }
  }

  /** When the server is gone, its children die by themselves, but what they started does not. */
  private _endForks(problem: string): void {
    for (const [id, { pid }] of [...this._forks]) {
      if (pid !== null) {
        killGroup(pid);
      }
      this._end(id, { problem, status: 0 });
    }
  }

  private _end(id: string, end: IForkEnd): void {
    const fork = this._forks.get(id);
    this._forks.delete(id);
    fork?.onEnd(end);
  }

  private _say(command: object): void {
    this._process.stdin.write(`${JSON.stringify(command)}\n`);
  }

  private readonly _process: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly _forks = new Map<string, { pid: number | null; onEnd: OnForkEnd }>();
  private _setReady: (readiness: ForkReadiness) => void = () => undefined;
  private _isOver = false;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left in the group.
    if (!['ESRCH', 'EPERM'].includes(errorCode(error))) {
      throw error;
    }
  }
}
