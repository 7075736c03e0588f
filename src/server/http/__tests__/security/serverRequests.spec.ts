import { promises as fs } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { CHROMIUM, describeWithChromium } from '../../../../testing/chromium';
import { DOWNLOAD_LIMITS, downloadDataset } from '../../../datasets/downloadDataset';
import { isPublicAddress, isPublicUrl } from '../../../datasets/publicAddress';
import { createLog } from '../../../log';
import { printDocument } from '../../../print/documentPrinter';
import { loadForeign } from '../../../print/foreignPage';
import { PrintBrowser } from '../../../print/printBrowser';
import { GuardedSite, TOKENS } from '../guardedSite';

/** Ways to write an address of this machine or its network; PORT is that of the canary. */
const PRIVATE: readonly string[] = [
  'http://127.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST.:PORT/',
  'http://localhost.localdomain:PORT/',
  'http://127.1:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[::1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://user:word@127.0.0.1:PORT/',
  'http://example.com@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT/#@example.com',
  'http://\uff11\uff12\uff17.0.0.1:PORT/',
  'http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:PORT/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.0.1/',
  'http://100.64.0.1/'
];

const OTHER_SCHEMES: readonly string[] = [
  'file:///etc/passwd',
  'FILE:///etc/passwd',
  'ftp://127.0.0.1:PORT/x',
  'gopher://127.0.0.1:PORT/_x',
  'data:text/plain,x',
  'javascript:alert(1)',
  'unix:/var/run/docker.sock',
  'http+unix://%2Fvar%2Frun%2Fdocker.sock/x',
  'ws://127.0.0.1:PORT/',
  '//127.0.0.1:PORT/',
  '/f/../../etc/passwd',
  '\\\\127.0.0.1\\x'
];

/** A server on this machine that nothing of ours must ask. */
class Canary {
  hits: string[] = [];

  private constructor(private readonly _server: Server) {
    _server.on('request', (request, response) => {
      this.hits.push(request.url ?? '');
      response.setHeader('access-control-allow-origin', '*');
      response.end('<p>secret of the machine</p>');
    });
    _server.on('upgrade', (request, socket) => {
      this.hits.push(`upgrade ${request.url}`);
      socket.destroy();
    });
  }

  static async listen(): Promise<Canary> {
    const server = createServer();
    // Both families, so that every way to write the address would arrive.
    await new Promise<void>(resolve => server.listen(0, resolve));
    return new Canary(server);
  }

  at(uri: string): string {
    return uri.replace('PORT', String((this._server.address() as AddressInfo).port));
  }

  async close(): Promise<void> {
    this._server.closeAllConnections();
    await new Promise(resolve => this._server.close(resolve));
  }
}

describe('what the server itself fetches', () => {
  let canary: Canary;
  let folder: string;

  beforeAll(async () => {
    canary = await Canary.listen();
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'requests-'));
  });

  afterEach(() => {
    expect(canary.hits).toEqual([]);
  });

  afterAll(async () => {
    await canary.close();
    await fs.rm(folder, { recursive: true });
  });

  it('would reach the canary, if it were allowed', async () => {
    const open = { allowsPrivate: true, timeoutMs: 5000, signal: new AbortController().signal };
    const answer = await loadForeign(canary.at('http://127.0.0.1:PORT/open'), open);
    expect(answer?.body.toString()).toContain('secret');
    expect(canary.hits.splice(0)).toEqual(['/open']);
  });

  it.each([...PRIVATE, ...OTHER_SCHEMES])('is no dataset at %s', async uri => {
    const dataset = { path: 'data.csv', reference: { uri: canary.at(uri) } };
    const limits = { ...DOWNLOAD_LIMITS, timeoutMs: 3000 };
    await expect(downloadDataset(folder, dataset, limits)).rejects.toMatchObject({
      code: expect.stringMatching(/^dataset-/)
    });
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it.each(PRIVATE)('is no picture or frame of a printed page at %s', async uri => {
    const closed = { allowsPrivate: false, timeoutMs: 3000, signal: new AbortController().signal };
    expect(await loadForeign(canary.at(uri), closed)).toBeNull();
  });

  it('is judged by the address that a name leads to, at every redirect', () => {
    for (const uri of PRIVATE.map(item => new URL(canary.at(item)))) {
      const host = uri.hostname.replace(/^\[|\]$/g, '');
      const isName = /^[a-z]/i.test(host) && !host.includes(':');
      expect([host, isName || !isPublicUrl(uri)]).toEqual([host, true]);
    }
    expect(isPublicAddress('2606:2800:220:1:248:1893:25c8:1946')).toBe(true);
  });

  it('is nothing that a form, a link or a query names', async () => {
    const site = await GuardedSite.create();
    const uris = [...PRIVATE, ...OTHER_SCHEMES].map(uri => canary.at(uri));
    for (const uri of uris) {
      for (const letter of [{ uri }, { value: uri }, { value: { uri } }, { path: uri }, uri]) {
        const inputs = { school: { value: 'x' }, grade: { value: 1 }, letter };
        const posted = await site.post('/a/grades.json', inputs, TOKENS.head);
        expect([letter, posted.statusCode]).toEqual([letter, 400]);
      }
      const query = encodeURIComponent(uri);
      await site.get(`/a/grades/b/north/i?school=${query}&letter=${query}`, TOKENS.head);
      await site.get(`/f/${query}`, TOKENS.head);
    }
    await site.dispose();
  });
});

describeWithChromium('a page that is printed', () => {
  it('loads nothing of this machine, whatever its data say', async () => {
    const canary = await Canary.listen();
    const browser = new PrintBrowser({
      environment: { CHROMIUM_PATH: CHROMIUM ?? '' },
      log: createLog('silent')
    });
    const at = (name: string) => canary.at(`http://127.0.0.1:PORT/${name}`);
    const page = `<!doctype html><title>x</title><img src="${at('picture')}">
      <iframe src="${at('frame')}"></iframe><iframe src="file:///etc/passwd"></iframe>
      <object data="${at('object')}"></object><link rel="stylesheet" href="${at('style')}">
      <link rel="preconnect" href="${at('')}"><video poster="${at('poster')}" src="${at('video')}"></video>
      <form id="f" method="post" target="t" action="${at('form')}"></form>
      <script>
        fetch('${at('fetch')}').catch(() => 0);
        navigator.sendBeacon('${at('beacon')}', 'x');
        new WebSocket('${at('socket').replace('http', 'ws')}');
        new EventSource('${at('events')}');
        document.getElementById('f').submit();
        new Worker(URL.createObjectURL(new Blob(['fetch("${at('worker')}").catch(() => 0)'])));
      </script>`;
    const source = {
      get: async () => ({
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from(page)
      })
    };
    const job = {
      ...{ uri: '/o', prefixes: ['/o'], style: '', title: '' },
      signal: new AbortController().signal
    };
    try {
      const { pdf } = await printDocument({ browser, source, timeoutMs: 20_000 }, job).catch(
        error => ({ pdf: Buffer.from(String(error)) })
      );
      expect(pdf.length).toBeGreaterThan(0);
      expect(canary.hits).toEqual([]);
    } finally {
      await browser.close();
      await canary.close();
    }
  });
});
