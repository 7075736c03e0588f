import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { INotebookScript } from '../../../core/automation/automation';
import { ConfigError } from '../../../core/problem';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import type { ScriptedExecution } from '../../../testing/scriptedExecutor';
import { BlobStore } from '../../store/blobs';
import type { RunQueue } from '../runQueue';
import { Bench, COMMAND, automationIn, idOf, variable, journalOf } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.create();
});
afterEach(() => bench.dispose());

/** Ask for run 0 and give its first execution. */
async function begin(more = {}): Promise<{ queue: RunQueue; execution: ScriptedExecution }> {
  const queue = await bench.open();
  await queue.ensureRun(bench.request(0, more));
  return { queue, execution: await bench.executor.started(0) };
}

describe('a run', () => {
  it('leaves its record, journal, texts and variables in history and debug/', async () => {
    const { queue, execution } = await begin();
    await execution.write('debug', 'variables.dictionary', '{"mine": 1, "return_code": 7}');
    execution.print('Größe\r').print('boom', 'stderr').succeed();
    const record = await bench.until(queue, 0);
    expect(record).toMatchObject({ state: 'done', return_code: 0, error: null });
    const history = await bench.history(0);
    expect(history.record).toEqual(record);
    expect(JSON.parse((await bench.read(0, 'debug/run.json')) ?? '')).toEqual(record);
    expect(history.journal.map(line => JSON.parse(line))).toMatchObject([
      { seq: 1, kind: 'state', state: 'queued', asker: 'ana', position: 1 },
      { seq: 2, kind: 'state', state: 'running' },
      { seq: 3, kind: 'output', stream: 'stdout', text: 'Größe\r' },
      { seq: 4, kind: 'output', stream: 'stderr', text: 'boom' },
      { seq: 5, kind: 'state', state: 'done', return_code: 0 }
    ]);
    expect(await bench.read(0, 'debug/stdout.txt')).toBe('Größe\r');
    expect(await bench.read(0, 'debug/stderr.txt')).toBe('boom');
    expect(JSON.parse((await bench.read(0, 'debug/identities.dictionary')) ?? '')).toEqual({
      username: 'ana'
    });
    expect(JSON.parse((await bench.read(0, 'debug/variables.dictionary')) ?? '')).toEqual({
      mine: 1,
      return_code: 0,
      source_time: Date.parse(record.started ?? '') / 1000,
      execution_time_in_seconds:
        (Date.parse(record.ended ?? '') - Date.parse(record.started ?? '')) / 1000
    });
    const link = await fs.stat(path.join(bench.folder, 'batches/batch-0/debug/journal.ndjson'));
    const home = path.join(bench.folder, '.crosscompute/history', idOf(0), 'journal.ndjson');
    expect(link.ino).toBe((await fs.stat(home)).ino);
    expect(bench.log.complaints).toEqual([]);
  });

  it('keeps the journal of the run before, and empties its texts', async () => {
    const { queue, execution } = await begin();
    execution.print('first').succeed();
    await bench.until(queue, 0);
    const { batch } = bench.request(0);
    await queue.ensureRun(bench.request(1, { batch }));
    const second = await bench.executor.started(1);
    expect(await bench.read(0, 'debug/stdout.txt')).toBe('');
    second.print('second').succeed();
    await bench.until(queue, 1);
    expect((await bench.history(0)).journal.join()).toContain('first');
    expect(await bench.read(0, 'debug/journal.ndjson')).toContain('second');
    expect(await bench.read(0, 'debug/journal.ndjson')).not.toContain('first');
  });

  it('gives scripts the five folders, what is declared, and secrets, in their environment only', async () => {
    const { queue, execution } = await begin({ secrets: { token: 'sesame open' } });
    const { folders } = execution.context;
    expect(execution.environment).toEqual({
      PATH: '/bin',
      CROSSCOMPUTE_INPUT_FOLDER: folders.input,
      CROSSCOMPUTE_OUTPUT_FOLDER: folders.output,
      CROSSCOMPUTE_LOG_FOLDER: folders.log,
      CROSSCOMPUTE_DEBUG_FOLDER: folders.debug,
      CROSSCOMPUTE_PRINT_FOLDER: folders.print,
      token: 'sesame open'
    });
    for (const folder of Object.values(folders)) {
      expect((await fs.stat(folder)).isDirectory()).toBe(true);
    }
    execution.print('say ses').print('ame open, s');
    execution.context.emit({
      kind: 'output',
      script: 0,
      cell: null,
      message: { type: 'display_data', content: { data: { 'text/plain': 'sesame open' } } }
    });
    execution.context.emit({
      kind: 'progress',
      fraction: 0.5,
      message: 'sesame open',
      source: 'explicit'
    });
    execution.fail({
      code: 'cell-error',
      message: 'sesame open',
      value: 'sesame open',
      traceback: ['in sesame open']
    });
    await bench.until(queue, 0);
    expect(await bench.read(0, 'debug/stdout.txt')).toBe('say ••••, s');
    for (const file of await fs.readdir(bench.root, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) {
        const bytes = await fs.readFile(path.join(file.parentPath, file.name));
        expect(bytes.includes('sesame')).toBe(false);
      }
    }
  });

  it('gives scripts variables as files of their own, which are gone before it is over', async () => {
    bench.fileVariables = { TOKEN: 'sesame open' };
    const { queue, execution } = await begin();
    const file = path.join(execution.context.folders.debug, 'TOKEN');
    expect(await fs.readFile(file, 'utf-8')).toBe('sesame open');
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    expect(execution.environment).not.toHaveProperty('TOKEN');
    execution.print('sesame open').fail({ code: 'cell-error', message: 'sesame open' });
    await bench.until(queue, 0);
    expect(await bench.read(0, 'debug/stdout.txt')).toBe('••••');
    for (const left of await fs.readdir(bench.root, { recursive: true, withFileTypes: true })) {
      expect(left.name).not.toMatch(/^TOKEN|variable-files/);
      if (left.isFile()) {
        const bytes = await fs.readFile(path.join(left.parentPath, left.name));
        expect(bytes.includes('sesame')).toBe(false);
      }
    }
  });

  it('masks passwords among the inputs', async () => {
    bench.automation = automationIn(bench.folder, [
      variable('input', 'pin', { view: 'password' }),
      variable('input', 'key', { view: 'password', path: 'key.txt' })
    ]);
    bench.inputs = { pin: 'hunter22', key: 'swordfish' };
    const { queue, execution } = await begin();
    execution.print('hunter22 swordfish').succeed();
    await bench.until(queue, 0);
    expect(await bench.read(0, 'debug/stdout.txt')).toBe('•••• ••••');
  });

  it('writes the inputs of a row where they differ, and never an ENVIRONMENT value', async () => {
    bench.automation = automationIn(bench.folder, [
      variable('input', 'bill', { view: 'number' }),
      variable('input', 'note', { path: 'note.txt' }),
      variable('input', 'token', { path: 'ENVIRONMENT' }),
      variable('input', 'receipt', { view: 'file', path: 'receipt{suffix}' })
    ]);
    const upload = `/f/${'a'.repeat(32)}`;
    bench.inputs = { bill: 100, note: 'Café', token: 'secret', receipt: { uri: upload } };
    const input = path.join(bench.folder, 'batches/batch-0/input');
    await fs.mkdir(input, { recursive: true });
    await fs.writeFile(path.join(input, 'note.txt'), 'Café');
    const old = await fs.stat(path.join(input, 'note.txt'));
    const { queue, execution } = await begin();
    expect(JSON.parse((await bench.read(0, 'input/variables.dictionary')) ?? '')).toEqual({
      bill: 100
    });
    expect((await fs.stat(path.join(input, 'note.txt'))).ino).toBe(old.ino);
    expect(await bench.read(0, 'input/receipt.txt')).toBe(upload);
    execution.succeed();
    await bench.until(queue, 0);
    expect(await bench.read(0, 'input/note.txt')).toBe('Café');
  });

  it('refuses to write an input through a link that leads outside', async () => {
    bench.automation = automationIn(bench.folder, [
      variable('input', 'note', { path: 'elsewhere/note.txt' })
    ]);
    bench.inputs = { note: 'x' };
    const input = path.join(bench.folder, 'batches/batch-0/input');
    await fs.mkdir(input, { recursive: true });
    await fs.symlink(bench.root, path.join(input, 'elsewhere'));
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      error: { code: 'configuration-invalid' }
    });
    expect(await fs.readdir(bench.root)).not.toContain('note.txt');
  });

  it('runs an automation without scripts', async () => {
    bench.automation = automationIn(bench.folder, [variable('output', 'total')], { scripts: [] });
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    expect(await bench.until(queue, 0)).toMatchObject({ state: 'done', problems: [] });
    expect(await bench.read(0, 'debug/variables.dictionary')).toContain('"return_code":0');
  });

  it('executes scripts in order, and none after one that failed', async () => {
    bench.automation = automationIn(bench.folder, [], { scripts: [COMMAND, COMMAND, COMMAND] });
    const { queue, execution } = await begin();
    execution.print('one\n').succeed();
    const second = await bench.executor.started(1);
    expect(second.context.index).toBe(1);
    second.print('boom', 'stderr').end(3, null);
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      return_code: 3,
      error: {
        code: 'command-failed',
        message: 'it exited with code 3',
        script: 1,
        tail: ['one', 'boom']
      }
    });
    expect(bench.executor.executions).toHaveLength(2);
  });

  it('is re-keyed and says so when the code changed while it waited', async () => {
    bench.prepare = async run => ({
      ...bench.prepared(run),
      key: 'b'.repeat(64),
      code: 'sha256:new'
    });
    const { queue, execution } = await begin();
    execution.succeed();
    expect(await bench.until(queue, 0)).toMatchObject({ key: 'b'.repeat(64), code: 'sha256:new' });
    expect((await bench.history(0)).journal.join()).toContain('The code changed');
  });
});

