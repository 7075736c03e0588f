import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { MemoryJournal } from '../../../testing/memoryJournal';
import { RunOutput } from '../runOutput';
import { SecretMask } from '../secretMask';
import { TextFile } from '../textFile';

let folder: string;
let journal: MemoryJournal;
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'output-'));
  journal = new MemoryJournal();
});
afterEach(() => fs.rm(folder, { recursive: true }));

async function createOutput(secrets: string[] = [], maxBytes?: number): Promise<RunOutput> {
  const create = (name: string) => TextFile.create(path.join(folder, name), jest.fn());
  const files = { stdout: await create('stdout.txt'), stderr: await create('stderr.txt') };
  return new RunOutput(journal.emit, files, new SecretMask(secrets), maxBytes);
}

const say = (output: RunOutput, text: string, cell: number | null = null, script = 0) =>
  output.emit({ kind: 'output', script, cell, stream: 'stdout', text });

describe('RunOutput', () => {
  it('keeps text with the cell that wrote it, though a part was held back', async () => {
    const output = await createOutput(['sesame']);
    say(output, 'a ses', 1);
    say(output, 'ame', 2);
    output.emit({ kind: 'timing', entries: [] });
    await output.close();
    expect(journal.events).toMatchObject([
      { text: 'a ', cell: 1 },
      { text: 'ses', cell: 1 },
      { text: 'ame', cell: 2 },
      { kind: 'timing' }
    ]);
  });

  it('cuts a run off that writes too much, and says so once', async () => {
    const output = await createOutput([], 10);
    say(output, 'é'.repeat(5));
    say(output, 'x');
    say(output, 'y');
    await output.close();
    expect(journal.text('stdout')).toBe('ééééé');
    expect(journal.text('stderr')).toContain('cut off');
    expect(journal.events).toHaveLength(2);
    expect(await fs.readFile(path.join(folder, 'stderr.txt'), 'utf-8')).toContain('10 bytes');
  });

  it('hears nothing after it was closed, and no states from scripts', async () => {
    const output = await createOutput();
    output.emit({ kind: 'state', state: 'done' });
    await output.close();
    say(output, 'late');
    expect(journal.events).toEqual([]);
  });

  it('describes errors within limits, with the last lines', async () => {
    const output = await createOutput(['sesame']);
    say(output, Array.from({ length: 30 }, (_, index) => `line ${index}\r\n`).join(''));
    const described = output.describe({
      code: 'cell-error',
      message: 'sesame',
      value: 'x'.repeat(1e6),
      traceback: Array.from({ length: 500 }, () => 'y'.repeat(1e4))
    });
    expect(described.message).toBe('••••');
    expect(described.tail).toHaveLength(20);
    expect(described.tail?.[19]).toContain('line 29');
    expect(JSON.stringify(described).length).toBeLessThan(200_000);
    expect(output.describe({ code: 'lost', message: '', tail: ['own'] }).tail).toEqual(['own']);
    await output.close();
  });

  it('has no tail when nothing was said', async () => {
    const output = await createOutput();
    expect(output.describe({ code: 'lost', message: 'x' })).toEqual({ code: 'lost', message: 'x' });
    await output.close();
  });
});
