import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { isAlive } from '../../../testing/executorContract';
import { until } from '../../../testing/jupyterServer';
import { describeWithBundle, ROOT, startCommand } from './builtCommand';

describeWithBundle('crosscompute', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'command line ü-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (...words: string[]) => startCommand(folder, words);

  const run = (...words: string[]) => start(...words).ended;

  async function copy(example: string): Promise<string> {
    const target = path.join(folder, example);
    await cp(path.join(ROOT, 'examples', example), target, { recursive: true });
    return target;
  }

  it('runs all batches of the tip calculator, a line for each', async () => {
    const target = await copy('tip-calculator');
    const { status, stdout } = await run('run', target);
    expect(status).toBe(0);
    expect(stdout.match(/^\[\d\/5\] \S+: done in /gm)).toHaveLength(5);
    expect(stdout).toMatch(/5 done, 0 failed in .* s\n$/);
    const outputs = path.join(target, 'batches/standard/output/variables.dictionary');
    expect(JSON.parse(await readFile(outputs, 'utf-8'))).toMatchObject({ total: 55.89 });
  });

  it('fails with 1, and says which cell and why, for people and for programs', async () => {
    const target = await copy('broken');
    const { status, stdout } = await run('run', target);
    expect(status).toBe(1);
    expect(stdout).toMatch(/cell-error: .*till 3 says "closed".*cell 3/);
    const json = await run('run', target, '--json');
    const events = json.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'run', batch: 'standard', state: 'failed', error: { cell: 3, name: 'ValueError' } },
      { event: 'total', done: 0, failed: 1 }
    ]);
  });

  it('tests with 0 what is as expected, with 1 what is not', async () => {
    const target = await copy('tip-calculator');
    expect(await run('test', target)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('tests/four-guests: passed in ')
    });
    const expected = path.join(target, 'tests/four-guests/output/variables.dictionary');
    await writeFile(expected, '{"share": 36}');
    const { status, stdout } = await run('test', target);
    expect(status).toBe(1);
    expect(stdout).toMatch(/dictionary, share\n +expected: 36\n +actual: +35.4\n/);
  });

  it('checks with 2 and every problem with its place, 0 without any', async () => {
    const target = await copy('word-count');
    expect(await run('check', target)).toMatchObject({ status: 0, stdout: '' });
    const configuration = path.join(target, 'automate.yaml');
    const text = await readFile(configuration, 'utf-8');
    await writeFile(
      configuration,
      text.replace('view: file', 'view: fiel').replace('name:', 'nmae:')
    );
    const { status, stdout } = await run('check', target);
    expect(status).toBe(2);
    expect(stdout).toMatch(/automate\.yaml:\d+:\d+ error unknown-view: .*"file"/);
    expect(stdout).toMatch(/automate\.yaml:2:1 warning unknown-key: .*"name"/);
    const json = JSON.parse((await run('check', target, '--json')).stdout);
    expect(json).toMatchObject({ errors: 1, problems: expect.any(Array) });
    expect((await run('run', target)).status).toBe(2);
  });

  it('rewrites older spellings with --fix, keeps comments, and counts warnings with --strict', async () => {
    const target = await copy('tip-calculator');
    const configuration = path.join(target, 'automate.yaml');
    const text = await readFile(configuration, 'utf-8');
    const older = `${text}display: {pages: [{id: output, configuration: {design: flex-vertical}}]} # look\nnam: x\n`;
    await writeFile(configuration, older);
    const checked = await run('check', target);
    expect(checked.status).toBe(0);
    expect(checked.stdout).toContain('info moved-key: "flex-vertical" is now "flex"');
    const { status, stdout, stderr } = await run('check', target, '--fix', '--strict');
    expect(status).toBe(2);
    expect(stderr).toContain('1 spelling rewritten');
    expect(stdout).not.toContain('moved-key');
    expect(await readFile(configuration, 'utf-8')).toBe(older.replace('flex-vertical', 'flex'));
  });

  it('checks what is not there with 2 and says what to do', async () => {
    const { status, stdout } = await run('check', folder);
    expect(status).toBe(2);
    expect(stdout).toContain('error configuration-not-found');
    expect(stdout).toContain('add a file automate.yaml');
  });

  it('prints the JSON Schema of configurations', async () => {
    const schema = JSON.parse((await run('schema')).stdout);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { presets: expect.any(Object), batches: expect.any(Object) }
    });
  });

  it('refuses what is not there, and makes nothing of it', async () => {
    const missing = path.join(folder, 'missing');
    const { status, stderr } = await run('run', missing);
    expect(status).toBe(2);
    expect(stderr).toContain('does not exist');
    expect(existsSync(missing)).toBe(false);
    expect((await run('serve', folder)).stderr).toContain('configuration-not-found');
    expect(existsSync(path.join(folder, '.crosscompute'))).toBe(false);
  });

  it('explains wrong words with 3', async () => {
    const { status, stderr } = await run('run', '--jbos', '3');
    expect(status).toBe(3);
    expect(stderr).toContain('--jbos');
    expect((await run('--help')).stdout).toContain('Exit status');
    expect((await run('version')).stdout.trim()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('waits for another that executes in the folder, and goes on when that is killed', async () => {
    const target = path.join(folder, 'slow');
    for (const batch of ['one', 'two']) {
      const input = path.join(target, 'batches', batch, 'input');
      await mkdir(input, { recursive: true });
      await writeFile(path.join(input, 'variables.dictionary'), JSON.stringify({ name: batch }));
    }
    await writeFile(
      path.join(target, 'automate.yaml'),
      `crosscompute: 0.9.4
name: Slow
input: {variables: [{id: name, view: string, path: variables.dictionary}]}
batches: [{folder: batches/one}, {folder: batches/two}]
scripts: [{command: 'node wait.js {debug_folder}'}]
`
    );
    const flag = path.join(folder, 'go');
    await writeFile(
      path.join(target, 'wait.js'),
      `const fs = require('fs');
fs.writeFileSync(process.argv[2] + '/started', String(process.pid));
if (!fs.existsSync(${JSON.stringify(flag)})) setInterval(() => undefined, 1000);
`
    );
    const first = start('run', target, '--only', 'one');
    const started = (batch: string) => path.join(target, 'batches', batch, 'debug/started');
    await until('the first executes', () => existsSync(started('one')));
    const records = path.join(target, '.crosscompute/history');
    await until('its program is on record', async () => {
      const [id] = await readdir(records);
      return (await readFile(path.join(records, id, 'run.json'), 'utf-8')).includes('"program"');
    });
    await writeFile(flag, '');
    const second = start('run', target, '--only', 'two');
    let said = '';
    second.stderr?.on('data', chunk => (said += chunk));
    await until('the second waits', () => said.includes(`process id ${first.pid}`));
    expect(existsSync(started('two'))).toBe(false);
    first.kill('SIGKILL');
    expect(await second.ended).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/two: done/)
    });
    // What the killed one executed is not left running.
    const pid = Number(await readFile(started('one'), 'utf-8'));
    await until('its script is ended', () => !isAlive(pid));
  });

  it('ends as interrupted when nobody reads its results any more, and goes on serving', async () => {
    const target = await copy('tip-calculator');
    const child = start('run', target, '--json');
    await child.firstLine;
    child.stdout?.destroy();
    const { status, stderr } = await child.ended;
    expect([0, 130]).toContain(status);
    expect(stderr).not.toMatch(/Unhandled|^\s+at /m);
    const server = start('serve', target, '--port', '0');
    const address = await server.firstLine;
    server.stdout?.destroy();
    server.stderr?.destroy();
    const run = await fetch(`${address}a/tip-calculator.json`, { method: 'POST', body: '{}' });
    expect(run.status).toBeLessThan(500);
    expect((await fetch(address)).status).toBe(200);
    server.kill('SIGTERM');
    expect((await server.ended).status).toBe(130);
  });

  it('ends cleanly with 130 when interrupted: stopped, and no process is left', async () => {
    const target = await copy('slow-steps');
    const child = start('run', target, '--only', 'standard');
    const journal = path.join(target, 'batches/standard/debug/journal.ndjson');
    let isTalking = false;
    while (!isTalking) {
      // The first line of the notebook is there: the run is in the middle.
      isTalking = existsSync(journal) && (await readFile(journal, 'utf-8')).includes('each step');
      await new Promise(resolve => setImmediate(resolve));
    }
    child.kill('SIGINT');
    const { status, stdout } = await child.ended;
    expect(status).toBe(130);
    expect(stdout).toContain('standard: stopped');
    const record = await readFile(path.join(target, 'batches/standard/debug/run.json'), 'utf-8');
    expect(JSON.parse(record)).toMatchObject({ state: 'stopped', return_code: -1 });
  });
});