describe('a run that cannot go on', () => {
  it('fails as configuration-invalid when the automation has errors now', async () => {
    const problem = {
      file: 'tips/automate.yaml',
      line: 3,
      column: 1,
      severity: 'error' as const,
      code: 'unknown-view',
      message: 'no such view',
      hint: '',
      blocks: 'all' as const
    };
    bench.prepare = () => Promise.reject(new ConfigError([problem]));
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      return_code: -10,
      error: {
        code: 'configuration-invalid',
        message: expect.stringContaining('tips/automate.yaml:3:1')
      }
    });
  });

  it('fails, frees its slot and its kernel when an executor throws, without its words', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1));
    const execution = await bench.executor.started(0);
    await execution.context.onKernel({ engine: 'private', id: 'kernel-1' });
    execution.throw(new TypeError('x is undefined'));
    const record = await bench.until(queue, 0);
    expect(record).toMatchObject({ state: 'failed', error: { code: 'engine-unavailable' } });
    expect(JSON.stringify(record)).not.toContain('undefined');
    expect(bench.log.complaints.join()).toContain('x is undefined');
    expect(bench.deletedKernels).toEqual(['private/kernel-1']);
    (await bench.executor.started(1)).succeed();
    expect((await bench.until(queue, 1)).state).toBe('done');
  });

  it('fails when nothing here executes its scripts', async () => {
    const queue = await bench.open({ executors: [] });
    await queue.ensureRun(bench.request(0));
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      return_code: -10,
      error: { code: 'engine-unavailable', script: 0 }
    });
  });

  it('ends as timeout when it takes longer than it may', async () => {
    const clock = new HandTurnedClock();
    bench.clock = clock;
    bench.automation.environment = { ...bench.automation.environment, timeoutMs: 60_000 };
    const { queue, execution } = await begin();
    clock.turn(59_999);
    expect(execution.isOver).toBe(false);
    clock.turn(1);
    expect(execution.context.signal.reason).toBe('timeout');
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      return_code: -2,
      error: {
        code: 'timeout',
        message: expect.stringMatching(/its limit of [\d.]+ s and was ended/)
      }
    });
    // The lease of the folder is given back.
    await queue.close();
    expect(clock.timerCount).toBe(0);
  });

  it('fails as disk-full when there is no room, in its folders or in a script', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const { queue, execution } = await begin();
    execution.throw(full);
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      error: { code: 'disk-full' }
    });
    await queue.ensureRun(bench.request(1));
    (await bench.executor.started(1)).fail({
      code: 'cell-error',
      message: 'OSError',
      name: 'OSError',
      value: '[Errno 28] No space left on device'
    });
    expect((await bench.until(queue, 1)).error?.code).toBe('disk-full');
  });

  it('is recorded even when its automation is deleted meanwhile', async () => {
    const { queue, execution } = await begin();
    await fs.rm(bench.folder, { recursive: true });
    execution.succeed();
    expect((await bench.until(queue, 0)).state).toBe('done');
    await expect(fs.stat(bench.folder)).rejects.toThrow();
    expect(bench.log.complaints).not.toEqual([]);
  });
});

