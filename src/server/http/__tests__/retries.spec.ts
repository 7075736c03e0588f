import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { IRunRecord } from '../../../core/run/run';
import { until } from '../../../testing/jupyterServer';
import { serveSite, type IServedSite } from './servedSite';

const CONFIGURATION = `crosscompute: 0.9.4
name: Tool
output:
batches:
  - folder: batches/standard
scripts:
  - command: sh process.sh
environment:
  retry: {count: 2, delay: 1 second, on: [command-failed]}
`;

describe('runs that are repeated', () => {
  let site: IServedSite;

  beforeEach(async () => {
    site = await serveSite({
      'automate.yaml': CONFIGURATION,
      'process.sh': 'echo run >> runs.txt; exit 3\n',
      'batches/standard/input/variables.dictionary': '{}'
    });
  });

  afterEach(() => site.close());

  const runs = (): IRunRecord[] => site.services.queue.list({}).reverse();

  it('are repeated by themselves as often as the configuration says', async () => {
    await site.post('/api/runs', { automation: site.loaded.id, batch: 'standard' });
    await until('all attempts failed', () => runs().filter(({ ended }) => ended).length === 3);
    expect(await readFile(path.join(site.folder, 'runs.txt'), 'utf8')).toBe('run\n'.repeat(3));
    const [first, second, third] = runs();
    expect([first, second, third].map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(third.retryOf).toBe(second.id);
    for (const { started, retry_at: time } of [second, third]) {
      expect(Date.parse(started ?? '')).toBeGreaterThanOrEqual(Date.parse(time ?? ''));
    }
  });

  it('say that the code is another now', async () => {
    await writeFile(path.join(site.folder, 'automate.yaml'), CONFIGURATION.replace('2', '0'));
    await site.post('/api/runs', { automation: site.loaded.id, batch: 'standard' });
    await until('it failed', () => runs()[0]?.state === 'failed');
    const retry = async () => (await site.post(`/api/runs/${runs()[0].id}/retry`, {})).json();
    const same = await retry();
    expect(same.problems).toEqual([]);
    await site.ended(same.id);
    await writeFile(path.join(site.folder, 'process.sh'), 'exit 0\n');
    const changed = await retry();
    expect(changed.problems).toMatchObject([{ code: 'code-changed' }]);
    expect((await site.ended(changed.id)).state).toBe('done');
  });
});
