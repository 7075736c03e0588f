import { KernelMessage } from '@jupyterlab/services';
import type { KernelSession } from '../../kernelSession';
import { KernelCalls } from '../kernelCalls';

type Handler = Parameters<KernelSession['execute']>[1];

const PARENT = { session: 'one', username: '', channel: 'iopub' } as const;

function stream(text: string): KernelMessage.IIOPubMessage {
  const content = { name: 'stdout', text } as const;
  return KernelMessage.createMessage({ ...PARENT, msgType: 'stream', content });
}

/** A kernel that says what a test lets it say. */
class ScriptedSession {
  readonly ended = new Promise<never>(() => undefined);
  sendComm = () => Promise.resolve();

  execute({ code }: { code: string }, handler: Handler): void {
    this.asked.push({ code, handler });
  }

  answer(): void {
    const { handler } = this.asked[0];
    const ok = { status: 'ok', execution_count: 0 } as const;
    const content = { ...ok, payload: [], user_expressions: {} };
    handler.onReply(
      KernelMessage.createMessage<KernelMessage.IExecuteReplyMsg>({
        ...{ session: 'one', username: '', channel: 'shell', msgType: 'execute_reply', content },
        parentHeader: KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
          ...{ session: 'one', username: '', channel: 'shell', msgType: 'execute_request' },
          content: { code: '' }
        }).header
      })
    );
    handler.onOutput(
      KernelMessage.createMessage({
        ...PARENT,
        msgType: 'status',
        content: { execution_state: 'idle' }
      })
    );
  }

  readonly asked: { code: string; handler: Handler }[] = [];
}

it('waits for an answer that the kernel prints after it is idle, in pieces', async () => {
  const session = new ScriptedSession();
  const answer = new KernelCalls(session).ask(mark => mark);
  const [{ code: mark, handler }] = session.asked;
  session.answer();
  handler.onOutput(stream(`${mark}aGVs`));
  handler.onOutput(stream(`bG8=${mark}`));
  expect((await answer).toString()).toBe('hello');
});

it('gives up an answer that never comes', async () => {
  jest.useFakeTimers();
  try {
    const session = new ScriptedSession();
    const answer = new KernelCalls(session).ask(mark => mark);
    session.answer();
    jest.advanceTimersByTime(60_000);
    await expect(answer).rejects.toThrow('no answer that could be understood');
  } finally {
    jest.useRealTimers();
  }
});
