import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { FastifyInstance } from 'fastify';
import { createFolder, startServer, type IServerOfSpec } from '../../../testing/serverSetUp';
import type { Services } from '../../services';

const CONFIGURATION = `crosscompute: 0.9.4
name: Data
output:
  variables:
    - {id: plot, view: html, path: plot.html, configuration: {sandbox: true}}
    - {id: note, view: html, path: note.html}
    - {id: sound, view: audio, path: sound.mp3}
    - {id: program, view: code, path: run.py}
    - {id: n, view: json, path: variables.dictionary}
    - {id: people, view: table, path: people.csv}
    - {id: frame, view: table, path: frame.arrow}
    - {id: other, view: table, path: other.parquet}
batches:
  - folder: batches/standard
`;

describe('data of variables', () => {
  let folder: string;
  let output: string;
  let server: IServerOfSpec;
  let services: Services;
  let app: FastifyInstance;

  beforeEach(async () => {
    folder = await createFolder({ 'automate.yaml': CONFIGURATION });
    output = path.join(folder, 'batches/standard/output');
    await mkdir(output, { recursive: true });
    server = await startServer(folder, { server: { origins: ['https://blog.example'] } });
    ({ app, services } = server);
    await services.finder.openSite('automate.yaml');
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const write = (name: string, text: string | Buffer) => writeFile(path.join(output, name), text);
  const get = (variable: string, headers: Record<string, string> = {}) =>
    app.inject({ url: `/a/data/b/standard/o/${variable}`, headers });

  const buildWorker = () =>
    build({
      entryPoints: [path.join(__dirname, '../../tables/tableWorker.ts')],
      outfile: path.join(server.bundleFolder, 'tableWorker.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22'
    });

  it('HTML runs only where its author wants it, without an origin', async () => {
    await write('plot.html', '<script>draw()</script>');
    await write('note.html', '<script>draw()</script>');
    const shown = await get('plot?v=1&sandbox');
    expect(shown.statusCode).toBe(200);
    expect(shown.headers['content-type']).toContain('text/html');
    const policy = String(shown.headers['content-security-policy']);
    expect(policy).toMatch(/^sandbox allow-scripts allow-popups;/);
    expect(policy).not.toContain('allow-same-origin');
    expect(policy).toContain("frame-ancestors 'self' https://blog.example");
    expect(shown.body).toContain('<script>draw()</script>');
    expect(shown.body).toContain('crosscompute:height');
    for (const variable of ['note?sandbox', 'note', 'plot']) {
      const { headers } = await get(variable);
      expect(headers['content-disposition']).toContain('attachment');
      expect(headers['content-security-policy']).toMatch(/^sandbox;/);
    }
  });

  it('sound is given by range, so that players can jump', async () => {
    await write('sound.mp3', Buffer.alloc(1000, 1));
    const { statusCode, headers, rawPayload } = await get('sound', { range: 'bytes=100-199' });
    expect(statusCode).toBe(206);
    expect(headers['content-range']).toBe('bytes 100-199/1000');
    expect(headers['content-type']).toBe('audio/mpeg');
    expect(rawPayload).toHaveLength(100);
  });

  it('source code is text in the page, whatever its suffix', async () => {
    await write('run.py', 'print("<b>")\n');
    const { body } = await app.inject('/a/data/b/standard/o');
    expect(body).toContain('print(&quot;&lt;b&gt;&quot;)');
  });

  it('a table is given by rows, sorted and filtered, and as CSV', async () => {
    await buildWorker();
    const rows = Array.from({ length: 300 }, (_, n) => `person ${n},${n % 7}`);
    await write('people.csv', `name,day\n${rows.join('\n')}\n`);
    const names = async (query: string) => {
      const { rows: found, matched } = (await get(`people?v=1&${query}`)).json();
      return [found.map(({ cells }: { cells: { text: string }[] }) => cells[0].text), matched];
    };
    expect(await names('rows=298,5')).toEqual([['person 298', 'person 299'], 300]);
    expect(await names('rows=0,2&sort=1,descending&filter=Person%2010')).toEqual([
      ['person 104', 'person 103'],
      11
    ]);
    const csv = await get('people?csv&filter=299');
    expect(csv.headers['content-disposition']).toBe('attachment');
    expect(csv.body).toBe('\uFEFFname,day\r\nperson 299,5\r\n');
    for (const query of ['rows=0,100000', 'rows=x', 'rows=0,1&sort=name']) {
      expect((await get(`people?${query}`)).statusCode).toBe(400);
    }
  });

  it('a table in Arrow is read by the server, and the page says why others are not', async () => {
    await buildWorker();
    const arrow = path.join(__dirname, '../../tables/__tests__/input/pandas-lz4.arrow');
    await write('frame.arrow', await readFile(arrow));
    await write('other.parquet', 'PAR1');
    const page = await app.inject('/a/data/b/standard/o');
    expect(page.body).toMatch(/data-view="table"[^>]*data-paged="true"/);
    const found = (await get('frame?rows=599,5')).json();
    expect(found).toMatchObject({ columns: ['', 'place', 'value'], indexColumns: 1, matched: 600 });
    expect(found.rows[0].cells[0].text).toBe('row 599');
    expect((await get('frame?csv&filter=599')).body).toContain('row 599,place number 4,149.75\r\n');
    const refused = await get('other?rows=0,5');
    expect([refused.statusCode, refused.json().detail]).toEqual([
      422,
      expect.stringContaining('write Arrow (Feather), CSV or JSON')
    ]);
  });

  it('values are as their file writes them, unless that is no JSON, and known by a tag', async () => {
    await write('variables.dictionary', '{"n": [3.0, 12345678901234567890]}');
    const first = await get('n');
    expect(first.body).toBe('[3.0, 12345678901234567890]');
    const tag = String(first.headers.etag);
    expect((await get('n', { 'if-none-match': tag })).statusCode).toBe(304);
    await write('variables.dictionary', '{"n": [NaN, 1.50]}');
    const second = await get('n', { 'if-none-match': tag });
    expect(second.statusCode).toBe(200);
    expect(second.body).toBe('[null,1.5]');
  });
});
