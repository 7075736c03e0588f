import type { KernelMessage } from '@jupyterlab/services';
import { isJsonObject } from '../../core/json';
import type { JsonObject } from '../../core/json';
import type { OutputMessageType } from '../../core/run/journal';
import type { ILog } from '../log';
import type { KernelSession } from './kernelSession';
import { explainLoss } from './lossNotice';
import { asksToExit, isGoodExit, parseDate, readError, readReply } from './requestFailure';
import type { IRequestFailure, IScriptRequest } from './requestFailure';
import type { ScriptJournal } from './scriptJournal';

/** How a sequence ends: null when everything was executed, or the author ended it. */
export type SequenceEnd = IRequestFailure | null;

const OUTPUT_TYPES: readonly string[] = [
  'display_data',
  'update_display_data',
  'execute_result',
  'clear_output',
  'error'
] satisfies OutputMessageType[];

/** How long the last messages of a request may come after its reply when its end was lost. */
const LOST_IDLE_MS = 5000;

/** What is known of a request that was sent. */
interface IProgress {
  request: IScriptRequest;
  span: number | null;
  reply: KernelMessage.IExecuteReplyMsg | null;
  isIdle: boolean;
  executionCount: number | null;
  error: IRequestFailure | null;
}

/**
 * Sends the requests of a script to its kernel, writes into the journal what comes back, and stops at
 * the first that fails.
 */
export class RequestSequence {
  /**
   * @param isPipelined - send all requests at once; else each when the one before was answered
   */
  constructor(
    private readonly _requests: readonly IScriptRequest[],
    private readonly _options: {
      session: Pick<KernelSession, 'execute'>;
      journal: ScriptJournal;
      log: ILog;
      isPipelined: boolean;
    }
  ) {}

  /** The request that the kernel works on: the first that is not done. */
  get current(): IScriptRequest | null {
    return this._sent.find(progress => !isDone(progress))?.request ?? null;
  }

