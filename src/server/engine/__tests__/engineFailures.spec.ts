import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, createServer as createGate } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import * as path from 'node:path';
import { ScriptBench } from '../../../testing/executorContract';
import { describeWithJupyter, startJupyterServer, until } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { createKernelExecutor } from '../kernelExecutor';
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
  it('misses nothing when only the connection breaks for a while', async () => {
    const server = await startJupyterServer(python, '/');
    const sockets = new Set<Socket>();
    let isOpen = true;
    const gate = createGate(near => {
      const far = connect(Number(new URL(server.baseUrl).port), '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near]
      ]) {
        sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
      if (!isOpen) {
        near.destroy();
      }
    });
    await new Promise<void>(resolve => gate.listen(0, '127.0.0.1', resolve));
    const { port } = gate.address() as AddressInfo;
    const place = { ...server, baseUrl: `http://127.0.0.1:${port}/` };
    const executor = createKernelExecutor({ places: async () => place, log });
    const bench = await ScriptBench.create();
    await writeFile(
      path.join(bench.folder, 'run.py'),
      'import time\nfor i in range(40):\n    print(i, flush=True)\n    time.sleep(0.1)'
    );
    const running = bench.execute(executor, SCRIPT);
    await until('it runs', () => bench.text().startsWith('0\n1\n'));
    isOpen = false;
    sockets.forEach(socket => socket.destroy());
    const known = bench.text();
    await new Promise(resolve => setTimeout(resolve, 1500));
    expect(bench.text()).toBe(known);
    isOpen = true;
    expect(await running).toEqual({ returnCode: 0, error: null });
    expect(bench.text()).toBe(Array.from({ length: 40 }, (_, i) => `${i}\n`).join(''));
    await executor.close();
    sockets.forEach(socket => socket.destroy());
    await new Promise(resolve => gate.close(resolve));
    await server.close();
    await bench.remove();
  });

  it('fails within seconds, and says so', async () => {
    const server = await startJupyterServer(python, '/');
    const executor = createKernelExecutor({ places: async () => server, log });
    const bench = await ScriptBench.create();
    await writeFile(
      path.join(bench.folder, 'run.py'),
      'import time\nprint("on", flush=True)\ntime.sleep(1000)'
    );
    const running = bench.execute(executor, SCRIPT);
    await until('it runs', () => bench.text() === 'on\n');
    process.kill(server.pid, 'SIGKILL');
    const result = await running;
    expect(['engine-unavailable', 'kernel-died']).toContain(result.error?.code);
    expect(bench.kernels).toHaveLength(2);
    await executor.close();
    await server.close();
    await bench.remove();
  });
});
