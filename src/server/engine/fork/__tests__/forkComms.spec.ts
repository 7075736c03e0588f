import * as path from 'node:path';
import type { JsonObject } from '../../../../core/json';
import {
  PROJECT_FOLDER,
  describeWithJupyter,
  startJupyterServer
} from '../../../../testing/jupyterServer';
import { createLog } from '../../../log';
import { normalize } from '../../__tests__/corpus/normalized';
import { JupyterClient } from '../../jupyterClient';
import { KernelSession } from '../../kernelSession';
import type { IScriptSession } from '../../scriptExecution';
import { ForkListener } from '../forkListener';
import { ForkServer } from '../forkServer';
import { ForkSession } from '../forkSession';

const log = createLog('silent');

/** What speaks through comms: a kernel, or a fork. */
type Session = IScriptSession & Pick<KernelSession, 'sendComm'>;

describeWithJupyter('Comms of a fork', python => {
  it('say and hear what those of a kernel do', async () => {
    const inKernel = await talkToKernel(python);
    const inFork = await talkToFork(python);
    expect(inFork).toEqual(inKernel);
    expect(inKernel).toContainEqual({
      type: 'comm_open',
      content: {
        comm_id: 'ours',
        target_name: 'mine',
        target_module: null,
        data: { state: { n: 1 } }
      },
      metadata: { version: '2' },
      buffers: ['00ff']
    });
    expect(inKernel).toContainEqual(
      expect.objectContaining({
        type: 'stream',
        content: { name: 'stdout', text: "['opened', {'a': 1}, b'\\x01\\x02', {'b': 'ü'}]\n" }
      })
    );
  });
});

async function talkToKernel(python: string): Promise<unknown[]> {
  const server = await startJupyterServer(python, '/');
  const client = new JupyterClient(server, log);
  const id = await client.start('python3', '');
  const session = new KernelSession(client, id, 'python3', log);
  await session.ready;
  const said = await talk(session);
  await session.remove();
  await server.close();
  return said;
}

async function talkToFork(python: string): Promise<unknown[]> {
  const listener = new ForkListener();
  const server = new ForkServer({
    python,
    script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
    modules: [],
    environment: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' },
    log
  });
  await server.ready;
  const session = await ForkSession.start(server, listener, log);
  const said = await talk(session);
  await session.remove(false);
  await server.close();
  await listener.close();
  return said;
}

/** Let code open a comm, and answer one that we open. */
async function talk(session: Session): Promise<unknown[]> {
  const said: unknown[] = [];
  said.push(
    ...(await execute(
      session,
      `import comm
heard = []
def take(opened, message):
    heard.extend(["opened", message["content"]["data"]])
    @opened.on_msg
    def hear(message):
        heard.extend([bytes(message["buffers"][0]), message["content"]["data"]])
comm.get_comm_manager().register_target("theirs", take)
ours = comm.create_comm("mine", {"state": {"n": 1}}, {"version": "2"}, [b"\\x00\\xff"], comm_id="ours")
ours.send({"n": float("nan")})
ours.on_msg(lambda message: heard.append("unexpected"))`
    ))
  );
  await session.sendComm('comm_open', { comm_id: 'far', target_name: 'theirs', data: { a: 1 } });
  const bytes = Uint8Array.from([1, 2]);
  await session.sendComm('comm_msg', { comm_id: 'far', data: { b: 'ü' } }, [bytes]);
  said.push(...(await execute(session, 'print(heard, flush=True)\nours.close({"why": "done"})')));
  return said;
}

/** Execute code; resolves with all that it said, but for states. */
async function execute(session: Session, code: string): Promise<unknown[]> {
  const said: unknown[] = [];
  await new Promise<void>(resolve => {
    session.execute(
      { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: true },
      {
        onOutput: ({ header, content, metadata, buffers }) => {
          const type = header.msg_type;
          if (type === 'status') {
            if ('execution_state' in content && content.execution_state === 'idle') {
              resolve();
            }
          } else if (type !== 'execute_input') {
            said.push({ type, content: content as JsonObject, metadata, buffers: hex(buffers) });
          }
        },
        onReply: () => undefined,
        onInputRequest: () => undefined
      }
    );
  });
  return normalize(said, '/nowhere') as unknown[];
}

function hex(buffers: readonly (ArrayBuffer | ArrayBufferView)[] = []): string[] {
  return buffers.map(buffer =>
    ArrayBuffer.isView(buffer)
      ? Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString('hex')
      : Buffer.from(buffer).toString('hex')
  );
}
