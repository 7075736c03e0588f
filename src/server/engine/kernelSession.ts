import { randomUUID } from 'node:crypto';
import { KernelAPI, KernelConnection } from '@jupyterlab/services';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { JsonObject } from '../../core/json';
import type { ILog } from '../log';
import { createCommMessage } from './commMessage';
import { JupyterError } from './jupyterClient';
import type { JupyterClient } from './jupyterClient';
import { watchKernelProcess } from './kernelProcess';
import { UnansweredRequests } from './unansweredRequests';

/** Why a kernel can no longer be used. */
export interface IKernelEnd {
  code: 'kernel-died' | 'engine-unavailable' | 'command-not-found' | 'lost';
  message: string;
}

/** Gets what the kernel says about one request, in order. */
export interface IRequestHandler {
  /** Messages of the iopub channel, statuses among them. */
  onOutput(message: KernelMessage.IIOPubMessage): void;
  onReply(message: KernelMessage.IExecuteReplyMsg): void;
  /** The kernel asks for input although it was told that there is none. */
  onInputRequest(): void;
}

/** How a session begins to which `kernel_connection.py` sends all that a kernel says, however much it is. */
const OWN_SESSION_PREFIX = 'crosscompute-';

/** How often the state is looked at while there is no connection. */
const CHECK_MS = 500;
/** How long Jupyter may be away before a run gives up. */
const AWAY_MS = 5000;
/** How long a kernel may take from its process to its first answer; gateways start containers for it. */
const START_MS = 120_000;
/** What a dying kernel said may still be on its way. */
const LAST_WORDS_MS = 150;

/**
 * One kernel and our connection to it: sends requests, hands on what comes back, and notices when the
 * kernel or the way to it is gone.
 *
 * It listens to the raw messages in the order they arrive: the library's own routing would hand an
 * update of a display to the cell that showed it first, and not at all once that cell is done.
 */
export class KernelSession {
  /**
   * @param client - of the place where the kernel was started
   * @param id - of the kernel, which belongs to this session from now on
   * @param _delete - deletes the kernel, if it is not deleted by its id
   */
  constructor(
    private readonly _client: JupyterClient,
    readonly id: string,
    name: string,
    private readonly _log: ILog,
    private readonly _delete = () => _client.remove(id)
  ) {
    this._connection = new KernelConnection({
      model: { id, name },
      clientId: `${OWN_SESSION_PREFIX}${randomUUID()}`,
      serverSettings: _client.connectionSettings(() => this._endCut()),
      kernelAPIClient: this._libraryClient(),
      handleComms: false
    });
    this._connection.anyMessage.connect(this._onMessage, this);
    this._connection.statusChanged.connect(this._onStatus, this);
    this._connection.connectionStatusChanged.connect(this._onConnectionStatus, this);
    this._endWatch = watchKernelProcess(id, () => this._endSoon());
    this._checkUntilConnected(START_MS);
  }

  /** Id of the session, by which the kernel tells its requests from those of others. */
  get clientId(): string {
    return this._connection.clientId;
  }

  /** Resolves when the kernel answers for the first time; stays pending when it never does. */
  get ready(): Promise<unknown> {
    return this._connection.info.catch(() => {
      this._end('kernel-died', 'The kernel could not say what it is.');
    });
  }

  /** Resolves when the kernel has answered a question; stays pending when it never does. */
  async ask(): Promise<void> {
    await this._connection.requestKernelInfo().catch(() => new Promise(() => undefined));
  }

  /** Tell whether the kernel answers within a time, in milliseconds. */
  async answers(limitMs: number): Promise<boolean> {
    if (this._isOver) {
      return false;
    }
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<boolean>(resolve => {
      timer = setTimeout(() => resolve(false), limitMs);
    });
    const answer = this._connection.requestKernelInfo().then(
      () => true,
      () => false
    );
    const isAnswered = await Promise.race([answer, silence]);
    clearTimeout(timer);
    return isAnswered && !this._isOver;
  }

