import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MemoryFiles } from '../../../testing/memoryFiles';
import { readAutomation } from '../../automation/readAutomation';
import { createViewRegistry } from '../../view/registry';
import { readBatches } from '../readBatches';

const EXAMPLES = resolve(__dirname, '../../../../examples');

/** Folders with an automation. */
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(entry => entry.name);

function copyToMemory(folder: string, target: string, files: MemoryFiles): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      copyToMemory(join(folder, entry.name), `${target}/${entry.name}`, files);
    } else if (entry.isFile()) {
      files.write(`${target}/${entry.name}`, readFileSync(join(folder, entry.name)));
    }
  }
}

describe('the examples', () => {
  it.each(names)('%s has no problem and at least one batch', async name => {
    const files = new MemoryFiles();
    copyToMemory(join(EXAMPLES, name), `/examples/${name}`, files);
    const views = createViewRegistry();
    const { automation, problems } = await readAutomation(
      files,
      `/examples/${name}/automate.yaml`,
      { views, environment: () => undefined, rootFolder: '/examples' }
    );
    expect(problems).toEqual([]);
    const read = automation && (await readBatches(files, automation, { views }));
    expect(read?.problems).toEqual([]);
    expect(read?.batches.length).toBeGreaterThan(0);
  });
});
