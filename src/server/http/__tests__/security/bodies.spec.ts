import * as net from 'node:net';
import { gzipSync } from 'node:zlib';
import { bearer, GuardedSite, TOKENS } from '../guardedSite';
import { Listener } from './listener';
import { routesOf } from './routes';

const BOMB = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;

/** Bodies that are refused whatever route they are for, with the status of the answer. */
const REFUSED: readonly [string, string | Buffer, number][] = [
  ['too large', JSON.stringify({ x: 'x'.repeat(1024 * 1024) }), 413],
  ['nested without end', BOMB, 400],
  [
    'nested below a value',
    `{"school": {"value": ${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}}`,
    400
  ],
  ['a number that is none', '{"grade": {"value": 1e999}}', 400],
  ['a key __proto__', '{"__proto__": {"isAdmin": true}}', 400],
  ['a key __proto__ further down', '{"a": {"b": [{"__proto__": {"isAdmin": true}}]}}', 400],
  ['a key __proto__ in disguise', '{"\\u005f_proto__": {"isAdmin": true}}', 400],
  ['a constructor with a prototype', '{"constructor": {"prototype": {"isAdmin": true}}}', 400],
  ['not JSON', '{"a": ', 400],
  ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe]), 400],
  ['compressed', gzipSync('{}'), 400]
];

describe('JSON that is', () => {
  let site: GuardedSite;
  let listener: Listener;

  beforeAll(async () => {
    site = await GuardedSite.create({ bodyMs: 100 });
    listener = await Listener.open(site.app);
  });

  afterAll(async () => {
    listener.close();
    await site.dispose();
  });

  const post = (path: string, body: string | Buffer) =>
    listener.ask({
      method: 'POST',
      path,
      headers: { ...bearer(TOKENS.head), 'content-type': 'application/json' },
      body
    });

  it.each(REFUSED)('%s is refused on every route', async (_what, body, status) => {
    const routes = routesOf(site.app).filter(
      ({ method, url }) => method === 'POST' && !/sign-|files/.test(url)
    );
    expect(routes.length).toBeGreaterThan(8);
    for (const { url } of routes) {
      const path = url.replace(':automation', 'grades.json').replace(':run', 'a'.repeat(32));
      const answer = await post(path, body);
      expect([url, answer.status]).toEqual([url, status]);
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it.each([
    ['null', null],
    ['a list', [1]],
    ['an object of objects', { a: { b: 1 } }],
    ['a long number', '9'.repeat(400)],
    ['NUL', '\0'],
    ['half a letter', '\ud800'],
    ['another direction', '\u202e'],
    ['markup', '<script>alert(1)</script>'],
    ['a path', '../../../etc/passwd'],
    ['code of a template', '{{ constructor }} ${1} {school}'],
    ['code of SQL', "'; DROP TABLE runs; --"],
    ['code of a shell', '$(touch /tmp/x) `id` ; id']
  ])(
    '%s where a text is meant is taken as text or refused, and harms nothing',
    async (_what, value) => {
      for (const id of ['school', 'grade', 'letter', 'toString', 'hasOwnProperty']) {
        const inputs = { school: { value: 'north' }, grade: { value: 1 }, [id]: { value } };
        const answer = await post('/a/grades.json', JSON.stringify(inputs));
        expect([200, 400]).toContain(answer.status);
        expect(answer.headers['content-type']).toContain('json');
      }
      expect((await listener.ask({ path: '/a/grades', headers: bearer(TOKENS.head) })).status).toBe(
        200
      );
    }
  );

  it('trickling is cut off, and so is a request without end', async () => {
    const speak = (text: string) =>
      new Promise<void>(resolve => {
        const socket = net.connect(listener.port, '127.0.0.1', () => socket.write(text));
        socket.on('error', () => undefined).on('close', () => resolve());
      });
    const head = (more: string) =>
      `POST /api/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKENS.head}\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;
    await speak(`${head('Content-Length: 1000')}{"automation": "`);
    await speak(`${head('Transfer-Encoding: chunked')}1\r\n{\r\n`);
  });

  it.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
    ['an odd encoding', 'Transfer-Encoding: xchunked'],
    ['a blank before the colon', 'Content-Length : 2']
  ])('sent with %s is no way to hide a second request', async (_what, lines) => {
    const text = await new Promise<string>(resolve => {
      let got = '';
      const socket = net.connect(listener.port, '127.0.0.1', () =>
        socket.write(
          `POST /sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${lines}\r\n\r\n{}GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n`
        )
      );
      socket.on('data', chunk => (got += chunk));
      socket.on('error', () => undefined).on('close', () => resolve(got));
    });
    expect(text).toMatch(/^HTTP\/1\.1 (400|501) /);
    expect(text).not.toContain('"ready"');
  });
});
