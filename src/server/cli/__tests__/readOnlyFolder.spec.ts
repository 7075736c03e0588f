import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { makeReadOnly } from '../../../testing/readOnlyFolder';
import { describeWithBundle, startCommand } from './builtCommand';

const CONFIGURATION = `crosscompute: 0.9.4
name: Copy
input: {variables: [{id: name, view: string, path: variables.dictionary}]}
output: {variables: [{id: copy, view: text, path: copy.txt}]}
batches: [{folder: 'batches/{name}', configuration: {path: batches.csv}}]
scripts: [{command: 'cp {input_folder}/variables.dictionary {output_folder}/copy.txt'}]
`;

describeWithBundle('crosscompute run where it may not write', () => {
  let tool: string;
  let release: (() => Promise<void>)[];

  beforeEach(async () => {
    tool = await mkdtemp(path.join(os.tmpdir(), 'read-only-'));
    release = [];
    await writeFile(path.join(tool, 'automate.yaml'), CONFIGURATION);
    await writeFile(path.join(tool, 'batches.csv'), 'name\na\nb\nc\n');
  });

  afterEach(async () => {
    for (const each of release.splice(0)) {
      await each();
    }
    await rm(tool, { recursive: true, force: true });
  });

  const run = () => startCommand(os.tmpdir(), ['run', tool]).ended;

  /** @returns false where that cannot be done, which is said */
  async function lock(folder: string): Promise<boolean> {
    const unlock = await makeReadOnly(folder);
    if (!unlock) {
      process.stderr.write(
        'Skipped: we are root, whom permissions do not bind, and may not mount.\n'
      );
      return false;
    }
    release.push(unlock);
    return true;
  }

  it('fails the batch alone whose folder it is, and says which', async () => {
    const locked = path.join(tool, 'batches', 'b');
    await mkdir(locked, { recursive: true });
    if (!(await lock(locked))) {
      return;
    }
    const { status, stdout, stderr } = await run();
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /the folder "batches\/b\/\w+" cannot be made|"batches\/b\/\w+" cannot be/
    );
    expect(stdout).toMatch(/^2 done, 1 failed/m);
    expect(stderr).toBe('');
    await release.splice(0)[0]();
    expect(await run()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^3 done/m) });
  });

  it.each(['.', '.crosscompute'])('says at once that %s is such a folder', async name => {
    const locked = path.join(tool, name);
    await mkdir(locked, { recursive: true });
    if (!(await lock(locked))) {
      return;
    }
    const { status, stdout, stderr } = await run();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^crosscompute: .*\.crosscompute\b.*" cannot be [^\n]+\n$/);
    expect(await readdir(tool)).not.toContain('batches');
    await release.splice(0)[0]();
    expect(await run()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^3 done/m) });
  });
});
