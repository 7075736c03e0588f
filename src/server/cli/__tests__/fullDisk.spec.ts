import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { describeWithBundle, startCommand } from './builtCommand';

const BATCHES = 8;

/** A small disk of its own; null where we may not mount one. */
async function mountSmallDisk(): Promise<string | null> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'full-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    await rm(folder, { recursive: true });
    return null;
  }
}

describeWithBundle('crosscompute run on a disk that gets full', () => {
  it('ends every run, says why, and goes on when there is room', async () => {
    const disk = await mountSmallDisk();
    if (disk === null) {
      process.stderr.write('Skipped: a small disk can be mounted by root alone.\n');
      return;
    }
    try {
      const tool = path.join(disk, 'tool');
      await mkdir(tool);
      const rows = Array.from({ length: BATCHES }, (_, index) => `n${index}`).join('\n');
      await writeFile(path.join(tool, 'batches.csv'), `name\n${rows}\n`);
      await writeFile(
        path.join(tool, 'fill.js'),
        `require('fs').writeFileSync(process.argv[2] + '/data.bin', Buffer.alloc(500_000, process.argv[1]));`
      );
      await writeFile(
        path.join(tool, 'automate.yaml'),
        `crosscompute: 0.9.4
name: Fill
input: {variables: [{id: name, view: string, path: variables.dictionary}]}
output: {variables: [{id: data, view: link, path: data.bin}]}
batches:
  - folder: 'batches/{name}'
    configuration: {path: batches.csv}
scripts: [{command: 'node fill.js {output_folder}'}]
`
      );
      const ballast = path.join(disk, 'ballast');
      await writeFile(ballast, Buffer.alloc(1_000_000));
      const full = await startCommand(os.tmpdir(), ['run', tool]).ended;
      expect(full).toMatchObject({ status: 1, stdout: expect.stringContaining('disk-full') });
      expect(full.stdout.match(/^\[\d\/8\]/gm)).toHaveLength(BATCHES);
      // With room again it goes on where it was.
      await rm(ballast);
      for (const name of await readdir(path.join(tool, 'batches'))) {
        await rm(path.join(tool, 'batches', name, 'output'), { recursive: true, force: true });
      }
      await rm(path.join(tool, '.crosscompute/blobs'), { recursive: true, force: true });
      const later = await startCommand(os.tmpdir(), ['run', tool, '--only', 'n0']).ended;
      expect(later).toMatchObject({ status: 0 });
      const history = path.join(tool, '.crosscompute/history');
      for (const id of await readdir(history)) {
        const record = JSON.parse(await readFile(path.join(history, id, 'run.json'), 'utf-8'));
        // An end that found no room is not on the disk: the later command takes such a run up again, and may end first.
        expect(['done', 'failed', 'lost', 'stopped', 'queued']).toContain(record.state);
      }
    } finally {
      execFileSync('umount', [disk]);
      await rm(disk, { recursive: true, force: true });
    }
  });
});
