import type { KernelMessage } from '@jupyterlab/services';
import { isJsonObject } from '../../../core/json';
import type { JsonObject } from '../../../core/json';
import type { IRequestHandler } from '../kernelSession';
import { parseObject } from './lineReader';

/** A message of a comm, and what becomes of it. */
export interface ICommRequest {
  /** The line to send, with its end. */
  line: string;
  /** Resolves when the process has dealt with it; pending when it never does. */
  done: Promise<void>;
}

/** What is said to and by a process of `fork_server.py` that executes requests: lines of JSON. */
export class Conversation {
  /** @param definitions - code that the process has compiled already; none when left out */
  constructor(private readonly _definitions: readonly string[] = []) {}

  /**
   * Write a request.
   *
   * @param handler - hears what is said about it
   * @returns the line to send, with its end
   */
  ask(content: KernelMessage.IExecuteRequestMsg['content'], handler: IRequestHandler): string {
    const request = this._handlers.push(handler) - 1;
    const defines = this._definitions.findIndex(code => content.code.startsWith(code));
    const code = content.code.slice(this._definitions[defines]?.length ?? 0);
    const message = { request, content: { ...content, code } };
    return `${JSON.stringify(defines === -1 ? message : { ...message, defines })}\n`;
  }

  /**
   * Write a message that opens a comm, or goes through it.
   *
   * @param buffers - what travels beside the data; in base64 on its way
   */
  askComm(type: string, content: JsonObject, buffers: readonly Uint8Array[]): ICommRequest {
    let resolve: () => void = () => undefined;
    const done = new Promise<void>(settle => (resolve = settle));
    const handler: IRequestHandler = {
      onOutput: ({ header, content: said }) => {
        if (header.msg_type === 'status' && 'execution_state' in said) {
          resolve();
        }
      },
      onReply: () => undefined,
      onInputRequest: () => undefined
    };
    const request = this._handlers.push(handler) - 1;
    const encoded = buffers.map(buffer => Buffer.from(buffer).toString('base64'));
    return { line: `${JSON.stringify({ request, type, content, buffers: encoded })}\n`, done };
  }

  /** Hand on what a line says. */
  hear(line: string): void {
    const said = parseObject(line);
    const content: unknown = said?.content;
    const handler = typeof said?.request === 'number' ? this._handlers[said.request] : undefined;
    if (!handler || typeof said?.type !== 'string' || !isJsonObject(content)) {
      // Whoever listens is gone, or something else found the way here.
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

  /** Tell nobody any more. */
  forget(): void {
    this._handlers = [];
  }

  private _handlers: IRequestHandler[] = [];
}

/** Buffers of a comm's message, which travel in base64. */
function readBuffers(buffers: unknown): DataView[] {
  const texts: unknown[] = Array.isArray(buffers) ? buffers : [];
  return texts.map(text => {
    const { buffer, byteOffset, byteLength } = Buffer.from(String(text), 'base64');
    return new DataView(buffer, byteOffset, byteLength);
  });
}
