import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { findTestPython } from '../../../testing/jupyterServer';
import { offerInit } from '../init';

const ROOT = path.join(__dirname, '../../../..');
const BUNDLE = path.join(ROOT, 'jupyterlab_crosscompute/server/crosscompute.cjs');
const PYTHON = findTestPython();

const describeWithBundle = existsSync(BUNDLE) ? describe : describe.skip;
const itWithPython = PYTHON ? it : it.skip;

const cell = (source: string, tags: string[] = []) => ({
  cell_type: 'code',
  id: `c${source.length}`,
  execution_count: null,
  metadata: { tags },
  outputs: [],
  source
});

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  cells: [
    cell('guests = 3\nprice = 12.5', ['parameters']),
    cell(
      "import json, os\nfrom pathlib import Path\noutput_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])\n(output_folder / 'variables.dictionary').write_text(json.dumps({'total': guests * price}))"
    )
  ]
});

describeWithBundle('crosscompute init', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'init ü-'));
    await writeFile(path.join(folder, 'dinner.ipynb'), NOTEBOOK);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  function run(...words: string[]) {
    const child = spawn(process.execPath, [BUNDLE, ...words], {
      cwd: folder,
      env: { ...process.env, CROSSCOMPUTE_PYTHON: PYTHON ?? 'python3', PYTHONPATH: ROOT }
    });
    return new Promise<{ status: number | null; stdout: string; stderr: string }>(resolve => {
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', chunk => (stdout += chunk));
      child.stderr.on('data', chunk => (stderr += chunk));
      child.once('close', status => resolve({ status, stdout, stderr }));
    });
  }

  const read = (...way: string[]) => readFile(path.join(folder, ...way), 'utf-8');

  itWithPython('makes a tool that has no problems and runs', async () => {
    const made = await run('init', 'dinner.ipynb');
    expect(made).toMatchObject({ status: 0, stdout: 'automate.yaml\n' });
    expect(made.stderr).toContain('inputs: guests, price');
    expect(made.stderr).toContain('outputs: total');
    expect(made.stderr).toContain('crosscompute serve .');
    expect(await run('check', '.')).toMatchObject({ status: 0, stdout: '' });
    const ran = await run('run', '.');
    expect(ran.stdout).toContain('standard: done');
    expect(JSON.parse(await read('batches/standard/output/variables.dictionary'))).toEqual({
      total: 37.5
    });
  });

  it('changes nothing that is there', async () => {
    await mkdir(path.join(folder, 'batches/standard/input'), { recursive: true });
    const values = path.join(folder, 'batches/standard/input/variables.dictionary');
    await writeFile(values, '{"guests": 9, "price": 1}');
    expect((await run('--configure')).status).toBe(0);
    expect(await readFile(values, 'utf-8')).toBe('{"guests": 9, "price": 1}');
    await writeFile(path.join(folder, 'automate.yaml'), 'mine');
    const { status, stderr } = await run('init', 'dinner.ipynb');
    expect(status).toBe(1);
    expect(stderr).toContain('"automate.yaml" is there already; nothing was written');
    expect(await read('automate.yaml')).toBe('mine');
  });

  it('says which notebook is meant when it is not clear, and what is none', async () => {
    await writeFile(path.join(folder, 'other.ipynb'), '[]');
    const unclear = await run('init');
    expect(unclear.status).toBe(3);
    expect(unclear.stderr).toContain('2 notebooks (dinner.ipynb, other.ipynb); name the one');
    const none = await run('init', 'other.ipynb');
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('"other.ipynb" is not a notebook');
    expect((await run('init', 'nowhere.ipynb')).status).toBe(3);
    expect(existsSync(path.join(folder, 'automate.yaml'))).toBe(false);
  });

  it('is not offered where nobody can answer', async () => {
    const { status, stderr } = await run('run', '.');
    expect(status).toBe(2);
    expect(stderr).toContain('let crosscompute init write one');
    expect(existsSync(path.join(folder, 'automate.yaml'))).toBe(false);
  });

  it('is offered at a terminal, and done when the person says yes', async () => {
    const lines: string[] = [];
    const output = { result: (line: string) => lines.push(line), say: () => undefined };
    const asked: string[] = [];
    const answer = (word: string) => (question: string) => {
      asked.push(question);
      return Promise.resolve(word);
    };
    expect(await offerInit(folder, output, answer(''))).toBe(false);
    expect(existsSync(path.join(folder, 'automate.yaml'))).toBe(false);
    expect(await offerInit(folder, output, answer('y'))).toBe(true);
    expect(asked[1]).toContain('Make one from dinner.ipynb?');
    expect(await read('automate.yaml')).toContain('path: "dinner.ipynb"');
  });
});
