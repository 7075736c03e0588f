import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IDataset } from '../../../core/automation/automation';
import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import { Datasets } from '../datasets';
import { DOWNLOAD_LIMITS } from '../downloadDataset';

describe('Datasets', () => {
  let folder: string;
  const datasets = new Datasets(DOWNLOAD_LIMITS);
  const automation = (more: Partial<IDataset>) =>
    createEmptyAutomation({
      folder,
      datasets: [
        {
          path: 'datasets/a.csv',
          reference: null,
          input: 'none',
          output: 'none',
          position: { file: '', line: 1, column: 1 },
          ...more
        }
      ]
    });
  const write = async (name: string, text: string) => {
    await fs.mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await fs.writeFile(path.join(folder, name), text);
  };
  const read = (name: string) => fs.readFile(path.join(folder, name), 'utf8');

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'datasets-'));
  });

  afterEach(() => fs.rm(folder, { recursive: true }));

  it('knows contents by their digest, also behind a link that is not made yet', async () => {
    await write('source.csv', 'one');
    const linked = automation({ reference: { path: 'source.csv' } });
    const before = await datasets.digests(linked);
    expect(before).toEqual({ 'datasets/a.csv': expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(await datasets.prepare(linked)).toEqual([]);
    expect(await datasets.digests(linked)).toEqual(before);
    await write('source.csv', 'another');
    expect(await datasets.digests(linked)).not.toEqual(before);
  });

  it('sees a new file in a folder', async () => {
    await write('runs/1/output/x.txt', 'x');
    const runs = automation({ path: 'datasets/runs', reference: { path: 'runs' } });
    const before = await datasets.digests(runs);
    await write('runs/2/output/x.txt', 'x');
    expect(await datasets.digests(runs)).not.toEqual(before);
  });

  it('replaces an input', async () => {
    await write('datasets/a.csv', 'data');
    await fs.mkdir(path.join(folder, 'input'));
    await datasets.place(automation({ input: 'replace' }), path.join(folder, 'input'));
    expect(await read('input/a.csv')).toBe('data');
  });

  it('takes outputs over, one after the other', async () => {
    await write('output/a.csv', 'x\n');
    const appended = automation({ output: 'append' });
    const output = path.join(folder, 'output');
    await Promise.all([1, 2, 3].map(() => datasets.take(appended, output)));
    expect(await read('datasets/a.csv')).toBe('x\nx\nx\n');
    await datasets.take(automation({ output: 'replace' }), output);
    expect(await read('datasets/a.csv')).toBe('x\n');
    await fs.rm(path.join(output, 'a.csv'));
    await datasets.take(automation({ output: 'replace' }), output);
    expect(await read('datasets/a.csv')).toBe('x\n');
  });
});
