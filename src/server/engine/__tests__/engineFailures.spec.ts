import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { ScriptBench } from '../../../testing/executorContract';
import {
  describeWithJupyter,
  startJupyterServer,
  until,
  type ITestServer
} from '../../../testing/jupyterServer';
import { TcpGate } from '../../../testing/tcpGate';
import { createLog } from '../../log';
import { createKernelExecutor, type IOwnedExecutor } from '../kernelExecutor';
import type { IJupyterPlace } from '../place';

const log = createLog('silent');
const SCRIPT = { kind: 'python', path: 'run.py', kernel: null } as const;

describe('createKernelExecutor() without a working Jupyter server', () => {
  let bench: ScriptBench;
  const run = (places: () => Promise<IJupyterPlace>) =>
    bench.execute(createKernelExecutor({ places, log }), SCRIPT);
  const place = (baseUrl: string, token = 't'): IJupyterPlace => ({
    id: 'jupyter',
    baseUrl,
    token,
    rootFolder: '/'
  });

  beforeEach(async () => {
    bench = await ScriptBench.create();
    await writeFile(path.join(bench.folder, 'run.py'), 'print(1)');
  });

  afterEach(async () => {
    await bench.remove();
  });

  /** Answer each request by a rule; returns the address. */
  const serve = async (
    answer: (method: string, address: string) => { status: number; body: unknown }
  ) => {
    const server = createServer((request, response) => {
      const { status, body } = answer(request.method ?? '', request.url ?? '');
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
  };

  it('fails as unavailable when there is no place', async () => {
    const result = await run(() => Promise.reject(new Error('no Python')));
    expect(result).toMatchObject({ returnCode: -10, error: { code: 'engine-unavailable' } });
    expect(result.error?.message).toBe('no Python');
  });

  it('fails as unavailable when nobody answers', async () => {
    const result = await run(async () => place('http://127.0.0.1:9/'));
    expect(result.error).toMatchObject({ code: 'engine-unavailable' });
    expect(result.error?.message).toMatch(/does not answer/);
  });

  it('fails as unavailable when the credentials are wrong, without showing them', async () => {
    const server = await serve(() => ({ status: 403, body: { message: 'Forbidden' } }));
    const result = await run(async () => place(server.address, 'top-secret'));
    server.close();
    expect(result.error).toMatchObject({ code: 'engine-unavailable' });
    expect(result.error?.message).toMatch(/credentials/);
    expect(JSON.stringify([result, bench.entries])).not.toContain('top-secret');
  });

  it('waits for a kernel where there are as many as may be, until it is stopped', async () => {
    let asked = 0;
    const server = await serve(method => {
      asked += method === 'POST' ? 1 : 0;
      return { status: 403, body: { message: 'Resource Limit: maximum kernels reached' } };
    });
    const running = run(async () => place(server.address));
    await until('it tried again', () => asked >= 2);
    bench.abort.abort('stopped');
    expect((await running).error?.code).toBe('stopped');
    server.close();
    expect(bench.kernels).toEqual([]);
  });
});

describeWithJupyter('createKernelExecutor() when Jupyter goes away', python => {
  let server: ITestServer;
  let gate: TcpGate;
  let executor: IOwnedExecutor;
  let bench: ScriptBench;

  // The last test kills it.
  beforeAll(async () => {
    server = await startJupyterServer(python, '/');
  });

  afterAll(() => server.close());

  beforeEach(async () => {
    gate = await TcpGate.open(Number(new URL(server.baseUrl).port));
    const place = { ...server, baseUrl: gate.through(server.baseUrl) };
    executor = createKernelExecutor({ places: async () => place, log });
    bench = await ScriptBench.create();
  });

  afterEach(async () => {
    await executor.close();
    await gate.close();
    await bench.remove();
  });

  const run = async (...lines: string[]) => {
    await writeFile(path.join(bench.folder, 'run.py'), lines.join('\n'));
    return bench.execute(executor, SCRIPT);
  };

  it('misses nothing when only the connection breaks for a while', async () => {
    const running = run(
      'import os, time',
      'print("before", flush=True)',
      'while not os.path.exists("cut"):',
      '    time.sleep(0.02)',
      'for i in range(40):',
      '    print(i, flush=True)',
      'open("said", "w").close()'
    );
    await until('it runs', () => bench.text() === 'before\n');
    gate.isOpen = false;
    gate.cut();
    await writeFile(path.join(bench.folder, 'cut'), '');
    await until('it said everything', () => existsSync(path.join(bench.folder, 'said')));
    expect(bench.text()).toBe('before\n');
    gate.isOpen = true;
    expect(await running).toEqual({ returnCode: 0, error: null });
    const lines = Array.from({ length: 40 }, (_, i) => `${i}\n`);
    expect(bench.text()).toBe(['before\n', ...lines].join(''));
  });

  it('fails when the connection breaks in the middle of a message, which is lost', async () => {
    const running = run(
      'import time',
      'print("on", flush=True)',
      'for i in range(100):',
      '    time.sleep(0.1)',
      '    print("x" * 20_000, flush=True)'
    );
    await until('it runs', () => bench.text().startsWith('on\n'));
    gate.cutAfter(50_000);
    const { error } = await running;
    expect(error).toMatchObject({ code: 'engine-unavailable' });
    expect(error?.message).toMatch(/a part of what it said is lost/);
    await until('no kernel is left', async () => (await server.kernels()).length === 0);
  });

  it('fails when the answer is lost, and does not wait for it for ever', async () => {
    const running = run('import time', 'print("on", flush=True)', 'time.sleep(1)');
    await until('it runs', () => bench.text() === 'on\n');
    gate.swallow();
    await until('its kernel is idle', async () => (await stateOf(server)) === 'idle');
    await until('the answer is swallowed', () => gate.swallowedBytes > 0);
    gate.cut();
    const { error } = await running;
    expect(error).toMatchObject({ code: 'engine-unavailable' });
    expect(error?.message).toMatch(/a part of what it said is lost/);
    await until('no kernel is left', async () => (await server.kernels()).length === 0);
  });

  it('fails within seconds, and says so', async () => {
    const running = run('import time', 'print("on", flush=True)', 'time.sleep(1000)');
    await until('it runs', () => bench.text() === 'on\n');
    process.kill(server.pid, 'SIGKILL');
    const result = await running;
    expect(['engine-unavailable', 'kernel-died']).toContain(result.error?.code);
    expect(bench.kernels).toHaveLength(2);
  });
});

/** What the only kernel of a server does. */
async function stateOf({ baseUrl, token }: ITestServer): Promise<string | undefined> {
  const headers = { Authorization: `token ${token}` };
  const response = await fetch(`${baseUrl}api/kernels`, { headers });
  const [model] = (await response.json()) as { execution_state: string }[];
  return model?.execution_state;
}
