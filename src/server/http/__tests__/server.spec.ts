import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { IFindResponse, IRunResource, IRunResponse } from '../../../core/api';
import { createServices } from '../../createServices';
import { createLog } from '../../log';
import type { Services } from '../../services';
import { createServer } from '../server';

const CONFIGURATION = `crosscompute: 0.9.4
name: Greeter
input:
  variables:
    - {id: who, view: string, path: variables.dictionary, label: Who}
    - {id: count, view: number, path: variables.dictionary}
    - {id: key, view: password, path: variables.dictionary}
    - {id: letter, view: file, path: 'letter{suffix}', required: false}
output:
  variables:
    - {id: greeting, view: string, path: variables.dictionary}
    - {id: page, view: link, path: page.html}
    - {id: never, view: text, path: never.txt}
debug:
  variables:
    - {id: rain, view: chart, path: charts/rain.json}
batches:
  - folder: batches/standard
  - folder: batches/{who | slug}
    configuration: {path: batches.csv}
scripts:
  - command: node greet.js {input_folder} {output_folder}
`;

const SCRIPT = `const fs = require('fs'), [input, output] = process.argv.slice(2);
const inputs = JSON.parse(fs.readFileSync(input + '/variables.dictionary', 'utf-8'));
if (inputs.who === 'nobody') { console.error('nobody is there'); process.exit(3); }
if (inputs.who === 'sleeper') { console.log('sleeping'); setTimeout(() => {}, 1e6); }
else {
  fs.writeFileSync(output + '/variables.dictionary', JSON.stringify({ greeting: 'Hello ' + inputs.who }));
  fs.writeFileSync(output + '/page.html', '<script>alert(1)</script>');
}
`;

const SECRET = 'correct horse battery';

