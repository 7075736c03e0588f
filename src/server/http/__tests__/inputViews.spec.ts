import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { serveSite, type IServedSite } from './servedSite';

const FILES = {
  'automate.yaml': `crosscompute: 0.9.4
name: Party
input:
  variables:
    - id: room
      view: select
      path: room.txt
      configuration: {options: [hall]}
    - id: meal
      view: radio
      path: variables.dictionary
      configuration: {options: [lunch]}
    - {id: dishes, view: multiselect, path: dishes.json, required: true}
    - {id: open, view: toggle, path: variables.dictionary}
    - {id: prices, view: table, path: prices.csv}
    - {id: list, view: file, path: list.txt, required: false, configuration: {accept-types: [{value: .txt}]}}
output:
  variables: [{id: total, view: number, path: variables.dictionary}]
batches: [{folder: batches/standard}]
`,
  'batches/standard/input/variables.dictionary': JSON.stringify({
    meal: 'dinner',
    open: true,
    'meal.configuration': { options: ['lunch', 'dinner'] }
  }),
  'batches/standard/input/room.txt': 'garden',
  'batches/standard/input/room.txt.configuration': '{"options": [{"value": "garden"}]}',
  'batches/standard/input/dishes.json': '["soup"]',
  'batches/standard/input/prices.csv': 'dish,price\nsoup,4\n'
};

const posted = {
  room: { value: 'garden' },
  meal: { value: 'dinner' },
  dishes: { value: ['soup', 'cake'] },
  open: { value: 'off' },
  prices: { value: { columns: ['dish', 'price'], data: [['a, b', 5]] } }
};

describe('inputs of a served automation', () => {
  let site: IServedSite;

  beforeEach(async () => {
    site = await serveSite(FILES);
  });

  afterEach(() => site.close());

  const inputOf = (run: string, name: string) =>
    readFile(path.join(site.folder, 'runs', run, 'input', name), 'utf-8');

  const refusals = async (inputs: Record<string, unknown>) => {
    const response = await site.post('/a/party.json', inputs);
    expect(response.statusCode).toBe(400);
    return response.json().refusals as { variable: string; message: string }[];
  };

  it('are written as their paths say, by the options of the batch that was shown', async () => {
    const response = await site.post('/a/party.json', posted);
    expect([response.statusCode, response.body]).toEqual([200, expect.any(String)]);
    const { run } = response.json();
    expect(await inputOf(run, 'room.txt')).toBe('garden');
    expect(JSON.parse(await inputOf(run, 'variables.dictionary'))).toMatchObject({
      meal: 'dinner',
      open: false
    });
    expect(JSON.parse(await inputOf(run, 'dishes.json'))).toEqual(['soup', 'cake']);
    expect(await inputOf(run, 'prices.csv')).toBe('dish,price\n"a, b",5\n');
  });

  it('are refused by these options, and when nothing is chosen that is required', async () => {
    const wrong = { ...posted, room: { value: 'hall' }, dishes: { value: [] } };
    expect(await refusals(wrong)).toEqual([
      { variable: 'room', message: '"hall" is not one of the options' },
      { variable: 'dishes', message: 'a value is required' }
    ]);
  });

  it('are refused when an uploaded file is of another type', async () => {
    const upload = async (name: string) => {
      const payload = `--x\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\nA\r\n--x--\r\n`;
      const headers = { 'content-type': 'multipart/form-data; boundary=x' };
      const url = '/files.json';
      return (await site.app.inject({ method: 'POST', url, headers, payload })).json() as {
        uri: string;
      };
    };
    expect(await refusals({ ...posted, list: await upload('a.exe') })).toEqual([
      { variable: 'list', message: '"a.exe" is not accepted here; choose .txt' }
    ]);
    const taken = await site.post('/a/party.json', { ...posted, list: await upload('a.TXT') });
    expect(await inputOf(taken.json().run, 'list.txt')).toBe('A');
  });
});
