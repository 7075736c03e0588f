import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { findTestPython, until } from '../../../../testing/jupyterServer';
import { endKernelsOf } from '../../kernelProcess';
import { openWall } from '../containerWall';

const RELAY = path.resolve('jupyterlab_crosscompute/container_relay.py');
/** Names in their environment the processes that are started here. */
const MARK = path.join(tmpdir(), `crosscompute-test-relay-${process.pid}`);
const USER = { uid: 1000, gid: 1000, isRootless: true };

/** The relay as in a container, on this host. */
describe('openWall() and container_relay.py', () => {
  /** Run a program of Python behind the relay until its end. */
  const run = async (folder: string, ports: readonly number[], words: readonly string[]) => {
    const python = findTestPython() ?? 'python3';
    const child = spawn(python, ['-I', '-S', RELAY, folder, ...ports.map(String), '--', ...words], {
      env: { ...process.env, CROSSCOMPUTE_TEST_RELAY: `${MARK}/` }
    });
    let said = '';
    child.stdout.on('data', text => (said += String(text)));
    child.stderr.on('data', text => (said += String(text)));
    const [code] = (await once(child, 'close')) as [number];
    return { code, said };
  };

  // In a container a relay ends with the first process; here nobody else ends it.
  afterAll(() => endKernelsOf(MARK));

  const freePort = async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise(resolve => server.close(resolve));
    return port;
  };

  it('lets a program reach what is listed, through the variables that it has anyway', async () => {
    const origin = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(origin, 'listening');
    const { port } = origin.address() as AddressInfo;
    const told: string[] = [];
    const wall = await openWall({
      ...{ apis: [`localhost:${port}`], ports: [], user: USER },
      warn: text => told.push(text)
    });
    expect((await stat(wall.folder)).mode & 0o777).toBe(0o700);
    const code = [
      'import os, urllib.request, urllib.error',
      'print(os.environ["no_proxy"], os.environ["HTTPS_PROXY"] == os.environ["http_proxy"])',
      'os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""',
      `print(urllib.request.urlopen("http://localhost:${port}/").read().decode())`,
      'try: urllib.request.urlopen("https://other.example/")',
      'except urllib.error.URLError as error: print(error)',
      'raise SystemExit(7)'
    ].join('\n');
    const { code: status, said } = await run(wall.folder, [], ['python3', '-c', code]);
    expect(said.split('\n')).toEqual([
      '127.0.0.1,localhost,::1 True',
      'hello',
      expect.stringContaining('403'),
      ''
    ]);
    expect(status).toBe(7);
    expect(told).toEqual([expect.stringContaining('other.example is not among the apis')]);
    await wall.close();
    await expect(readdir(path.dirname(wall.folder))).rejects.toThrow('ENOENT');
    await new Promise(resolve => origin.close(resolve));
  });

  it('leads from a port of this host to one behind it, several times at once and both ways', async () => {
    const number = await freePort();
    const ports = [{ id: 'site', number }];
    const wall = await openWall({ apis: [], ports, user: USER, warn: () => undefined });
    const code = [
      'import http.server, os, threading',
      'class Handler(http.server.BaseHTTPRequestHandler):',
      '    def do_POST(self):',
      '        data = self.rfile.read(int(self.headers["Content-Length"]))',
      '        self.send_response(200); self.end_headers(); self.wfile.write(data[::-1])',
      '        if data == b"end": threading.Thread(target=server.shutdown).start()',
      'print("HTTP_PROXY" in os.environ, flush=True)',
      `server = http.server.ThreadingHTTPServer(("127.0.0.1", ${number}), Handler)`,
      'server.serve_forever()'
    ].join('\n');
    const running = run(wall.folder, [number], ['env', '-u', 'HTTP_PROXY', 'python3', '-c', code]);
    const post = async (body: string) => {
      const address = `http://127.0.0.1:${wall.hostPorts[0]}/`;
      return (await fetch(address, { method: 'POST', body })).text();
    };
    await until('it answers', () =>
      post('ab').then(
        text => text === 'ba',
        () => false
      )
    );
    const long = 'x'.repeat(1_000_000);
    expect(await Promise.all(Array.from({ length: 20 }, (_, n) => post(`${n} ${long}`)))).toEqual(
      Array.from({ length: 20 }, (_, n) => `${long} ${[...String(n)].reverse().join('')}`)
    );
    await post('end');
    expect(await running).toMatchObject({ code: 0, said: expect.stringMatching(/^False\n/) });
    await wall.close();
  });

  it.each([
    ['/nosuch/program', 127],
    ['/tmp', 126]
  ])('ends as a shell does where it cannot become %s', async (program, status) => {
    const { code, said } = await run('/nowhere', [], [program]);
    expect([code, said]).toEqual([status, expect.stringContaining(`${program}: `)]);
  });
});
