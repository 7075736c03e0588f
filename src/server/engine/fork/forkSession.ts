import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { KernelMessage } from '@jupyterlab/services';
import type { JsonObject } from '../../../core/json';
import { PYTHON_DEFINITIONS } from '../../../core/run/languages/python';
import type { ILog } from '../../log';
import type { IKernelEnd, IRequestHandler } from '../kernelSession';
import type { IScriptSession } from '../scriptExecution';
import { Conversation } from './conversation';
import type { ForkListener } from './forkListener';
import type { ForkServer, IForkEnd } from './forkServer';

/** A fork that has nothing more to do has this long to end by itself. */
const LEAVE_MS = 1000;

/**
 * One fork and our connection to it. To the scripts that run in it, and to what reads its messages, it is a kernel.
 */
export class ForkSession implements IScriptSession {
  private constructor(
    private readonly _server: ForkServer,
    private readonly _log: ILog
  ) {}

  /** Fork a process for a run. */
  static async start(server: ForkServer, listener: ForkListener, log: ILog): Promise<ForkSession> {
    const address = await listener.open();
    const session = new ForkSession(server, log);
    const forget = listener.expect(session._id, {
      onOpen: socket => session._onOpen(socket),
      onLine: line => session._conversation.hear(line),
      onClose: () => session._onClose()
    });
    server.fork(session._id, address, end => {
      forget();
      session._onEnd(end);
    });
    return session;
  }

  /** Resolves when the fork is connected; stays pending when that never happens. */
  readonly ready = new Promise<void>(resolve => {
    this._setReady = resolve;
  });

  /** Resolves when the fork is gone, and everything that it said was heard. */
  readonly ended = new Promise<IKernelEnd>(resolve => {
    this._setEnded = resolve;
  });

  execute(content: KernelMessage.IExecuteRequestMsg['content'], handler: IRequestHandler): void {
    this._send(this._conversation.ask(content, handler));
  }

  /**
   * Open a comm, or send a message through it.
   *
   * @param content - with the id of the comm, which the caller chooses
   * @param buffers - what travels beside the data as it is
   * @returns when the fork has dealt with it; pending when it never does, see `ended`
   */
  sendComm(
    type: 'comm_open' | 'comm_msg' | 'comm_close',
    content: { comm_id: string; target_name?: string; data: JsonObject },
    buffers: readonly Uint8Array[] = []
  ): Promise<void> {
    const { line, done } = this._conversation.askComm(type, content, buffers);
    this._send(line);
    return done;
  }

  async interrupt(): Promise<void> {
    this._server.signal(this._id, constants.signals.SIGINT);
  }

  /** Let the fork end, or end it; resolves when it and all in its process group are gone. */
  async remove(isAtOnce: boolean): Promise<void> {
    this._conversation.forget();
    const kill = () => this._server.signal(this._id, constants.signals.SIGKILL);
    if (isAtOnce || !this._socket) {
      kill();
    }
    this._socket?.end();
    const timer = setTimeout(kill, LEAVE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  private _send(line: string): void {
    if (this._socket) {
      this._socket.write(line);
    } else {
      this._waiting.push(line);
    }
  }

  private _onOpen(socket: Socket): void {
    this._socket = socket;
    this._waiting.splice(0).forEach(line => socket.write(line));
    this._setReady();
  }

  private _onClose(): void {
    this._isClosed = true;
    this._conclude();
  }

  private _onEnd(end: IForkEnd): void {
    this._end = end;
    this._conclude();
  }

  /** Its last words may arrive after the news of its end. */
  private _conclude(): void {
    const end = this._end;
    if (!end || (this._socket && !this._isClosed)) {
      return;
    }
    const hint = 'If it needed much memory, the system may have ended it.';
    this._log.debug(`a fork ended: ${end.problem ?? `status ${end.status}`}`);
    this._setEnded({
      code: 'kernel-died',
      message: `The process of the run died${end.problem ? ` (${end.problem})` : ''}. ${hint}`
    });
  }

  private readonly _id = randomUUID();
  private readonly _conversation = new Conversation(PYTHON_DEFINITIONS);
  private readonly _waiting: string[] = [];
  private _socket: Socket | null = null;
  private _isClosed = false;
  private _end: IForkEnd | null = null;
  declare private _setReady: () => void;
  declare private _setEnded: (end: IKernelEnd) => void;
}
