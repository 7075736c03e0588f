import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import WebSocket, { WebSocketServer } from 'ws';
import type { IOpenPorts } from '../../../engine/container/containerPorts';
import { serveSite, type IServedSite } from '../servedSite';
import { Listener } from './listener';

const AUTOMATION = `crosscompute: 0.9.4
name: Ports
output: {}
debug:
  variables:
    - { id: my site, view: link, path: site.txt, configuration: { link-text: open it } }
    - { id: framed, view: frame, path: framed.txt }
    - { id: other, view: string, path: other.txt }
environment:
  engine: podman
  ports: [{ id: my site, number: 8000 }, { id: framed, number: 8001 }]
batches: [{ folder: standard }]
`;

/** A server of ours, and a container's page behind it that tells what it was asked. */
describe('ports of containers', () => {
  let site: IServedSite;
  let listener: Listener;
  let container: Server;
  let sockets: WebSocketServer;
  let open: IOpenPorts;
  let address: string;
  /** Headers of the container's next answers, with its status. */
  let answer: { status: number; headers: Record<string, string | string[]> };
  let seen: IncomingMessage[];

  beforeAll(async () => {
    site = await serveSite({ 'automate.yaml': AUTOMATION });
    listener = await Listener.open(site.app);
    container = createServer((request, response) => {
      seen.push(request);
      void text(request).then(body => {
        response.writeHead(answer.status, answer.headers);
        response.end(JSON.stringify({ method: request.method, url: request.url, body }));
      });
    }).listen(0, '127.0.0.1');
    await once(container, 'listening');
    sockets = new WebSocketServer({ server: container });
    sockets.on('connection', (socket, request) => {
      seen.push(request);
      socket.on('message', data => socket.send(`heard ${String(data)}`));
    });
  });

  beforeEach(() => {
    seen = [];
    answer = { status: 200, headers: { 'Content-Type': 'text/html' } };
    const { port } = container.address() as AddressInfo;
    open = site.services.ports.open([{ id: 'my site', number: 8000, hostPort: port }]);
    address = open.addressOf('my site');
  });

  afterEach(() => open.close());

  afterAll(async () => {
    listener.close();
    await site.close();
    sockets.close();
    container.closeAllConnections();
    await new Promise(resolve => container.close(resolve));
  });

  it('are named by 128 random bits', () => {
    expect(address).toMatch(/^\/ports\/[\w-]{22}\/my%20site\/$/);
    const others = [1, 2, 3].map(() => site.services.ports.open([]).addressOf('a'));
    expect(new Set([...others, address]).size).toBe(4);
  });

  it('pass requests on with path, query and body, and nothing of ours', async () => {
    const { status, body } = await listener.ask({
      method: 'POST',
      path: `${address}a%20b/../c?x=1&_token=secret&y=%26`,
      headers: {
        ...{ Cookie: 'crosscompute-token=secret', Authorization: 'Bearer secret' },
        ...{ Referer: `http://us${address}`, Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
        ...{ 'X-CrossCompute-Secret': 'secret', 'X-Forwarded-For': '1.2.3.4', Forwarded: 'for=a' },
        ...{ 'X-Auth-Request-User': 'ann', 'Proxy-Authorization': 'secret' },
        ...{
          Connection: 'x-hop',
          'X-Hop': 'secret',
          'Content-Type': 'text/plain',
          Range: 'bytes=0-'
        }
      },
      body: 'body'
    });
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { method: 'POST', url: '/a%20b/../c?x=1&y=%26', body: 'body' }
    ]);
    expect(seen[0].headers).toEqual({
      ...{ host: 'localhost:8000', 'x-forwarded-prefix': address.slice(0, -1), range: 'bytes=0-' },
      ...{ 'content-type': 'text/plain', 'content-length': '4', connection: 'close' }
    });
  });

  it('answer without what a browser or a proxy would heed for our whole site', async () => {
    answer.headers = {
      ...{ 'Content-Type': 'text/html', 'Set-Cookie': ['a=b', 'c=d'], ETag: '"x"' },
      ...{
        'Clear-Site-Data': '"*"',
        'Alt-Svc': 'h3=":1"',
        'Strict-Transport-Security': 'max-age=9'
      },
      ...{ 'X-Accel-Redirect': '/secret', 'Access-Control-Allow-Origin': '*', Refresh: '0;url=/' },
      ...{ 'Access-Control-Allow-Credentials': 'true', 'Service-Worker-Allowed': '/' },
      ...{ 'WWW-Authenticate': 'Basic', 'Content-Security-Policy': "default-src 'self'", Vary: 'X' }
    };
    const { headers } = await listener.ask({ path: address });
    expect(headers).toEqual({
      ...{ 'content-type': 'text/html', etag: '"x"', date: expect.any(String), vary: 'X, Origin' },
      'content-security-policy':
        "default-src 'self', sandbox allow-scripts allow-forms allow-popups",
      ...{ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
      ...{ connection: 'keep-alive', 'keep-alive': expect.any(String) },
      'transfer-encoding': 'chunked'
    });
  });

  it.each([200, 404, 500])('sandbox every answer, also one with status %d', async status => {
    answer = { status, headers: {} };
    const { headers } = await listener.ask({ path: `${address}x` });
    expect(headers['content-security-policy']).toBe(
      'sandbox allow-scripts allow-forms allow-popups'
    );
  });

  it('let scripts of a page without origin read what is beside it, and nobody else', async () => {
    const read = async (origin: string, more: object = {}) => {
      const { headers, status } = await listener.ask({
        ...{ path: address, headers: { Origin: origin, ...more } },
        method: Object.keys(more).length ? 'OPTIONS' : 'GET'
      });
      const { 'access-control-allow-credentials': credentials } = headers;
      return [status, headers['access-control-allow-origin'], credentials];
    };
    expect(await read('null')).toEqual([200, 'null', undefined]);
    expect(await read('https://evil.example')).toEqual([200, undefined, undefined]);
    const preflight = { 'Access-Control-Request-Method': 'PUT' };
    expect(await read('null', preflight)).toEqual([204, 'null', undefined]);
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['/next?a=1#b', `next?a=1#b`],
    ['next', 'dir/next'],
    ['../../../../up', 'up'],
    ['http://localhost:8000/x', 'x'],
    ['http://127.0.0.1:8000//evil.example', '/evil.example'],
    ['//localhost:8000/y', 'y']
  ])('keep redirects to %s below them', async (location, path) => {
    answer = { status: 302, headers: { Location: location } };
    const { status, headers } = await listener.ask({ path: `${address}dir/` });
    expect([status, headers.location]).toEqual([302, `${address}${path}`]);
  });

  it.each([
    ['https://evil.example/'],
    ['//evil.example/'],
    ['http://localhost:8001/'],
    ['http://localhost:8000@evil.example/'],
    ['javascript:alert(1)'],
    ['http://[/']
  ])('refuse redirects to %s', async location => {
    answer = { status: 302, headers: { Location: location } };
    const { status, headers, body } = await listener.ask({ path: address });
    expect([status, headers.location]).toEqual([502, undefined]);
    expect(body).toContain('another site');
  });

  it('keep the prefix of our addresses that a proxy says', async () => {
    answer = { status: 302, headers: { Location: '/x' } };
    const ask = async (prefix: string) =>
      (await listener.ask({ path: address, headers: { 'X-Forwarded-Prefix': prefix } })).headers
        .location;
    expect(await ask('/base/crosscompute')).toBe(`/base/crosscompute${address}x`);
    expect(seen[0].headers['x-forwarded-prefix']).toBe(`/base/crosscompute${address.slice(0, -1)}`);
    expect(await ask('//evil.example')).toBe(`${address}x`);
    expect(await ask('https://evil.example')).toBe(`${address}x`);
  });

  it('add the slash without which relative addresses would lead elsewhere', async () => {
    const { status, headers } = await listener.ask({ path: address.slice(0, -1) });
    expect([status, headers.location]).toEqual([308, address]);
    expect(seen).toEqual([]);
  });

  it('are told by the variables that they are named after, below the root of the page', async () => {
    const debug = path.join(site.folder, 'standard', 'debug');
    await mkdir(debug, { recursive: true });
    const names = ['site', 'framed', 'other'];
    await Promise.all(names.map(name => writeFile(path.join(debug, `${name}.txt`), address)));
    const { body } = await listener.ask({
      ...{ path: '/a/ports/b/standard/d', headers: { 'X-Forwarded-Prefix': '/evil' } }
    });
    expect(body).toContain(
      `href="${address}" target="_blank" rel="noopener noreferrer">open it</a>`
    );
    expect(body).toContain(`data-src="${address}"`);
    const loaded = site.loaded;
    const batch = site.services.runService.locate(loaded, 'standard');
    const rendering = { rootUri: '/base/crosscompute' };
    const { html } = await site.services.pages.fragment(loaded, batch, 'debug', rendering);
    expect(html).toContain(`href="/base/crosscompute${address}"`);
    expect(html).toContain(`data-src="/base/crosscompute${address}"`);
    // What is no port of the automation is what its script wrote.
    expect(html).toContain(`>${address}<`);
  });

  it.each([
    ['a wrong token', (real: string) => real.replace(/ports\/..../, 'ports/AAAA')],
    ['another port', (real: string) => real.replace('my%20site', 'other')],
    ['a broken name', (real: string) => real.replace('my%20site', '%E0%A4%A')],
    ['a way out of the name', (real: string) => real.replace('my%20site', '..%2f..%2fapi')]
  ])('are not found with %s', async (_, change) => {
    const { status, body } = await listener.ask({ path: change(address) });
    expect([status, body]).toEqual([
      404,
      expect.stringContaining('the run that opened it has ended')
    ]);
    expect(seen).toEqual([]);
  });

  it('are gone with the end of the container, and so are their connections', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${listener.port}${address}`);
    await once(socket, 'open');
    open.close();
    await once(socket, 'close');
    const { status, headers } = await listener.ask({ path: address });
    expect(status).toBe(404);
    expect(headers['content-security-policy']).toContain('sandbox');
    const late = new WebSocket(`ws://127.0.0.1:${listener.port}${address}`);
    const [error] = (await once(late, 'error')) as [Error];
    expect(error.message).toContain('404');
  });

  it('join WebSockets, without cookies and with their protocol', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${listener.port}${address}ws?a=1`, 'p1', {
      headers: { Cookie: 'crosscompute-token=secret', Origin: 'null', Authorization: 'secret' }
    });
    await once(socket, 'open');
    socket.send('x'.repeat(100_000));
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(String(data)).toBe(`heard ${'x'.repeat(100_000)}`);
    expect(socket.protocol).toBe('p1');
    expect(seen[0].url).toBe('/ws?a=1');
    expect(Object.keys(seen[0].headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/cookie|origin|authorization/)])
    );
    socket.close();
    await once(socket, 'close');
  });

  it('are shown by pages of ours, and never used as scripts or data of theirs', async () => {
    const ask = async (purpose: string, from = 'same-origin') => {
      const headers = { 'Sec-Fetch-Site': from, 'Sec-Fetch-Dest': purpose };
      return (await listener.ask({ path: address, headers })).status;
    };
    expect([await ask('iframe'), await ask('document')]).toEqual([200, 200]);
    expect([await ask('script'), await ask('serviceworker'), await ask('empty')]).toEqual([
      403, 403, 403
    ]);
    expect(await ask('script', 'cross-site')).toBe(200);
  });

  it('say so when nothing answers behind them', async () => {
    open.close();
    open = site.services.ports.open([{ id: 'a', number: 8000, hostPort: 1 }]);
    const { status, body } = await listener.ask({ path: open.addressOf('a') });
    expect([status, body]).toEqual([502, expect.stringContaining('port 8000 of the container')]);
  });

  it('leave other requests to our routes, also those that offer an upgrade', async () => {
    const health = await listener.ask({
      path: '/api/health',
      headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AA' }
    });
    expect([health.status, JSON.parse(health.body)]).toMatchObject([200, { status: 'ok' }]);
    for (const path of ['/ports/', '/ports/short/a/', `//${address}`, `/x/..${address}`]) {
      expect([path, (await listener.ask({ path })).status]).toEqual([path, 404]);
    }
    expect(seen).toEqual([]);
  });

  it('are not reached by a second request hidden in the body of a first', async () => {
    const socket: Socket = connect(listener.port, '127.0.0.1');
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    socket.write(
      `GET ${address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n` +
        `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`
    );
    const said = await text(socket);
    expect(said).toContain('200 OK');
    expect(said.split('HTTP/1.1')).toHaveLength(3);
    expect(seen.map(({ url }) => url)).toEqual(['/']);
  });
});
