import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { IRunResponse } from '../../../core/api';
import { serveSite, type IServedSite } from './servedSite';

const SECRET = 'kept from every file';

const CONFIGURATION = `crosscompute: 0.9.4
name: Cities
input:
  variables:
    - {id: city, view: string, path: variables.dictionary}
    - {id: count, view: number, path: count.txt}
    - {id: KEY, view: password, path: ENVIRONMENT}
output:
  variables:
    - {id: greeting, view: string, path: greeting.txt}
    - {id: folders, view: string, path: folders.txt}
batches:
  - folder: batches/plain
  - folder: batches/{city | slug}
    name: '{city}'
    configuration: {path: batches.csv}
scripts:
  - command: node run.js
`;

const SCRIPT = `const fs = require('fs');
const at = name => process.env['CROSSCOMPUTE_' + name + '_FOLDER'];
const { city } = JSON.parse(fs.readFileSync(at('INPUT') + '/variables.dictionary', 'utf-8'));
const names = ['INPUT', 'OUTPUT', 'LOG', 'DEBUG', 'PRINT'];
fs.writeFileSync(at('OUTPUT') + '/folders.txt', String(names.map(at).every(fs.existsSync)));
if (city !== 'Silent') fs.writeFileSync(at('OUTPUT') + '/greeting.txt', city + ' ' + process.env.KEY.length);
`;

const FILES = {
  'automate.yaml': CONFIGURATION,
  'run.js': SCRIPT,
  'batches.csv': `city,count,KEY,#\nOslo,1,${SECRET},\nRome,2,b,\nNowhere,x,c,#\n`,
  'batches/plain/input/variables.dictionary': '{"city":   "Ås"}',
  'batches/plain/input/count.txt': '7\n\n'
};

