import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, RequestOptions, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { AllowedHosts } from '../allowedHosts';
import { ApiProxy } from '../apiProxy';

/** A server that says what it was asked, and a proxy before it. */
describe('ApiProxy', () => {
  let folder: string;
  let socketPath: string;
  let origin: Server;
  let port: number;
  let told: string[];
  let proxy: ApiProxy | null;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-proxy-'));
    socketPath = path.join(folder, 'apis.sock');
    told = [];
    proxy = null;
    origin = createServer((incoming, response) => {
      const { method, url, headers } = incoming;
      void text(incoming).then(body =>
        response.end(JSON.stringify({ method, url, headers, body }))
      );
    }).listen(0, '127.0.0.1');
    await once(origin, 'listening');
    ({ port } = origin.address() as AddressInfo);
  });

  afterEach(async () => {
    await proxy?.close();
    origin.closeAllConnections();
    await new Promise(resolve => origin.close(resolve));
    await rm(folder, { recursive: true });
  });

  /** Every name of `.example` leads to this machine. */
  const open = async (...domains: string[]) => {
    const resolve = ((_name: string, _options: object, callback: (...words: unknown[]) => void) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])) as never;
    proxy = new ApiProxy({
      hosts: new AllowedHosts(domains, resolve),
      warn: sentence => told.push(sentence)
    });
    await proxy.listen(socketPath);
  };

  const ask = async (url: string, options: RequestOptions = {}, body = '') => {
    const asking = request({ socketPath, path: url, agent: false, ...options }).end(body);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return { status: response.statusCode, text: await text(response) };
  };

  const tunnel = async (target: string) => {
    const asking = request({ socketPath, method: 'CONNECT', path: target }).end();
    const [response, socket] = (await once(asking, 'connect')) as [IncomingMessage, Socket, Buffer];
    return { status: response.statusCode, socket };
  };

  it('tunnels to a host that is listed, and ends with its tunnels', async () => {
    await open(`localhost:${port}`);
    const { status, socket } = await tunnel(`LOCALHOST:${port}`);
    expect(status).toBe(200);
    socket.write('GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 200 OK/);
    const closed = once(socket, 'close');
    await proxy?.close();
    await closed;
    const again = connect(socketPath);
    const [error] = (await once(again, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ENOENT');
    proxy = null;
  });

  it('passes requests in plain http on, to the host of their address and with the headers of their message', async () => {
    await open(`localhost:${port}`);
    const headers = {
      ...{
        Host: 'evil.example',
        'Proxy-Authorization': 'secret',
        Connection: 'x-hop',
        'X-Hop': '1'
      },
      ...{ 'X-Kept': '2', 'Transfer-Encoding': 'chunked' }
    };
    const { status, text: said } = await ask(
      `http://localhost:${port}/a%20b?c=d`,
      { method: 'DELETE', headers },
      'body'
    );
    expect([status, JSON.parse(said)]).toEqual([
      200,
      {
        ...{ method: 'DELETE', url: '/a%20b?c=d', body: 'body' },
        headers: expect.not.objectContaining({ 'x-hop': '1', 'proxy-authorization': 'secret' })
      }
    ]);
    expect(JSON.parse(said)).toMatchObject({
      headers: { host: `localhost:${port}`, 'x-kept': '2' }
    });
    expect(told).toEqual([]);
  });

  it('refuses every other host and port with 403 and a sentence, and tells it once a host', async () => {
    await open('api.example', '*.data.example', `localhost:${port}`);
    for (const target of [
      'other.example:443',
      'api.example:22',
      'sub.api.example:443',
      'data.example:443',
      'notdata.example:443',
      `127.0.0.1:${port}`,
      `[::1]:${port}`,
      'other.example:443'
    ]) {
      expect([target, (await tunnel(target)).status]).toEqual([target, 403]);
    }
    expect(await ask('http://other.example/')).toEqual({
      status: 403,
      text: 'other.example is not among the apis of the automation\n'
    });
    expect(told).toHaveLength(7);
    expect(told[0]).toBe(
      'A connection was refused: other.example is not among the apis of the automation.\n'
    );
    expect(told[1]).toContain('api.example:22 is not among');
  });

  it('refuses a listed name that leads into the network of the server, unless that address is listed', async () => {
    await open(`*.data.example:${port}`);
    expect((await tunnel(`x.data.example:${port}`)).status).toBe(403);
    expect((await ask(`http://y.data.example:${port}/`)).status).toBe(403);
    expect(told[0]).toContain('x.data.example leads to 127.0.0.1, an address of the server');
    await proxy?.close();
    await open(`*.data.example:${port}`, '127.0.0.1');
    expect((await ask(`http://x.data.example:${port}/`)).status).toBe(200);
  });

  it.each([['/path'], ['https://localhost/'], ['http://me@localhost/'], ['ftp://localhost/']])(
    'says what it is to who asks for %s',
    async url => {
      await open('localhost');
      expect(await ask(url)).toEqual({ status: 400, text: expect.stringContaining('a proxy') });
    }
  );

  it('says so when nobody answers, and names a bounded number of hosts', async () => {
    await open('localhost:1');
    expect(await ask('http://localhost:1/')).toEqual({
      status: 502,
      text: expect.stringContaining('localhost:1 could not be reached')
    });
    await Promise.all(Array.from({ length: 40 }, (_, n) => ask(`http://h${n}.example/`)));
    expect(told).toHaveLength(21);
    expect(told[20]).toBe('More hosts were refused.\n');
  });
});
