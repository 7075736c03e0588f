import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { KernelMessage } from '@jupyterlab/services';
import { isJsonObject } from '../../../core/json';
import type { JsonObject } from '../../../core/json';
import type { ILog } from '../../log';
import type { IKernelEnd, IRequestHandler } from '../kernelSession';
import type { IScriptSession } from '../scriptExecution';
import type { ForkListener } from './forkListener';
import type { ForkServer, IForkEnd } from './forkServer';
import { parseObject } from './lineReader';

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
      onLine: line => session._onLine(line),
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
    const request = this._handlers.push(handler) - 1;
    this._send(`${JSON.stringify({ request, content })}\n`);
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
    return new Promise(resolve => {
      const request =
        this._handlers.push({
          onOutput: ({ header, content: said }) => {
            if (header.msg_type === 'status' && 'execution_state' in said) {
              resolve();
            }
          },
          onReply: () => undefined,
          onInputRequest: () => undefined
        }) - 1;
      const encoded = buffers.map(buffer => Buffer.from(buffer).toString('base64'));
      this._send(`${JSON.stringify({ request, type, content, buffers: encoded })}\n`);
    });
  }

  async interrupt(): Promise<void> {
    this._server.signal(this._id, constants.signals.SIGINT);
  }

  /** Let the fork end, or end it; resolves when it and all in its process group are gone. */
  async remove(isAtOnce: boolean): Promise<void> {
    this._handlers = [];
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

  private _onLine(line: string): void {
    const said = parseObject(line);
    const content = said?.content;
    const handler = typeof said?.request === 'number' ? this._handlers[said.request] : undefined;
    if (!handler || typeof said?.type !== 'string' || !isJsonObject(content)) {
      // Whoever listens is gone, or something else found the socket.
      return;
    }
    const message = {
      channel: 'iopub',
      header: {
        msg_id: '',
        msg_type: said.type,
        session: '',
        username: '',
        version: '5.3',
        date: typeof said.date === 'string' ? said.date : ''
      },
      parent_header: {},
      metadata: isJsonObject(said.metadata) ? said.metadata : {},
      content,
      buffers: readBuffers(said.buffers)
    } as unknown as KernelMessage.IIOPubMessage & KernelMessage.IExecuteReplyMsg;
    if (said.type === 'execute_reply') {
      handler.onReply(message);
    } else {
      handler.onOutput(message);
    }
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
  private _handlers: IRequestHandler[] = [];
  private readonly _waiting: string[] = [];
  private _socket: Socket | null = null;
  private _isClosed = false;
  private _end: IForkEnd | null = null;
  declare private _setReady: () => void;
  declare private _setEnded: (end: IKernelEnd) => void;
}

/** Buffers of a comm's message, which travel in base64. */
function readBuffers(buffers: unknown): DataView[] {
  const texts: unknown[] = Array.isArray(buffers) ? buffers : [];
  return texts.map(text => {
    const { buffer, byteOffset, byteLength } = Buffer.from(String(text), 'base64');
    return new DataView(buffer, byteOffset, byteLength);
  });
}
