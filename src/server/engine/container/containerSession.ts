import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { KernelMessage } from '@jupyterlab/services';
import type { ILog } from '../../log';
import { Conversation } from '../fork/conversation';
import { LineReader, parseObject } from '../fork/lineReader';
import type { IKernelEnd, IRequestHandler } from '../kernelSession';
import type { IScriptSession } from '../scriptExecution';
import type { IContainerLaunch } from './containerLaunch';
import { containerEnd } from './containerEnd';

/** A container that has nothing more to do has this long to end by itself. */
const LEAVE_MS = 5000;

/**
 * `fork_server.py` in a container, and our connection to it by the standard streams of `podman run`, which lose nothing
 * and need no socket that both sides can reach. To the scripts that run in it, it is a kernel.
 */
export class ContainerSession implements IScriptSession {
  constructor(
    private readonly _launch: IContainerLaunch,
    private readonly _log: ILog
  ) {
    const { program, parameters, environment } = _launch;
    this._process = spawn(program, parameters, {
      cwd: '/',
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      // In a group of its own, Ctrl-C in the terminal is left to us.
      detached: true
    });
    this._listen();
    this._send(`${JSON.stringify({ modules: [] })}\n`);
  }

  /** Resolves when code can run; stays pending when that never happens. */
  readonly ready = new Promise<void>(resolve => {
    this._setReady = resolve;
  });

  /** Resolves when the container is gone, and everything that it said was heard. */
  readonly ended = new Promise<IKernelEnd>(resolve => {
    this._setEnded = resolve;
  });

  execute(content: KernelMessage.IExecuteRequestMsg['content'], handler: IRequestHandler): void {
    this._send(this._conversation.ask(content, handler));
  }

  interrupt(): Promise<void> {
    return this._launch.signal('INT');
  }

  /** Let the container end, or end it; resolves when it is gone. */
  async remove(isAtOnce: boolean): Promise<void> {
    this._conversation.forget();
    this._process.stdin.end();
    const kill = () => this._launch.remove();
    if (isAtOnce) {
      await kill();
    }
    const timer = setTimeout(() => void kill(), LEAVE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  private _send(line: string): void {
    if (this._process.stdin.writable) {
      this._process.stdin.write(line);
    }
  }

  private _listen(): void {
    const { stdin, stdout, stderr } = this._process;
    // Its exit says why better than a broken pipe does.
    stdin.on('error', error => this._log.debug(`container: ${error.message}`));
    const lines = new LineReader(line => this._onLine(line));
    stdout.setEncoding('utf8').on('data', (text: string) => lines.add(text));
    const words = new LineReader(line => {
      this._log.debug(`container: ${line}`);
      this._said.push(line);
      this._said.splice(0, this._said.length - 5);
    });
    stderr.setEncoding('utf8').on('data', (text: string) => words.add(text));
    this._process.once('error', error => {
      if (this._process.pid === undefined) {
        this._setEnded({ code: 'engine-unavailable', message: error.message });
      }
    });
    this._process.once('close', code => this._onClose(code ?? 128));
  }

  private _onLine(line: string): void {
    if (this._isReady) {
      this._conversation.hear(line);
      return;
    }
    const answer = parseObject(line);
    if (answer?.kind === 'ready') {
      this._isReady = true;
      this._setReady();
    } else {
      this._said.push(answer?.kind === 'unsafe' ? String(answer.reason) : line);
    }
  }

  private _onClose(code: number): void {
    const said = this._said.join(' ').trim();
    const end = containerEnd(code, { program: 'python3', said });
    if (end) {
      this._setEnded(end);
    } else if (this._isReady) {
      const why =
        code === 137 ? ' It may have needed more memory than environment.memory allows.' : '';
      const message = `The process of the run died (status ${code}).${why}`;
      this._setEnded({ code: 'kernel-died', message });
    } else {
      const message = `Python did not start in the container: ${said || `status ${code}`}`;
      this._setEnded({ code: 'engine-unavailable', message });
    }
  }

  private readonly _process: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly _conversation = new Conversation();
  /** What it said that is no message, the last lines. */
  private readonly _said: string[] = [];
  private _isReady = false;
  declare private _setReady: () => void;
  declare private _setEnded: (end: IKernelEnd) => void;
}
