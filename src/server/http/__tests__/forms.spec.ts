import { readFile, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { serveSite, type IServedSite } from './servedSite';

const FILES = {
  'automate.yaml': `crosscompute: 0.9.4
name: Trip
input:
  variables:
    - {id: guests, view: number, path: variables.dictionary}
    - {id: dessert, view: radio, path: variables.dictionary, configuration: {options: [{value: 'yes'}, {value: 'no'}]}}
    - {id: hall, view: string, path: hall.txt}
    - {id: speed, view: number, path: variables.dictionary}
  templates:
    - path: one.md
    - {path: two.md, expression: guests > 4 && dessert == 'yes'}
output:
  variables:
    - {id: total, view: number, path: variables.dictionary}
    - {id: speed, view: number, path: speed.txt, mode: input}
  templates:
    - path: out.md
    - {path: large.md, expression: guests > 4}
batches:
  - folder: batches/standard
  - {folder: batches/fast}
`,
  'one.md': '{guests} {dessert}',
  'two.md': '{hall}',
  'out.md': '{total} {speed}',
  'large.md': 'A large company',
  'batches/standard/input/variables.dictionary': '{"guests": 2, "dessert": "no", "speed": 10}',
  'batches/standard/input/hall.txt': 'small',
  'batches/fast/input/variables.dictionary': '{"guests": 9, "dessert": "no", "speed": 99}'
};

describe('forms of a served automation', () => {
  let site: IServedSite;

  beforeEach(async () => {
    site = await serveSite(FILES);
  });

  afterEach(() => site.close());

  const inputOf = (run: string, name: string) =>
    readFile(path.join(site.folder, 'runs', run, 'input', name), 'utf-8');

  it('want what is on the templates that are reached, and fill the rest from the shown batch', async () => {
    const posted = { guests: { value: '4' }, dessert: { value: 'yes' }, hall: { value: 'large' } };
    const response = await site.post('/a/trip.json?batch=fast', posted);
    expect([response.statusCode, response.json().problems]).toEqual([200, []]);
    const { run, step_code } = response.json();
    expect(step_code).toBe('o');
    expect(JSON.parse(await inputOf(run, 'variables.dictionary'))).toEqual({
      guests: 4,
      dessert: 'yes',
      speed: 99
    });
    // Its template was passed over: no file.
    await expect(inputOf(run, 'hall.txt')).rejects.toMatchObject({ code: 'ENOENT' });
    const record = (await site.ended(run)).record;
    expect(record.inputs).toEqual({ guests: 4, dessert: 'yes', speed: 99 });
  });

  it('fill from the first batch where none is named', async () => {
    const posted = { guests: { value: 5 }, dessert: { value: 'yes' }, hall: { value: 'large' } };
    const { run } = (await site.post('/a/trip.json', posted)).json();
    expect(JSON.parse(await inputOf(run, 'variables.dictionary'))).toMatchObject({ speed: 10 });
    expect(await inputOf(run, 'hall.txt')).toBe('large');
  });

  it.each([
    [{}, ['guests', 'dessert']],
    [{ guests: { value: 5 }, dessert: { value: 'yes' } }, ['hall']],
    [{ guests: { value: null }, dessert: { value: 'maybe' } }, ['guests', 'dessert']],
    [{ guests: 5, dessert: null }, ['guests', 'dessert']],
    [{ guests: { value: ['5'] }, dessert: { value: { a: 1 } } }, ['guests', 'dessert']],
    [{ guests: { value: 9 }, dessert: { value: 'yes' }, hall: { value: null } }, ['hall']],
    [{ guests: { value: 9 }, dessert: { value: 'yes' }, hall: { value: [] } }, ['hall']],
    [{ guests: { value: 1 }, dessert: { value: 'no' }, speed: { value: 'fast' } }, ['speed']]
  ])('refuse %j with a problem for each variable, and write nothing', async (posted, refused) => {
    const response = await site.post('/a/trip.json', posted);
    expect(response.statusCode).toBe(400);
    const { code, refusals } = response.json();
    expect(code).toBe('input-refused');
    expect(refusals.map(({ variable }: { variable: string }) => variable)).toEqual(refused);
    expect(await readdir(path.join(site.folder, 'runs'))).toEqual([]);
  });

  it('ignore variables of other steps, and name what is no variable', async () => {
    const response = await site.post('/a/trip.json', {
      guests: { value: 1 },
      dessert: { value: 'no' },
      total: { value: 7 },
      odd: { value: 7 }
    });
    expect(response.json().problems).toMatchObject([{ code: 'input-unknown', variable: 'odd' }]);
    expect(await inputOf(response.json().run, 'variables.dictionary')).not.toContain('total');
  });

  it('on a page of another step give what stands there, the rest is that of the batch', async () => {
    const request = { automation: site.loaded.id, step: 'output', batch: 'standard' };
    const response = await site.post('/api/runs', {
      ...request,
      inputs: { speed: { value: '55' } }
    });
    expect(response.statusCode).toBe(201);
    expect(JSON.parse(await inputOf(response.json().id, 'variables.dictionary'))).toEqual({
      guests: 2,
      dessert: 'no',
      speed: 55
    });
  });

  it('leave a template of a report out whose expression is not true for its inputs', async () => {
    const report = async (batch: string) => (await site.app.inject(`/a/trip/b/${batch}/o`)).body;
    expect(await report('standard')).not.toContain('A large company');
    expect(await report('fast')).toContain('A large company');
  });

  it('take values from the address for controls alone, and say what is wrong with them', async () => {
    const page = async (query: string, step = 'i') =>
      (await site.app.inject(`/a/trip/b/standard/${step}?${query}`)).body;
    const body = await page('guests=7&dessert=yes&hall=%3Cb%3E&odd=1');
    expect(body).toMatch(/data-variable="guests"[^>]*value="7"/);
    expect(body).toContain('&lt;b&gt;');
    expect(body).not.toContain('<b>');
    expect(await page('guests=many')).toContain('&quot;many&quot; is not a number');
    expect(await page('total=7&_token=x', 'o')).not.toContain('>7<');
    expect(await page('guests=', 'i')).toMatch(/data-variable="guests"[^>]*value=""/);
    expect(await page('offset=x&filter=y')).toContain('data-variable="guests"');
    const { headers } = await site.app.inject('/a/trip/b/standard?guests=7');
    expect(headers.location).toBe('/a/trip/b/standard/i?guests=7');
  });
});
