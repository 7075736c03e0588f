import { randomBytes } from 'node:crypto';
import type { KernelMessage } from '@jupyterlab/services';
import type { JsonObject } from '../../../core/json';
import type { KernelSession } from '../kernelSession';
import { readReply } from '../requestFailure';
import type { IScriptRequest } from '../requestFailure';

/** How long an answer may take after the kernel said that it is idle: some pass on what is printed by another way. */
const LATE_ANSWER_MS = 5_000;

/** A request of ours that did not do what it should. */
export class KernelCallError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KernelCallError';
  }
}

/** What a request of ours brought back. */
export interface IKernelAnswer {
  /** All that was written to standard output. */
  text: string;
  /** Buffers of messages from comms, in order. */
  buffers: Uint8Array[];
}

/** Requests of ours to a kernel that the author's code does not see. */
export class KernelCalls {
  constructor(private readonly _session: Pick<KernelSession, 'ended' | 'execute' | 'sendComm'>) {}

  /**
   * Run code.
   *
   * @param isWhole - tells whether all is there that will be printed; after a few seconds it is not waited for
   * @throws {KernelCallError} when it fails or the kernel is gone
   */
  async run(code: string, isWhole: (text: string) => boolean = () => true): Promise<IKernelAnswer> {
    const answer: IKernelAnswer = { text: '', buffers: [] };
    let late: NodeJS.Timeout | undefined;
    const done = new Promise<Error | null>(resolve => {
      let isIdle = false;
      let failure: Error | null | undefined;
      const finish = () => {
        if (!isIdle || failure === undefined) {
          return;
        }
        if (failure || isWhole(answer.text)) {
          resolve(failure);
        } else {
          late ??= setTimeout(() => resolve(null), LATE_ANSWER_MS);
        }
      };
      this._session.execute(
        // Some kernels print nothing for silent requests.
        { code, silent: false, store_history: false, allow_stdin: false, stop_on_error: true },
        {
          onOutput: message => {
            isIdle = take(answer, message) || isIdle;
            finish();
          },
          onReply: ({ content }) => {
            failure = failureOf(code, content);
            finish();
          },
          onInputRequest: () => undefined
        }
      );
    });
    const failure = await this._orEnd(done).finally(() => clearTimeout(late));
    if (failure) {
      throw failure;
    }
    return answer;
  }

  /** Run code that answers between marks. @throws {KernelCallError} also when there is no answer */
  async ask(code: (mark: string) => string): Promise<Buffer> {
    const mark = `CC${randomBytes(12).toString('hex')}`;
    const { text } = await this.run(code(mark), said => said.split(mark).length > 2);
    const [, answer, ...rest] = text.split(mark);
    if (answer === undefined || !rest.length) {
      throw new KernelCallError('The kernel gave no answer that could be understood.');
    }
    return Buffer.from(answer.replace(/\s/g, ''), 'base64');
  }

  /** Open a comm, or send a message through it. @throws {KernelCallError} when the kernel is gone */
  async sendComm(
    type: 'comm_open' | 'comm_msg',
    content: { comm_id: string; target_name?: string; data: JsonObject },
    buffers: readonly Uint8Array[] = []
  ): Promise<void> {
    await this._orEnd(this._session.sendComm(type, content, buffers));
  }

  private _orEnd<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([
      promise,
      this._session.ended.then(({ message }) => {
        throw new KernelCallError(message);
      })
    ]);
  }
}

/** @returns true when the request is over */
function take(answer: IKernelAnswer, message: KernelMessage.IIOPubMessage): boolean {
  const content: object = message.content;
  const type = message.header.msg_type;
  if (type === 'stream' && 'text' in content && 'name' in content) {
    answer.text += content.name === 'stdout' ? String(content.text) : '';
  } else if (type === 'comm_msg') {
    for (const buffer of message.buffers ?? []) {
      answer.buffers.push(
        ArrayBuffer.isView(buffer)
          ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
          : new Uint8Array(buffer)
      );
    }
  }
  return type === 'status' && 'execution_state' in content && content.execution_state === 'idle';
}

function failureOf(code: string, content: object): Error | null {
  const request: IScriptRequest = { code, role: 'prelude', cell: null, allowsError: false };
  const failed = readReply(request, content, null);
  if (!failed) {
    return null;
  }
  const reason = [failed.name, failed.value].filter(part => part).join(': ');
  return new KernelCallError(`The kernel could not do what files need: ${reason}`);
}