describe('outputs', () => {
  beforeEach(() => {
    bench.automation = automationIn(bench.folder, [
      variable('output', 'total'),
      variable('output', 'tip'),
      variable('output', 'report', { path: 'report.txt' }),
      variable('output', 'plots', { view: 'file', path: 'plot-{index}{suffix}' }),
      variable('log', 'trace', { path: 'trace.txt' })
    ]);
  });

  it('are put into the store under a manifest', async () => {
    const { queue, execution } = await begin();
    await execution.write('output', 'variables.dictionary', '{"total": 118, "tip": null}');
    await execution.write('output', 'report.txt', 'Café');
    await execution.write('output', 'plot-0.png', 'p0');
    await execution.write('output', 'plot-10.svg', 'p10');
    await execution.write('output', 'scratch.tmp', 'not declared');
    await execution.write('log', 'trace.txt', 'trace');
    execution.succeed();
    const { outputs, problems } = await bench.until(queue, 0);
    expect(problems).toEqual([]);
    expect(Object.keys(outputs).sort()).toEqual([
      'log/trace.txt',
      'output/plot-0.png',
      'output/plot-10.svg',
      'output/report.txt',
      'output/variables.dictionary'
    ]);
    const blobs = new BlobStore(bench.folder);
    expect(String(await blobs.read(outputs['output/report.txt']))).toBe('Café');
  });

  it('that were not written are named, each with its reason', async () => {
    const output = path.join(bench.folder, 'batches/batch-0/output');
    await fs.mkdir(output, { recursive: true });
    await fs.writeFile(path.join(output, 'report.txt'), 'old');
    const { queue, execution } = await begin();
    await execution.write('output', 'variables.dictionary', '{"total": 118}');
    execution.succeed();
    const { state, problems, outputs } = await bench.until(queue, 0);
    expect(state).toBe('done');
    expect(problems).toEqual([
      {
        code: 'output-missing',
        variable: 'tip',
        message: 'output "tip" was not written: output/variables.dictionary has no key "tip"'
      },
      {
        code: 'output-missing',
        variable: 'report',
        message:
          'output "report" was not written: the file output/report.txt is from an earlier run'
      },
      {
        code: 'output-missing',
        variable: 'plots',
        message: 'output "plots" was not written: there is no file output/plot-{index}{suffix}'
      }
    ]);
    expect(outputs).not.toHaveProperty(['output/report.txt']);
  });

  it('count as written when a file of earlier times is moved into their place', async () => {
    bench.automation = automationIn(bench.folder, [
      variable('output', 'report', { path: 'report.txt' })
    ]);
    const old = path.join(bench.folder, 'old.txt');
    await fs.writeFile(old, 'old');
    await fs.utimes(old, 0, 0);
    const { queue, execution } = await begin();
    await fs.rename(old, path.join(execution.context.folders.output, 'report.txt'));
    execution.succeed();
    expect(await bench.until(queue, 0)).toMatchObject({ problems: [] });
  });

  it.each([
    ['numbers that are none, as Python writes them', '{"total": NaN, "tip": -Infinity}'],
    ['a byte order mark, as Windows writes it', '\uFEFF{"total": 1, "tip": 2}']
  ])('count as written in a dictionary with %s', async (_name, text) => {
    bench.automation = automationIn(bench.folder, [
      variable('output', 'total'),
      variable('output', 'tip')
    ]);
    const { queue, execution } = await begin();
    await execution.write('output', 'variables.dictionary', text);
    execution.succeed();
    expect(await bench.until(queue, 0)).toMatchObject({ state: 'done', problems: [] });
  });

  it.each([
    ['half a dictionary', '{"total": 1', 'is not a JSON object'],
    ['a list', '[1]', 'is not a JSON object']
  ])('in %s are missing', async (_name, text, reason) => {
    const { queue, execution } = await begin();
    await execution.write('output', 'variables.dictionary', text);
    execution.succeed();
    const { problems } = await bench.until(queue, 0);
    expect(problems[0].message).toContain(reason);
  });

  it('that are required and missing fail the run', async () => {
    bench.automation = automationIn(bench.folder, [
      variable('output', 'total', { isRequired: true })
    ]);
    const { queue, execution } = await begin();
    execution.succeed();
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      return_code: 1,
      error: { code: 'output-missing', message: expect.stringContaining('"total"') },
      outputs: {}
    });
  });

  it('that a link leads outside are not taken', async () => {
    bench.automation = automationIn(bench.folder, [
      variable('output', 'report', { path: 'report.txt' })
    ]);
    await fs.writeFile(path.join(bench.root, 'private.txt'), 'private');
    const { queue, execution } = await begin();
    await fs.symlink(
      path.join(bench.root, 'private.txt'),
      path.join(execution.context.folders.output, 'report.txt')
    );
    execution.succeed();
    const { outputs, problems } = await bench.until(queue, 0);
    expect(outputs).toEqual({});
    expect(problems).toHaveLength(1);
  });
});

