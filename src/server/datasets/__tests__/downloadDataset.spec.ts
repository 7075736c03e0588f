import { promises as fs } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DOWNLOAD_LIMITS, downloadDataset } from '../downloadDataset';
import { isPublicAddress } from '../publicAddress';

const LIMITS = { ...DOWNLOAD_LIMITS, allowsPrivate: true };

describe('downloadDataset()', () => {
  let folder: string;
  let server: Server;
  let answer: RequestListener;
  let requests: { url: string; headers: Record<string, unknown> }[];

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'downloads-'));
    requests = [];
    server = createServer((request, response) => {
      requests.push({ url: request.url ?? '', headers: request.headers });
      answer(request, response);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    await fs.rm(folder, { recursive: true });
  });

  const dataset = (address = '/data.csv') => {
    const { port } = server.address() as AddressInfo;
    const uri = address.includes(':') ? address : `http://127.0.0.1:${port}${address}`;
    return { path: 'datasets/data.csv', reference: { uri } };
  };
  const content = () => fs.readFile(path.join(folder, 'datasets/data.csv'), 'utf8');

  it('downloads once, and asks again only for something newer', async () => {
    answer = (request, response) => {
      response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 200, { etag: '"1"' });
      response.end(request.headers['if-none-match'] === '"1"' ? '' : 'first');
    };
    expect(await downloadDataset(folder, dataset(), LIMITS)).toBeNull();
    expect(await downloadDataset(folder, dataset(), LIMITS)).toBeNull();
    expect(await content()).toBe('first');
    expect(requests[1].headers['if-none-match']).toBe('"1"');
  });

  it('follows a few redirects', async () => {
    answer = (request, response) => {
      const isLast = request.url === '/end';
      response.writeHead(isLast ? 200 : 302, isLast ? {} : { location: '/end' });
      response.end('moved');
    };
    expect(await downloadDataset(folder, dataset(), LIMITS)).toBeNull();
    expect(await content()).toBe('moved');
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await downloadDataset(folder, dataset(), LIMITS)).toMatch(
      /redirected too often; the last copy is used/
    );
  });

  it('keeps the last copy when a download fails, breaks off or is too large', async () => {
    answer = (_request, response) => response.end('good');
    await downloadDataset(folder, dataset(), LIMITS);
    answer = (_request, response) => response.writeHead(500).end();
    expect(await downloadDataset(folder, dataset(), LIMITS)).toMatch(/answered 500; the last copy/);
    answer = (_request, response) => response.end('too much');
    const small = { ...LIMITS, maxBytes: 3 };
    expect(await downloadDataset(folder, dataset(), small)).toMatch(/more than 3 bytes/);
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
    };
    expect(await downloadDataset(folder, dataset(), LIMITS)).toMatch(/the last copy is used/);
    expect(await content()).toBe('good');
    expect(await fs.readdir(path.join(folder, 'datasets'))).toEqual(['data.csv']);
  });

  it('fails without a copy, and when nothing comes in time', async () => {
    answer = () => undefined;
    const impatient = { ...LIMITS, timeoutMs: 50 };
    await expect(downloadDataset(folder, dataset(), impatient)).rejects.toThrow(
      'it took longer than 0.05 s; there is no earlier copy'
    );
  });

  it.each([
    'http://127.0.0.1:1/x',
    'http://[::1]:1/x',
    'http://localhost:1/x',
    'http://10.1.2.3/x'
  ])('goes nowhere near this machine by %s', async uri => {
    await expect(downloadDataset(folder, dataset(uri), DOWNLOAD_LIMITS)).rejects.toThrow(
      'not an address of the public internet'
    );
  });

  it('refuses a redirect to another protocol', async () => {
    answer = (_request, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await expect(downloadDataset(folder, dataset(), LIMITS)).rejects.toMatchObject({
      code: 'dataset-uri'
    });
  });
});

describe('isPublicAddress()', () => {
  it.each([
    '0.0.0.0',
    '127.9.9.9',
    '169.254.169.254',
    '192.168.0.1',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    'nonsense'
  ])('refuses %s', address => expect(isPublicAddress(address)).toBe(false));

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'])('takes %s', address =>
    expect(isPublicAddress(address)).toBe(true)
  );
});