describe('the HTTP server', () => {
  let folder: string;
  let services: Services;
  let app: FastifyInstance;
  let automation: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'server-'));
    const tool = path.join(folder, 'tools/greeter');
    const input = path.join(tool, 'batches/standard/input');
    await mkdir(input, { recursive: true });
    await writeFile(path.join(tool, 'automate.yaml'), CONFIGURATION);
    await writeFile(path.join(tool, 'greet.js'), SCRIPT);
    await writeFile(path.join(tool, 'run.ipynb'), '{}');
    await writeFile(path.join(tool, 'batches.csv'), 'who,count,key\nÄnne,1,a\nBob,2,b\n');
    const values = { who: '<b>World</b>', count: 3, key: SECRET };
    await writeFile(path.join(input, 'variables.dictionary'), JSON.stringify(values));
    const assetsFolder = path.join(folder, 'assets');
    await mkdir(assetsFolder);
    for (const name of ['page.js', 'chart-AB12CD34.js', 'page.css', 'logo.svg', 'notes.txt']) {
      await writeFile(path.join(assetsFolder, name), `/* ${name} */`);
    }
    services = await createServices({
      rootFolder: folder,
      stateFolder: path.join(folder, 'state'),
      place: () => Promise.reject(new Error('no kernels here')),
      engineId: 'private',
      siteUri: configuration => `at/${configuration}/`,
      hasSites: true,
      isWatching: false,
      maximumConcurrentRuns: 2,
      assetsFolder,
      environment: process.env,
      log: createLog('silent')
    });
    app = await createServer(services, {
      proxySecret: null,
      rootUri: '/base',
      hosts: null,
      origins: [],
      hasSites: true,
      version: '0'
    });
    await services.queue.start();
    automation = (await find('tools/greeter/run.ipynb')).chosen ?? '';
  });

  afterEach(async () => {
    await app.close();
    await services.close();
    await rm(folder, { recursive: true });
  });

  async function find(target: string): Promise<IFindResponse> {
    const response = await app.inject({
      method: 'POST',
      url: '/api/automations/find',
      payload: { path: target }
    });
    return response.json();
  }

  const get = (url: string) => app.inject({ url, headers: { accept: 'text/html' } });

  function post(url: string, payload: object) {
    return app.inject({ method: 'POST', url, payload });
  }

  async function ended(id: string): Promise<IRunResource> {
    await new Promise<void>(resolve => services.queue.follow(id, 0, () => undefined, resolve));
    return (await app.inject(`/api/runs/${id}`)).json();
  }

  const page = 'at/tools/greeter/automate.yaml/a/greeter';

  it('serves scripts, their chunks and style sheets from its assets, and nothing else', async () => {
    for (const name of ['page.js', 'chart-AB12CD34.js', 'page.css', 'logo.svg']) {
      const response = await get(`/assets/${name}`);
      expect([name, response.statusCode, response.body]).toEqual([name, 200, `/* ${name} */`]);
      expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
    const chunk = await get('/assets/chart-AB12CD34.js');
    expect(chunk.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    const others = [
      'notes.txt',
      'none-AB12CD34.js',
      '..%2Fstate%2Fkey.js',
      '.x.js',
      'a%00.js',
      '%2Fx.js'
    ];
    for (const name of others) {
      expect([name, (await get(`/assets/${name}`)).statusCode]).toEqual([name, 404]);
    }
  });

  it('serves data beside a chart, and nothing else that lies there', async () => {
    const output = path.join(folder, 'tools/greeter/batches/standard/debug');
    await mkdir(path.join(output, 'charts/.more'), { recursive: true });
    const files = ['charts/rows.csv', 'charts/.more/rows.csv', 'charts/page.html', 'rows.csv'];
    await Promise.all(files.map(name => writeFile(path.join(output, name), 'n\n1\n')));
    await symlink('/etc/hostname', path.join(output, 'charts/linked.csv'));
    const chart = `/${page}/b/standard/d/rain`;
    const answer = await get(`${chart}/rows.csv`);
    expect([answer.statusCode, answer.body]).toEqual([200, 'n\n1\n']);
    expect(answer.headers['content-type']).toContain('text/csv');
    for (const name of [
      ...[
        'none.csv',
        'page.html',
        'linked.csv',
        '.more/rows.csv',
        '..%2Frows.csv',
        'rain.json/x.csv'
      ],
      ...['%2Fetc%2Fpasswd', 'rows.csv%00.csv', '%2e%2e%2frows.csv', '']
    ]) {
      expect([name, (await get(`${chart}/${name}`)).statusCode]).toEqual([name, 404]);
    }
    // Other views name no files.
    expect((await get(`/${page}/b/standard/o/page/charts/rows.csv`)).statusCode).toBe(404);
    expect((await get(`/${page}/b/standard/o/none/rows.csv`)).statusCode).toBe(404);
  });

  it('finds the automation of a notebook, a folder, a configuration and a batch', async () => {
    for (const target of [
      'tools/greeter/run.ipynb',
      'tools/greeter',
      'tools/greeter/automate.yaml'
    ]) {
      expect(await find(target)).toMatchObject({
        chosen: automation,
        batch: null,
        candidates: [{ name: 'Greeter', uri: page, batchCount: 3, isRunnable: true }]
      });
    }
    const batch = await find('tools/greeter/batches/standard');
    expect(batch).toMatchObject({ chosen: automation, batch: 'standard' });
    expect((await find('.')).candidates).toEqual([]);
  });

  it.each(['../etc', '/etc', 'tools/../../x'])('finds nothing outside: %s', async target => {
    const response = await post('/api/automations/find', { path: target });
    expect([response.statusCode, response.json().code]).toEqual([400, 'path-outside']);
  });

  it('runs a form, with a log, an executed record and a report', async () => {
    const response = await post('/api/runs', {
      automation,
      batch: 'standard',
      inputs: { who: { value: 'Zoë' }, odd: { value: 1 } }
    });
    expect(response.statusCode).toBe(201);
    const run: IRunResponse = response.json();
    expect(run).toMatchObject({
      joined: false,
      problems: [{ code: 'input-unknown', variable: 'odd' }]
    });
    const { record } = await ended(run.id);
    expect(record).toMatchObject({
      state: 'done',
      return_code: 0,
      inputs: { who: 'Zoë', count: 3 },
      problems: [
        { code: 'input-unknown', variable: 'odd' },
        { code: 'output-missing', variable: 'never' }
      ]
    });
    expect(JSON.stringify(record)).not.toContain(SECRET);
    const report = await get(`/${page}/b/${run.batch}/o`);
    expect(report.body).toContain('Hello Zoë');
    const text = path.join(folder, 'tools/greeter/runs', run.id, 'input/variables.dictionary');
    expect(JSON.parse(await readFile(text, 'utf-8'))).toEqual({
      who: 'Zoë',
      count: 3,
      key: SECRET
    });
  });

  it('refuses inputs field by field, and leaves nothing behind', async () => {
    const response = await post('/api/runs', {
      automation,
      inputs: { who: { value: null }, count: { value: 'many' } }
    });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'input-refused' });
    const refused = response.json().refusals.map(({ variable }: { variable: string }) => variable);
    expect(refused).toEqual(['who', 'count']);
    await expect(readFile(path.join(folder, 'tools/greeter/runs'))).rejects.toMatchObject({
      code: expect.stringMatching(/ENOENT|EISDIR/)
    });
    expect((await app.inject('/api/runs')).json()).toEqual([]);
  });

  it('joins the same work, lists what runs, and stops it', async () => {
    const asked = { automation, batch: 'standard', inputs: { who: { value: 'sleeper' } } };
    const first: IRunResponse = (await post('/api/runs', asked)).json();
    const second = await post('/api/runs', asked);
    expect(second.statusCode).toBe(200);
    expect(second.json()).toMatchObject({ id: first.id, joined: true });
    const queue = (await app.inject('/api/queue')).json();
    expect([...queue.running, ...queue.queued].map(({ id }) => id)).toEqual([first.id]);
    expect(queue.counts.running + queue.counts.queued).toBe(1);
    const further = (await app.inject('/api/queue?after=1&limit=5')).json();
    expect(further).toMatchObject({ queued: [], counts: queue.counts });
    // As JupyterLab sends it: the type of a body, and no body.
    const stopped = await app.inject({
      method: 'POST',
      url: `/api/runs/${first.id}/stop`,
      headers: { 'content-type': 'application/json' }
    });
    expect(stopped.json()).toMatchObject({ state: 'stopped', return_code: -1 });
    const pin = async (method: 'POST' | 'DELETE') =>
      (await app.inject({ method, url: `/api/runs/${first.id}/pin` })).json();
    expect((await pin('POST')).record).toMatchObject({ state: 'stopped', pinned: true });
    expect((await pin('DELETE')).record).not.toHaveProperty('pinned');
    const again = await post(`/api/runs/${first.id}/stop`, {});
    expect([again.statusCode, again.json().code]).toEqual([409, 'already-final']);
  });

  it('stops all runs of an automation', async () => {
    const asked = { automation, batch: 'standard', inputs: { who: { value: 'sleeper' } } };
    const run: IRunResponse = (await post('/api/runs', asked)).json();
    const answer = await post('/api/queue/stop', { automation });
    expect([answer.statusCode, answer.json()]).toEqual([202, { count: 1 }]);
    expect((await ended(run.id)).state).toBe('stopped');
    const stranger = await app.inject({
      method: 'POST',
      url: '/api/queue/stop',
      payload: { automation },
      remoteAddress: '10.0.0.9'
    });
    expect(stranger.statusCode).toBe(403);
  });

  it('tells why a command failed, and runs it again on Retry', async () => {
    const asked = { automation, batch: 'standard', inputs: { who: { value: 'nobody' } } };
    const run: IRunResponse = (await post('/api/runs', asked)).json();
    const failed = await ended(run.id);
    expect(failed).toMatchObject({
      state: 'failed',
      return_code: 3,
      error: { code: 'command-failed', tail: ['nobody is there'] }
    });
    expect((await get(`/${page}/b/${run.batch}/o`)).body).toContain('nobody is there');
    const retry: IRunResponse = (await post(`/api/runs/${run.id}/retry`, {})).json();
    expect(retry.id).not.toBe(run.id);
    expect((await ended(retry.id)).record).toMatchObject({
      retryOf: run.id,
      inputs: { who: 'nobody' }
    });
    const list = async (more: string) =>
      (await app.inject(`/api/runs?automation=${automation}${more}`)).json();
    expect(Object.keys((await list('&limit=1'))[0])).not.toContain('record');
    const [newest, ...others] = await list('&records=true');
    expect(newest).toMatchObject({ id: retry.id, record: { retryOf: run.id } });
    expect(others).toMatchObject([{ id: run.id, record: { inputs: { who: 'nobody' } } }]);
    expect(await list(`&records=true&before=${retry.id}`)).toEqual(others);
    expect(await list(`&before=${run.id}`)).toEqual([]);
  });

  it('runs all batches of folder and CSV, and lists them with values and state', async () => {
    const { runs } = (await post(`/api/automations/${automation}/run-all`, {})).json();
    await Promise.all(runs.map(({ id }: IRunResponse) => ended(id)));
    const list = (
      await app.inject(`/api/automations/${automation}/batches?limit=2&offset=1`)
    ).json();
    expect(list).toMatchObject({
      total: 3,
      offset: 1,
      batches: [
        {
          slug: 'änne',
          inputs: { who: 'Änne', count: '1' },
          outputs: { greeting: 'Hello Änne' },
          state: 'done',
          isStale: false
        },
        { slug: 'bob', inputs: { who: 'Bob', count: '2' }, state: 'done' }
      ]
    });
    expect(JSON.stringify(list)).not.toContain('"key"');
    await writeFile(path.join(folder, 'tools/greeter/greet.js'), `${SCRIPT}// changed`);
    const stale = (await app.inject(`/api/automations/${automation}/batches?filter=BOB`)).json();
    expect(stale).toMatchObject({ total: 1, batches: [{ slug: 'bob', isStale: true }] });
  });

  it('saves inputs as a batch, once under each name', async () => {
    const body = { name: 'My Batch', inputs: { who: { value: 'Me' } }, from: 'standard' };
    const saved = await post(`/api/automations/${automation}/batches`, body);
    expect(saved.statusCode).toBe(201);
    expect(saved.json()).toMatchObject({ slug: 'my-batch', inputs: { who: 'Me', count: '3' } });
    const text = await readFile(path.join(folder, 'tools/greeter/automate.yaml'), 'utf-8');
    expect(text).toContain('batches/my-batch');
    expect(text.startsWith('crosscompute: 0.9.4\nname: Greeter\n')).toBe(true);
    const twice = await post(`/api/automations/${automation}/batches`, body);
    expect([twice.statusCode, twice.json().code]).toEqual([409, 'not-unique']);
  });

  it('escapes data on pages and never shows a password', async () => {
    const { body, headers } = await get(`/${page}/b/standard/i`);
    expect(body).toContain('&lt;b&gt;World&lt;/b&gt;');
    expect(body).not.toContain('<b>World');
    expect(body).not.toContain(SECRET);
    expect(headers['content-security-policy']).toMatch(/script-src 'self' 'nonce-[^']+';/);
    const fragment = (
      await app.inject(`/api/automations/${automation}/page?step=input&batch=standard`)
    ).json();
    expect(fragment.html).toContain('&lt;b&gt;World&lt;/b&gt;');
    expect(JSON.stringify(fragment)).not.toContain(SECRET);
  });

  it('gives data as files that cannot act, and nothing through links', async () => {
    const { id, batch }: IRunResponse = (
      await post('/api/runs', { automation, batch: 'standard' })
    ).json();
    await ended(id);
    const raw = await get(`/${page}/b/${batch}/o/page`);
    expect(raw.headers['content-disposition']).toBe('attachment');
    expect(raw.headers['content-security-policy']).toContain('sandbox');
    expect((await get(`/${page}/b/${batch}/o/greeting`)).headers['content-type']).toContain(
      'text/plain'
    );
    expect((await get(`/${page}/b/${batch}/o/greeting.json`)).json()).toMatchObject({
      value: 'Hello <b>World</b>'
    });
    expect((await get(`/${page}/b/${batch}/o/never`)).statusCode).toBe(404);
    await writeFile(path.join(folder, 'secret.txt'), 'secret');
    const never = path.join(folder, 'tools/greeter/batches/standard/output/never.txt');
    await symlink(path.join(folder, 'secret.txt'), never);
    const linked = await get(`/${page}/b/${batch}/o/never`);
    expect(linked.statusCode).toBeGreaterThanOrEqual(400);
    expect(linked.body).not.toBe('secret');
  });

  it('uploads a file for a run', async () => {
    const boundary = 'x';
    const payload = `--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nDear\r\n--x--\r\n`;
    const { uri } = (
      await app.inject({
        method: 'POST',
        url: '/files.json',
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        payload
      })
    ).json();
    const run: IRunResponse = (
      await post('/api/runs', { automation, batch: 'standard', inputs: { letter: { uri } } })
    ).json();
    expect((await ended(run.id)).record.inputs.letter).toMatchObject({ name: 'letter.txt' });
    const file = path.join(folder, 'tools/greeter/runs', run.id, 'input/letter.txt');
    expect(await readFile(file, 'utf-8')).toBe('Dear');
  });

  it('keeps the last valid state of a configuration, and tells its problems', async () => {
    const configuration = path.join(folder, 'tools/greeter/automate.yaml');
    await writeFile(configuration, CONFIGURATION.replace('view: number', 'view: numbr'));
    const summary = (await app.inject(`/api/automations/${automation}`)).json();
    expect(summary).toMatchObject({
      isUsable: true,
      isRunnable: false,
      problems: expect.arrayContaining([
        expect.objectContaining({
          file: 'tools/greeter/automate.yaml',
          line: 6,
          code: 'unknown-view'
        })
      ])
    });
    const refused = await post('/api/runs', { automation });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'configuration-invalid']);
    expect((await get(`/${page}/b/standard/i`)).statusCode).toBe(200);
    await writeFile(configuration, CONFIGURATION);
    expect((await app.inject(`/api/automations/${automation}`)).json().problems).toEqual([]);
  });

  it('answers with pages to people and with problem documents to programs', async () => {
    const missing = await get('/at/tools/greeter/automate.yaml/a/greeter/b/none/o');
    expect(missing.statusCode).toBe(404);
    expect(missing.headers['content-type']).toContain('text/html');
    const unknown = await app.inject('/api/automations/0123456789abcdef');
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'automation-unknown']);
    const bad = await post('/api/runs', { automation: 'x' });
    expect([bad.statusCode, bad.json().code]).toEqual([400, 'bad-request']);
    expect((await get('/_site/x/a/y')).statusCode).toBe(404);
  });

  it('describes its API', async () => {
    const document = (await app.inject('/api/openapi.json')).json();
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/runs', '/api/runs/{run}/stop', '/api/events', '/files.json'])
    );
  });
});