describe('batches of a served automation', () => {
  let site: IServedSite;

  beforeEach(async () => {
    site = await serveSite(FILES, { ...process.env, KEY: 'of the server' });
  });

  afterEach(() => site.close());

  const at = (...parts: string[]) => path.join(site.folder, ...parts);
  const tree = async () => (await readdir(site.folder, { recursive: true })).sort();
  const write = (name: string, text: string) => writeFile(at(name), text);
  const ask = (body: object) => site.post('/api/runs', { automation: site.loaded.id, ...body });
  const list = async () =>
    (await site.app.inject(`/api/automations/${site.loaded.id}/batches`)).json().batches as {
      slug: string;
      inputs: Record<string, string>;
    }[];

  async function run(batch: string): Promise<void> {
    const response: IRunResponse = (await ask({ batch, fresh: true })).json();
    const { record } = await site.ended(response.id);
    expect([batch, record.state]).toEqual([batch, 'done']);
  }

  it('are opened, listed and shown without writing anything', async () => {
    const before = await tree();
    expect((await list()).map(({ slug }) => slug)).toEqual(['plain', 'oslo', 'rome']);
    for (const uri of ['', '/b/oslo/i', '/b/oslo/o', '/b/oslo/i/count', '/b/plain/i']) {
      const { statusCode } = await site.app.inject(`/a/cities${uri}`);
      expect([uri, statusCode]).toEqual([uri, 200]);
    }
    const page = (await site.app.inject('/a/cities/b/oslo/i')).body;
    expect(page).toContain('value="Oslo"');
    expect((await site.app.inject('/a/cities/b/rome/i/count')).body).toBe('2');
    expect(await tree()).toEqual(before);
  });

  it('are sorted, filtered and cut into pages, with runs of the form when asked', async () => {
    await write('batches.csv', 'city,count\nÅs 10,1\nÅs 9,2\nRome,3\n');
    await run('ås-9');
    const form = (await ask({ inputs: { city: { value: 'Oslo' }, count: { value: 4 } } })).json();
    await site.ended(form.id);
    const listed = async (query: string) => {
      const uri = `/api/automations/${site.loaded.id}/batches?${query}`;
      const { total, batches } = (await site.app.inject(uri)).json();
      return [total, ...batches.map(({ slug }: { slug: string }) => slug)];
    };
    expect(await listed('sort=name')).toEqual([4, 'ås-9', 'ås-10', 'plain', 'rome']);
    expect(await listed('sort=name&order=descending&limit=2&offset=1')).toEqual([
      4,
      'plain',
      'ås-10'
    ]);
    expect(await listed('sort=state&limit=1')).toEqual([4, 'ås-9']);
    expect(await listed('sort=duration&order=descending&limit=1')).toEqual([4, 'ås-9']);
    expect(await listed('filter=ÅS')).toEqual([2, 'ås-10', 'ås-9']);
    expect(await listed('runs=true&offset=3')).toEqual([5, 'rome', form.batch]);
    expect(await listed('runs=true&sort=state&limit=2')).toEqual([5, 'ås-9', form.batch]);
  });

  it('of rows are written before they run, and again only where they differ', async () => {
    await run('oslo');
    const file = at('batches/oslo/input/count.txt');
    expect(await readFile(file, 'utf-8')).toBe('1');
    expect(
      JSON.parse(await readFile(at('batches/oslo/input/variables.dictionary'), 'utf-8'))
    ).toEqual({ city: 'Oslo' });
    expect(await readFile(at('batches/oslo/output/folders.txt'), 'utf-8')).toBe('true');
    await utimes(file, 1000, 1000);
    await run('oslo');
    expect((await stat(file)).mtimeMs).toBe(1_000_000);
    await write('batches.csv', 'city,count\nOslo,5\n');
    await run('oslo');
    expect(await readFile(file, 'utf-8')).toBe('5');
    await expect(stat(at('batches/rome'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of a plain folder are never rewritten', async () => {
    await run('plain');
    expect(await readFile(at('batches/plain/input/variables.dictionary'), 'utf-8')).toBe(
      FILES['batches/plain/input/variables.dictionary']
    );
    expect(await readFile(at('batches/plain/input/count.txt'), 'utf-8')).toBe('7\n\n');
    expect(await readFile(at('batches/plain/output/greeting.txt'), 'utf-8')).toBe('Ås 13');
  });

  it('give values of the environment to the script and to no file', async () => {
    await run('oslo');
    expect(await readFile(at('batches/oslo/output/greeting.txt'), 'utf-8')).toBe(
      `Oslo ${SECRET.length}`
    );
    const written = (await readdir(site.folder, { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile() && entry.name !== 'batches.csv')
      .map(entry => path.join(entry.parentPath, entry.name));
    for (const file of written) {
      expect([file, (await readFile(file)).includes(SECRET)]).toEqual([file, false]);
    }
    expect((await site.app.inject('/a/cities/b/oslo/i')).body).not.toContain(SECRET);
  });

  it('are read again when their file is edited; folders of those that vanished stay', async () => {
    await run('rome');
    await write('batches.csv', 'city,count\nBergen,3\n');
    expect((await list()).map(({ slug }) => slug)).toEqual(['plain', 'bergen']);
    expect((await site.app.inject('/a/cities/b/rome/i')).statusCode).toBe(404);
    expect(await readFile(at('batches/rome/output/greeting.txt'), 'utf-8')).toBe('Rome 1');
  });

  it('are read again when the reference is edited', async () => {
    const referring = "  - {folder: 'referring/{city}', reference: {folder: batches/plain}}";
    await write('automate.yaml', CONFIGURATION.replace('batches:', `batches:\n${referring}`));
    expect((await list())[0]).toMatchObject({ slug: 'ås', inputs: { count: '7' } });
    await write('batches/plain/input/variables.dictionary', '{"city": "Voss"}');
    await write('batches/plain/input/count.txt', '12');
    expect((await list())[0]).toMatchObject({ slug: 'voss', inputs: { count: '12' } });
    await run('voss');
    expect(await readFile(at('referring/Voss/input/count.txt'), 'utf-8')).toBe('12');
  });

  it('run although one row is broken and another lacks a value, which are named', async () => {
    await write('batches.csv', 'city,count\nOslo,1\nBroken,x\nRome,2\nLacking\n');
    const summary = (await site.app.inject(`/api/automations/${site.loaded.id}`)).json();
    expect(summary).toMatchObject({ isUsable: true, isRunnable: true });
    expect((await list()).map(({ slug }) => slug)).toEqual(['plain', 'oslo', 'rome', 'lacking']);
    const lacking = await ask({ batch: 'lacking' });
    expect(lacking.statusCode).toBe(409);
    expect(lacking.json().problems).toMatchObject([
      { code: 'batch-value-missing', file: 'batches.csv', line: 5, blocks: 'batch' }
    ]);
    const all = await site.post(`/api/automations/${site.loaded.id}/run-all`, {});
    const { runs } = all.json() as { runs: IRunResponse[] };
    await Promise.all(runs.map(({ id }) => site.ended(id)));
    expect(runs.map(({ batch }) => batch)).toEqual(['plain', 'oslo', 'rome']);
    expect(site.loaded.problems.map(({ code, line }) => [code, line])).toEqual([
      ['batch-value-invalid', 3],
      ['batch-value-missing', 5]
    ]);
  });

  it('mark an output that an earlier run wrote and this one did not', async () => {
    await write('batches.csv', 'city,count\nSilent,1\n');
    await run('silent');
    await writeFile(at('batches/silent/output/greeting.txt'), 'of earlier');
    const early = new Date(Date.now() - 3_600_000);
    await utimes(at('batches/silent/output/greeting.txt'), early, early);
    await run('silent');
    const { body } = await site.app.inject('/a/cities/b/silent/o');
    expect(body).toContain('of earlier');
    expect(body).toContain('class="_warning"');
  });
});
