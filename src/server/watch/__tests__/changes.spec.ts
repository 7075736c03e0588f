import { promises as fs, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { until } from '../../../testing/jupyterServer';
import { Changes } from '../changes';

describe('Changes', () => {
  let file: string;

  beforeEach(async () => {
    file = path.join(await fs.mkdtemp(path.join(tmpdir(), 'changes-')), 'note.txt');
    await fs.writeFile(file, 'one');
  });

  afterEach(() => fs.rm(path.dirname(file), { recursive: true }));

  it('tells of a change that comes right after it told of one, though nobody notes it', async () => {
    const told: string[] = [];
    const changes = new Changes(paths => {
      told.push([...paths].join());
      if (told.length === 1) {
        void fs.writeFile(file, 'another one');
      }
    });
    changes.note(file);
    await until('both are told', () => told.length === 2);
    expect(told).toEqual([file, file]);
    changes.close();
  });

  it('does not tell twice of a change that was noted while it was to look again', async () => {
    const told: string[] = [];
    const changes = new Changes(paths => {
      const paper = [...paths].join();
      told.push(paper);
      if (told.length === 1) {
        writeFileSync(file, 'another one');
        changes.note(file);
      } else if (paper === file) {
        // Told after all that is looked at because of the file.
        setTimeout(() => changes.note(path.dirname(file)), 200);
      }
    });
    changes.note(file);
    await until('the last is told', () => told.includes(path.dirname(file)));
    expect(told).toEqual([file, file, path.dirname(file)]);
    changes.close();
  });
});
