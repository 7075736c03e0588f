import type { IRunResponse } from '../../../core/api';
import { serveSite, type IServedSite } from './servedSite';

const AUTOMATION = `
crosscompute: 0.9.4
name: Odd
input:
  variables:
    - {id: size, view: number, path: variables.dictionary}
    - {id: '---', view: number, path: variables.dictionary}
    - {id: limit, view: number, path: ENVIRONMENT}
output:
  variables:
    - {id: size, view: number, path: variables.dictionary}
    - {id: later, view: text, path: later.txt}
batches:
  - folder: batches/{size | slug}
    name: '{size | title}'
    slug: '{size | slug}'
    configuration: {path: batches.csv}
scripts: [{command: 'sh run.sh {input_folder}/variables.dictionary {output_folder}/variables.dictionary'}]
`;

/** Each crashes the original somewhere. */
describe('a tool with odd numbers, ids and slugs', () => {
  let site: IServedSite;

  beforeAll(async () => {
    site = await serveSite(
      {
        'automate.yaml': AUTOMATION,
        'batches.csv': 'size,---\n2.50,1\n-,2\n3,4\n',
        'run.sh': 'cp "$1" "$2"\nexec test "$limit" = 7\n'
      },
      { ...process.env, limit: '7' }
    );
  });

  afterAll(() => site.close());

  it('names its batches by filtered numbers, and leaves out the row with an empty slug alone', () => {
    const { batches, problems } = site.loaded;
    expect(batches.map(({ slug, name, folder }) => [slug, name, folder])).toEqual([
      ['2-5', '2.5', 'batches/2-5'],
      ['3', '3', 'batches/3']
    ]);
    expect(problems).toMatchObject([{ file: 'batches.csv', line: 3, blocks: 'batch' }]);
  });

  it('shows its form, and runs on a number from the environment', async () => {
    const form = await site.app.inject('/a/odd/b/2-5/i');
    expect(form.statusCode).toBe(200);
    expect(form.body).toContain('data-variable="---"');
    const answer = await site.post('/api/runs', { automation: site.loaded.id, batch: '2-5' });
    const { record } = await site.ended(answer.json<IRunResponse>().id);
    expect(record).toMatchObject({ state: 'done', return_code: 0, inputs: { size: 2.5 } });
  });

  it('shows the outputs that there are, and says what is not there', async () => {
    const { body, statusCode } = await site.app.inject('/a/odd/b/2-5/o');
    expect(statusCode).toBe(200);
    expect(body).toMatch(/data-variable="size"[^>]*>2\.5</);
    expect(body).toContain('later.txt');
  });
});