  /**
   * Send the requests.
   *
   * @returns how it ended; stays pending when the kernel does not answer any more
   */
  run(): Promise<SequenceEnd> {
    return new Promise((resolve, reject) => {
      this._resolve = end => {
        clearTimeout(this._lostIdle);
        this._isOver = true;
        resolve(end);
      };
      try {
        this._sendNext();
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Listen no more; `run` stays pending when it was. */
  dispose(): void {
    this._isOver = true;
    clearTimeout(this._lostIdle);
  }

  private _sendNext(): void {
    do {
      const request = this._requests[this._sent.length];
      if (!request) {
        break;
      }
      this._send(request);
    } while (this._options.isPipelined);
    if (this._requests.length === 0) {
      this._resolve(null);
    }
  }

  private _send(request: IScriptRequest): void {
    const progress: IProgress = {
      request,
      span: null,
      reply: null,
      isIdle: false,
      executionCount: null,
      error: null
    };
    this._sent.push(progress);
    const { role } = request;
    const isAuthor = role === 'author';
    this._options.session.execute(
      {
        code: request.code,
        // Pipelined requests are dropped only after an error of one that is not silent. Nothing follows the last of
        // ours, and what an author has run after each cell is not to run after it.
        silent: role === 'epilogue' || (role === 'prelude' && !this._options.isPipelined),
        store_history: isAuthor,
        allow_stdin: false,
        stop_on_error: !request.allowsError
      },
      {
        onOutput: message => this._onOutput(progress, message),
        onReply: message => this._onReply(progress, message),
        onInputRequest: () => this._onInputRequest(progress)
      }
    );
  }

  private _onOutput(progress: IProgress, message: KernelMessage.IIOPubMessage): void {
    if (this._isOver) {
      return;
    }
    this._heardAt = performance.now();
    const type = message.header.msg_type;
    const content: unknown = message.content;
    if (!isJsonObject(content)) {
      return;
    }
    if (type === 'status') {
      this._endBefore(progress);
      progress.isIdle = progress.isIdle || content.execution_state === 'idle';
      this._advance(message.header.date);
    } else if (type === 'execute_input') {
      this._endBefore(progress);
      const count = content.execution_count;
      progress.executionCount = typeof count === 'number' ? count : null;
      this._begin(progress, message.header.date);
    } else if (type === 'stream' || OUTPUT_TYPES.includes(type)) {
      this._write(progress, type, content);
    }
  }

  private _write(progress: IProgress, type: string, content: JsonObject): void {
    const { journal, log } = this._options;
    const { role } = progress.request;
    if (role === 'prelude') {
      log.debug(`before the first cell the kernel said: ${JSON.stringify(content).slice(0, 2000)}`);
      return;
    }
    if (role === 'epilogue' && type === 'execute_result') {
      // The value of our own code, which some kernels show although they are asked to be silent.
      return;
    }
    // What comes late, with our own last request, belongs to the last of the author's.
    const author = role === 'author' ? progress : this._sent.filter(isAuthors).pop();
    const cell = author?.request.cell?.index ?? null;
    if (author) {
      this._begin(author);
    }
    if (type === 'stream') {
      const text = typeof content.text === 'string' ? content.text : '';
      const name = content.name === 'stderr' ? 'stderr' : 'stdout';
      journal.text(name, explainLoss(name, text), cell);
      return;
    }
    if (type === 'error') {
      progress.error = readError(progress.request, content);
      if (isGoodExit(progress.error)) {
        return;
      }
    }
    journal.message(type as OutputMessageType, content, cell);
  }

  private _onReply(progress: IProgress, message: KernelMessage.IExecuteReplyMsg): void {
    if (this._isOver) {
      return;
    }
    this._heardAt = performance.now();
    progress.reply = message;
    this._advance(message.header.date);
    if (!this._isOver && !progress.isIdle) {
      this._awaitIdle(progress);
    }
  }

  private _onInputRequest(progress: IProgress): void {
    const value = 'the code asks for input, and nobody is there to give it';
    if (!this._isOver) {
      const { request } = progress;
      this._resolve({ request, name: 'StdinNotImplementedError', value, traceback: [] });
    }
  }

  /**
   * Once the kernel says that it works on a request, those before are over, also when the word of it got lost.
   * Replies say nothing of the kind: they take another way than outputs, and often a shorter one.
   */
  private _endBefore(progress: IProgress): void {
    for (let index = this._sent.indexOf(progress) - 1; index >= this._done; index -= 1) {
      this._sent[index].isIdle = true;
    }
  }

  /** A message that says that a request is over can get lost in a flood; then silence says it. */
  private _awaitIdle(progress: IProgress): void {
    clearTimeout(this._lostIdle);
    this._lostIdle = setTimeout(() => {
      if (progress.isIdle) {
        return;
      }
      if (performance.now() - this._heardAt < LOST_IDLE_MS) {
        this._awaitIdle(progress);
      } else {
        this._options.log.debug('the end of a request was not announced; going on without');
        this._endBefore(progress);
        progress.isIdle = true;
        this._advance();
      }
    }, LOST_IDLE_MS);
  }

  /** Conclude what is done, in order. */
  private _advance(date?: string): void {
    while (!this._isOver && this._done < this._sent.length && isDone(this._sent[this._done])) {
      const progress = this._sent[this._done];
      this._done += 1;
      const end = this._conclude(progress, date);
      if (end !== undefined) {
        this._resolve(end);
      } else if (this._done === this._requests.length) {
        this._resolve(null);
      } else if (!this._options.isPipelined) {
        this._sendNext();
      }
    }
  }

  /** @returns undefined to go on */
  private _conclude(progress: IProgress, date?: string): SequenceEnd | undefined {
    const { request } = progress;
    const failed = progress.reply
      ? readReply(request, progress.reply.content, progress.error)
      : null;
    const isEnd = failed !== null && isGoodExit(failed) && !request.allowsError;
    const isBad = failed !== null && !isEnd && !request.allowsError;
    if (progress.span !== null) {
      this._options.journal.end(progress.span, {
        isOk: !isBad,
        error: isBad ? { name: failed.name, message: failed.value } : undefined,
        executionCount: progress.executionCount,
        atMs: parseDate(date)
      });
    }
    if (request.role === 'epilogue') {
      return undefined;
    }
    return isBad ? failed : isEnd || asksToExit(progress.reply?.content ?? {}) ? null : undefined;
  }

  /** The span of a cell begins when the kernel says that it works on it, or with what it says first. */
  private _begin(progress: IProgress, date?: string): void {
    const { cell, role } = progress.request;
    if (role === 'author' && cell && progress.span === null) {
      const { name, index } = cell;
      progress.span = this._options.journal.begin({ name, cell: index, atMs: parseDate(date) });
    }
  }

  private _resolve: (end: SequenceEnd) => void = () => undefined;
  private readonly _sent: IProgress[] = [];
  private _done = 0;
  private _isOver = false;
  private _heardAt = 0;
  private _lostIdle: NodeJS.Timeout | undefined;
}

function isDone(progress: IProgress): boolean {
  return progress.isIdle && progress.reply !== null;
}

function isAuthors(progress: IProgress): boolean {
  return progress.request.role === 'author';
}