  /** Resolves when the kernel can no longer be used for any reason but `dispose`. */
  get ended(): Promise<IKernelEnd> {
    return this._ended;
  }

  /**
   * Send an execute request; does nothing once the kernel is gone.
   */
  execute(content: KernelMessage.IExecuteRequestMsg['content'], handler: IRequestHandler): void {
    if (this._isOver) {
      return;
    }
    const future = this._connection.requestExecute(content, true);
    this._handlers.set(future.msg.header.msg_id, handler);
    this._unanswered.add(future.msg.header.msg_id);
    // Ours is the handler; a request that is dropped when the connection ends is no error.
    future.done.catch(() => undefined);
  }

  /**
   * Open a comm, or send a message through it.
   *
   * @param content - with the id of the comm, which the caller chooses
   * @param buffers - what travels beside the data as it is
   * @returns when the kernel has dealt with it; pending when it never does, see `ended`
   */
  sendComm(
    type: 'comm_open' | 'comm_msg',
    content: { comm_id: string; target_name?: string; data: JsonObject },
    buffers: readonly Uint8Array[] = []
  ): Promise<void> {
    return new Promise(resolve => {
      if (this._isOver) {
        return;
      }
      const message = createCommMessage(this._connection, { type, content, buffers });
      const { msg_id: id } = message.header;
      this._unanswered.add(id);
      this._handlers.set(id, {
        onOutput: ({ header, content: said }) => {
          if (
            header.msg_type === 'status' &&
            'execution_state' in said &&
            said.execution_state === 'idle'
          ) {
            this._handlers.delete(id);
            this._unanswered.delete(id);
            resolve();
          }
        },
        onReply: () => undefined,
        onInputRequest: () => undefined
      });
      this._connection.sendShellMessage(message, false, true).done.catch(() => undefined);
    });
  }

  /** Interrupt what the kernel does. @throws {JupyterError} */
  interrupt(): Promise<void> {
    return this._client.interrupt(this.id);
  }

  /**
   * Close the connection and delete the kernel; resolves when it is gone, and never rejects: what went
   * wrong is logged.
   */
  async remove(): Promise<void> {
    this.dispose();
    try {
      await this._delete();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this._log.warn(`the kernel ${this.id} could not be deleted: ${message}`);
    }
  }

  /** Hear no more of the kernel, which goes on; else the library would reconnect to a restarted one. */
  dispose(): void {
    if (this._isOver) {
      return;
    }
    this._isOver = true;
    this._endWatch();
    clearTimeout(this._checkTimer);
    clearTimeout(this._endTimer);
    this._handlers.clear();
    this._unanswered.dispose();
    this._connection.dispose();
  }

  /**
   * When a connection breaks and Jupyter does not answer, the library would wait up to 30 seconds and
   * keep the process alive for it. It waits for us instead: `_checkUntilConnected` goes on.
   */
  private _libraryClient(): Kernel.IKernelAPIClient {
    const client = new KernelAPI.KernelAPIClient({ serverSettings: this._client.settings });
    client.getModel = async id => {
      try {
        return await KernelAPI.getKernelModel(id, this._client.settings);
      } catch {
        this._isStuck = true;
        return new Promise(() => undefined);
      }
    };
    return client;
  }

  private _reconnect(): void {
    this._isStuck = false;
    this._connection
      .reconnect()
      .catch(error => this._log.debug(`kernel ${this.id}: ${String(error)}`));
  }

  private _onMessage(
    _: Kernel.IKernelConnection,
    { msg, direction }: Kernel.IAnyMessageArgs
  ): void {
    if (direction !== 'recv') {
      return;
    }
    this._unanswered.hear();
    const content: object = msg.content;
    if (msg.header.msg_type === 'status' && 'execution_state' in content) {
      const state = content.execution_state;
      if (state === 'restarting' || state === 'dead') {
        this._endSoon();
        return;
      }
    }
    const parent = 'msg_id' in msg.parent_header ? msg.parent_header.msg_id : undefined;
    const handler = typeof parent === 'string' ? this._handlers.get(parent) : undefined;
    if (!handler) {
      return;
    }
    if (msg.channel === 'iopub') {
      handler.onOutput(msg as KernelMessage.IIOPubMessage);
    } else if (msg.header.msg_type === 'execute_reply') {
      this._unanswered.delete(String(parent));
      handler.onReply(msg as KernelMessage.IExecuteReplyMsg);
    } else if (msg.header.msg_type === 'input_request') {
      handler.onInputRequest();
    }
  }

