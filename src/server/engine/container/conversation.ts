import type { KernelMessage } from '@jupyterlab/services';
import { isJsonObject } from '../../../core/json';
import type { IRequestHandler } from '../kernelSession';
import { parseObject } from '../fork/lineReader';

/** What is said to and by a process of `fork_server.py` that executes requests: lines of JSON. */
export class Conversation {
  /**
   * Write a request.
   *
   * @param handler - hears what is said about it
   * @returns the line to send, with its end
   */
  ask(content: KernelMessage.IExecuteRequestMsg['content'], handler: IRequestHandler): string {
    const request = this._handlers.push(handler) - 1;
    return `${JSON.stringify({ request, content })}\n`;
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
      metadata: {},
      content
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