describe('the executed notebook', () => {
  const notebook = (folder: string): INotebookScript => ({
    kind: 'notebook',
    path: 'run.ipynb',
    folder,
    kernel: null,
    position: COMMAND.position
  });
  const document = JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { id: 'a', cell_type: 'code', source: '1', metadata: {}, outputs: [], execution_count: null }
    ]
  });

  beforeEach(async () => {
    await fs.mkdir(path.join(bench.folder, 'sub'));
    await fs.writeFile(path.join(bench.folder, 'run.ipynb'), document);
    await fs.writeFile(path.join(bench.folder, 'sub/run.ipynb'), document);
  });

  it('is written with its outputs, also of a failed run, one for each script', async () => {
    bench.automation = automationIn(bench.folder, [], {
      scripts: [notebook('.'), notebook('sub')]
    });
    const { queue, execution } = await begin();
    // The author goes on writing.
    await fs.writeFile(path.join(bench.folder, 'run.ipynb'), '{}');
    execution.print('one', 'stdout', 0).succeed();
    const second = await bench.executor.started(1);
    second.print('two', 'stdout', 0).fail({ code: 'cell-error', message: 'no' });
    expect((await bench.until(queue, 0)).state).toBe('failed');
    const first = JSON.parse((await bench.read(0, 'debug/run.ipynb')) ?? '');
    expect(first.cells[0].outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'one' }
    ]);
    const other = JSON.parse((await bench.read(0, 'debug/run-2.ipynb')) ?? '');
    expect(other.cells[0].outputs[0].text).toBe('two');
  });

  it('has outputs that are too large for the journal', async () => {
    bench.automation = automationIn(bench.folder, [], { scripts: [notebook('.')] });
    const { queue, execution } = await begin();
    const image = 'A'.repeat(400_000);
    execution.context.emit({
      kind: 'output',
      script: 0,
      cell: 0,
      message: { type: 'display_data', content: { data: { 'image/png': image }, metadata: {} } }
    });
    execution.succeed();
    await bench.until(queue, 0);
    const { journal } = await bench.history(0);
    expect(Math.max(...journal.map(line => line.length))).toBeLessThan(256 * 1024);
    expect(JSON.stringify(await journalOf(queue, idOf(0)))).toContain(image);
    const written = JSON.parse((await bench.read(0, 'debug/run.ipynb')) ?? '');
    expect(written.cells[0].outputs[0].data['image/png']).toBe(image);
  });

  it('that is no notebook is left to the executor', async () => {
    await fs.writeFile(path.join(bench.folder, 'run.ipynb'), 'no JSON');
    bench.automation = automationIn(bench.folder, [], { scripts: [notebook('.')] });
    const { queue, execution } = await begin();
    execution.fail({ code: 'cell-error', message: 'not a notebook' });
    expect((await bench.until(queue, 0)).error?.message).toBe('not a notebook');
    expect(await bench.read(0, 'debug/run.ipynb')).toBeNull();
  });
});
