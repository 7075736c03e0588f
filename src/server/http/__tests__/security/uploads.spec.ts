import { readdir } from 'node:fs/promises';
import * as net from 'node:net';
import * as path from 'node:path';
import { bearer, GuardedSite, TOKENS, type IGuardedSiteOptions } from '../guardedSite';
import { Listener } from './listener';

const LIMITS = { maxFileBytes: 1000, maxFiles: 2, maxIdleMs: 300 };

/** The parts of an upload; `tail` is what ends it. */
function multipart(files: readonly { name: string; text: string }[], tail = '--x--\r\n'): string {
  const parts = files.map(
    ({ name, text }) =>
      `--x\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n${text}\r\n`
  );
  return `${parts.join('')}${tail}`;
}

const TYPE = { 'content-type': 'multipart/form-data; boundary=x' };
const BEARER = { authorization: `Bearer ${TOKENS.head}` };

describe('uploads', () => {
  let site: GuardedSite;
  let listener: Listener;

  const open = async (options: IGuardedSiteOptions = {}) => {
    site = await GuardedSite.create({ uploadLimits: LIMITS, bodyMs: 100, ...options });
    listener = await Listener.open(site.app);
  };

  beforeAll(() => open());

  afterAll(async () => {
    listener.close();
    await site.dispose();
  });

  const stored = () =>
    readdir(path.join(site.folder, '.crosscompute/uploads')).catch(() => [] as string[]);

  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    listener.ask({
      method: 'POST',
      path: '/files.json',
      headers: { ...BEARER, ...TYPE, ...headers },
      body
    });

  /** Wait until a condition holds. */
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  };

  /** Speak HTTP by hand; resolves when the server closed the connection. */
  const speak = (head: string, then: (socket: net.Socket) => void): Promise<string> =>
    new Promise(resolve => {
      let text = '';
      const socket = net.connect(listener.port, '127.0.0.1', () => {
        socket.write(head);
        then(socket);
      });
      socket.on('data', chunk => (text += chunk));
      // Who is cut off while it writes hears of that by an error.
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });

  const head = (path: string, lines: string) =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKENS.head}\r\n${lines}\r\n\r\n`;

  it('that are fine are kept', async () => {
    const { status, body } = await post(multipart([{ name: 'a.txt', text: 'A' }]));
    expect([status, JSON.parse(body).uri]).toEqual([
      200,
      expect.stringMatching(/^\/f\/[a-z0-9]{32}$/)
    ]);
    expect(await stored()).toHaveLength(1);
  });

  it.each([
    ['too large', multipart([{ name: 'a', text: 'a'.repeat(1001) }]), 413],
    [
      'too large after a good one',
      multipart([
        { name: 'a', text: 'a' },
        { name: 'b', text: 'b'.repeat(5000) }
      ]),
      413
    ],
    ['too many', multipart(['a', 'b', 'c'].map(name => ({ name, text: '' }))), 413],
    ['far too many', multipart(Array.from({ length: 60 }, () => ({ name: 'a', text: '' }))), 413],
    ['none at all', multipart([]), 400],
    ['cut off before the end', multipart([{ name: 'a', text: 'A' }], ''), 400],
    ['without any part', 'x', 400],
    ['with another boundary', multipart([{ name: 'a', text: 'A' }]).replace(/--x/g, '--y'), 400],
    [
      'with many fields',
      `${'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'.repeat(60)}--x--\r\n`,
      413
    ],
    [
      'with a huge field',
      `--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n${'1'.repeat(10_000)}\r\n--x--\r\n`,
      400
    ],
    [
      'with a field called __proto__',
      '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\n1\r\n--x--\r\n',
      400
    ]
  ])('%s are refused, and nothing is left', async (_what, body, status) => {
    const before = await stored();
    const answer = await post(body);
    expect([answer.status, answer.body]).toEqual([status, expect.any(String)]);
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['without a boundary', { 'content-type': 'multipart/form-data' }, [400, 415]],
    ['compressed', { 'content-encoding': 'gzip' }, [400, 415]],
    ['of another type', { 'content-type': 'application/octet-stream' }, [415]]
  ])('%s are refused', async (_what, headers, statuses) => {
    const before = await stored();
    const gzip = Buffer.from('H4sIAAAAAAAAA+3BAQ0AAADCoPdPbQ43oAAAAAAAAAAAAAAAAAAAAAAA', 'base64');
    expect(statuses).toContain((await post(gzip, headers)).status);
    expect(await stored()).toEqual(before);
  });

  it('without a length are measured as they come', async () => {
    const before = await stored();
    const part = multipart([{ name: 'a', text: 'a'.repeat(4000) }], '');
    const text = await speak(
      head(
        '/files.json',
        `Content-Type: ${TYPE['content-type']}\r\nTransfer-Encoding: chunked\r\nConnection: close`
      ),
      socket => socket.write(`${part.length.toString(16)}\r\n${part}\r\n`)
    );
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    await until(async () => (await stored()).length === before.length);
  });

  it('that stop coming are given up, and nothing is left', async () => {
    const before = await stored();
    const text = await speak(
      head('/files.json', `Content-Type: ${TYPE['content-type']}\r\nContent-Length: 100000`),
      socket => socket.write(multipart([{ name: 'a', text: 'a' }], '').slice(0, -2))
    );
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    await until(async () => (await stored()).length === before.length);
  });

  it('that stop before the first file are cut off', async () => {
    const before = await stored();
    await speak(
      head('/files.json', `Content-Type: ${TYPE['content-type']}\r\nContent-Length: 100000`),
      socket => socket.write('--x\r\nContent-Disp')
    );
    await until(async () => (await stored()).length === before.length);
  });

  it('that their sender breaks off leave nothing', async () => {
    const before = await stored();
    await speak(
      head('/files.json', `Content-Type: ${TYPE['content-type']}\r\nContent-Length: 100000`),
      socket => {
        socket.write(multipart([{ name: 'a', text: 'a' }], '').slice(0, -2));
        void until(async () => (await stored()).length > before.length).then(() =>
          socket.destroy()
        );
      }
    );
    await until(async () => (await stored()).length === before.length);
  });

  it('as a whole have a time', () => {
    expect(site.app.server.requestTimeout).toBeGreaterThan(0);
    expect(site.app.server.headersTimeout).toBeGreaterThan(0);
    expect(site.app.server.headersTimeout).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['../../evil.txt', 'evil.txt'],
    ['..\\\\..\\\\evil.txt', 'evil.txt'],
    ['/etc/passwd', 'passwd'],
    ['C:\\\\x\\\\con.txt', 'con.txt'],
    ['..', 'file'],
    ['.crosscompute/x', 'x'],
    ['a\u0000b.txt', 'ab.txt'],
    ['<svg onload=alert(1)>.txt', '<svg onload=alert(1)>.txt'],
    [`${'n'.repeat(400)}.txt`, 'n'.repeat(255)]
  ])('are kept by numbers, whatever they are called: %s', async (name, kept) => {
    const { uri } = JSON.parse((await post(multipart([{ name, text: 'A' }]))).body);
    const list = await listener.ask({ path: uri, headers: BEARER });
    expect(JSON.parse(list.body).files).toMatchObject([{ name: kept, uri: `${uri}/0` }]);
    const folder = path.join(site.folder, '.crosscompute/uploads', uri.slice(3));
    expect((await readdir(folder)).sort()).toEqual(['0', 'files.json']);
    const file = await listener.ask({ path: `${uri}/0`, headers: BEARER });
    expect(file.headers['content-disposition']).toMatch(
      /^attachment; filename\*=UTF-8''[\w.%~()*'!-]+$/
    );
    expect(file.headers['content-security-policy']).toContain('sandbox');
  });

  it.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/javascript',
    'text/xml; x=y',
    'evil\r\n/x'
  ])('are given back as nothing that runs: %s', async type => {
    const body = multipart([{ name: 'a', text: '<script>1</script>' }]).replace('text/plain', type);
    const answer = await post(body);
    if (answer.status === 200) {
      const { uri } = JSON.parse(answer.body);
      const file = await listener.ask({ path: `${uri}/0`, headers: BEARER });
      expect(file.headers['content-type']).not.toMatch(/html|svg|xml|javascript/);
      expect(file.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('are for who sent them alone', async () => {
    const { uri } = JSON.parse((await post(multipart([{ name: 'a', text: 'A' }]))).body);
    for (const token of [null, TOKENS.north, TOKENS.both, TOKENS.guest]) {
      for (const url of [uri, `${uri}/0`]) {
        expect((await site.get(url, token)).statusCode).toBe(404);
      }
    }
    const inputs = { school: { value: 'north' }, grade: { value: 1 }, letter: { uri } };
    const theirs = await site.post('/a/grades.json', inputs, TOKENS.north);
    expect(theirs.json()).toMatchObject({ code: 'input-refused' });
  });

  it('from who may run nothing are not even read', async () => {
    for (const token of [null, TOKENS.guest]) {
      const answer = await listener.ask({
        method: 'POST',
        path: '/files.json',
        headers: { ...TYPE, ...bearer(token) },
        body: multipart([{ name: 'a', text: 'A' }])
      });
      expect(answer.status).toBe(403);
    }
  });
});