  private _onStatus(_: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (status === 'dead' || status === 'autorestarting' || status === 'restarting') {
      this._endSoon();
    }
  }

  private _onConnectionStatus(
    connection: Kernel.IKernelConnection,
    status: Kernel.ConnectionStatus
  ): void {
    this._log.debug(`kernel ${this.id}: ${status}`);
    if (status === 'connected') {
      this._unanswered.check();
    } else if (!connection.isDisposed) {
      this._checkUntilConnected(AWAY_MS * 4);
    }
  }

  /**
   * While there is no connection, ask Jupyter how the kernel is: the library alone would go on trying
   * for minutes.
   *
   * @param limitMs - after this long without a connection the kernel counts as lost
   */
  private _checkUntilConnected(limitMs: number): void {
    if (this._isChecking || this._isOver) {
      return;
    }
    this._isChecking = true;
    const begin = performance.now();
    let answered = begin;
    const check = async () => {
      if (this._isOver || this._connection.connectionStatus === 'connected') {
        this._isChecking = false;
        return;
      }
      try {
        const state = await this._client.state(this.id);
        answered = performance.now();
        if (state === null || state === 'dead') {
          this._endSoon();
        } else if (answered - begin > limitMs) {
          const seconds = limitMs / 1000;
          this._end('kernel-died', `The kernel did not answer within ${seconds} seconds.`);
        } else if (this._isStuck) {
          this._reconnect();
        }
      } catch (error) {
        if (!(error instanceof JupyterError)) {
          throw error;
        }
        if (error.code === 'refused' || performance.now() - answered > AWAY_MS) {
          this._end('engine-unavailable', `The connection to the kernel is lost: ${error.message}`);
        }
      }
      this._checkTimer = setTimeout(next, CHECK_MS);
    };
    const next = () => {
      check().catch(error => this._end('engine-unavailable', String(error)));
    };
    this._checkTimer = setTimeout(next, CHECK_MS);
  }

  /** The kernel is dead; messages that it sent before are still handed on. */
  private _endSoon(): void {
    if (this._isOver || this._endTimer) {
      return;
    }
    this._endTimer = setTimeout(() => {
      const hint = 'If it needed much memory, the system may have ended it.';
      this._end('kernel-died', `The kernel died. ${hint}`);
    }, LAST_WORDS_MS);
  }

  private _endCut(): void {
    const message =
      'The connection to the kernel broke, and a part of what it said is lost; run it again.';
    this._end('engine-unavailable', message);
  }

  private _end(code: IKernelEnd['code'], message: string): void {
    if (!this._isOver) {
      this.dispose();
      this._resolveEnded({ code, message });
    }
  }

  private readonly _connection: KernelConnection;
  private readonly _handlers = new Map<string, IRequestHandler>();
  private readonly _unanswered = new UnansweredRequests({
    ask: () => this._connection.requestKernelInfo(),
    state: () => this._client.state(this.id),
    onLost: () => this._endCut(),
    onError: error => this._log.debug(`kernel ${this.id}: ${String(error)}`)
  });
  private readonly _endWatch: () => void;
  private _resolveEnded: (end: IKernelEnd) => void = () => undefined;
  private readonly _ended = new Promise<IKernelEnd>(resolve => {
    this._resolveEnded = resolve;
  });
  private _isOver = false;
  private _isChecking = false;
  private _isStuck = false;
  private _checkTimer: NodeJS.Timeout | undefined;
  private _endTimer: NodeJS.Timeout | undefined;
}
