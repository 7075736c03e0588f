import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { CHROMIUM } from '../../../testing/chromium';
import { isAlive } from '../../../testing/executorContract';
import { until } from '../../../testing/jupyterServer';
import { S3_CREDENTIALS, startS3 } from '../../../testing/s3Server';
import { describeWithBundle, startCommand, type BuiltCommand } from './builtCommand';

const configurationOf = (name: string, more = '') => `crosscompute: 0.9.4
name: ${name}
input:
  variables:
    - {id: who, view: string, path: variables.dictionary}
output:
  variables:
    - {id: greeting, view: string, path: variables.dictionary}
  templates: [{path: output.md}]
batches:
  - folder: batches/{who | slug}
    name: '{who}'
    configuration: {path: batches.csv}
scripts:
  - command: node greet.js {input_folder} {output_folder} {debug_folder}
${more}`;

const PRINT = `print:
  variables:
    - {id: card, view: pdf, path: card.pdf}
`;

/** Greets; fails for Bob as long as a file says so; for Eve it waits with a child process until both are ended. */
const SCRIPT = `const fs = require('fs'), [input, output, debug] = process.argv.slice(2);
const { who } = JSON.parse(fs.readFileSync(input + '/variables.dictionary', 'utf-8'));
if (who === 'Bob' && fs.existsSync('broken')) { console.error('Bob is away'); process.exit(3); }
if (who === 'Eve') {
  const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)']);
  fs.writeFileSync(debug + '/draft', [process.pid, child.pid].join(' '));
  fs.renameSync(debug + '/draft', debug + '/processes.txt');
  setInterval(() => 0, 1e6);
} else {
  fs.writeFileSync(output + '/variables.dictionary', JSON.stringify({ greeting: 'Hello ' + who }));
}
`;

describeWithBundle('crosscompute, flag by flag,', () => {
  let folder: string;
  let children: BuiltCommand[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'flags ü-'));
    children = [];
    await write('batches.csv', 'who\nAnn\nBob\nBill\n');
    await addAutomation('.', configurationOf('Greeter'));
  });

  afterEach(async () => {
    children.forEach(child => child.kill('SIGKILL'));
    await Promise.all(children.map(child => child.ended));
    await rm(folder, { recursive: true, force: true });
  });

  const at = (...parts: string[]) => path.join(folder, ...parts);
  const write = (name: string, text: string) => writeFile(at(name), text);

  async function addAutomation(where: string, configuration: string): Promise<void> {
    await mkdir(at(where), { recursive: true });
    await writeFile(at(where, 'automate.yaml'), configuration);
    await writeFile(at(where, 'greet.js'), SCRIPT);
    await writeFile(at(where, 'output.md'), 'Dear { greeting }');
  }

  function start(...words: string[]): BuiltCommand {
    const child = startCommand(folder, words, { CHROMIUM_PATH: CHROMIUM ?? '' });
    children.push(child);
    return child;
  }

  /** Run, and tell the batches that ran with their states. */
  async function run(...words: string[]) {
    const { status, stdout, stderr } = await start('run', '.', '--json', ...words).ended;
    const events: { event: string; batch: string; state: string }[] = stdout
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
    const runs = events.filter(({ event }) => event === 'run');
    const states = Object.fromEntries(runs.map(({ batch, state }) => [batch, state]));
    return { status, states, stderr };
  }

  const serve = (...words: string[]) =>
    start(
      'serve',
      '.',
      '--no-browser',
      ...(words.includes('--port') ? [] : ['--port', '0']),
      ...words
    );

  async function post(uri: string, who: string): Promise<string> {
    const response = await fetch(`${uri}a/greeter.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ who: { value: who } })
    });
    return ((await response.json()) as { batch_slug: string }).batch_slug;
  }

  /** The output of a run, once it is there. */
  async function outputOf(uri: string, run: string): Promise<string> {
    let text = '';
    await until('the output is there', async () => {
      const response = await fetch(`${uri}a/greeter/b/${run}/o/greeting`);
      text = await response.text();
      return response.status === 200;
    });
    return text;
  }

  it('--only runs the batches that match', async () => {
    expect(await run('--only', 'b*')).toMatchObject({
      status: 0,
      states: { bob: 'done', bill: 'done' }
    });
    expect(existsSync(at('batches/ann'))).toBe(false);
    const none = await run('--only', 'x*');
    expect([none.status, none.stderr]).toEqual([3, expect.stringContaining('--only x*')]);
  });

  it('--failed runs what failed, --resume what is not done or changed since', async () => {
    await write('broken', '');
    expect(await run('--only', 'b*')).toMatchObject({ status: 1, states: { bob: 'failed' } });
    await rm(at('broken'));
    expect(await run('--failed')).toEqual({ status: 0, states: { bob: 'done' }, stderr: '' });
    expect((await run('--failed')).stderr).toContain('no batch is to be run');
    expect((await run('--resume')).states).toEqual({ ann: 'done' });
    expect((await run('--resume')).states).toEqual({});
    await write('greet.js', `${SCRIPT}// changed\n`);
    expect((await run('--resume')).states).toEqual({ ann: 'done', bob: 'done', bill: 'done' });
  });

  it('executes what several batches have in common once, and gives each its outputs', async () => {
    await addAutomation(
      'twins',
      configurationOf('Twins').replace(
        /batches:[^]*scripts:/,
        'batches: [{folder: one}, {folder: two}]\nscripts:'
      )
    );
    for (const batch of ['one', 'two']) {
      await mkdir(at(`twins/${batch}/input`), { recursive: true });
      await write(`twins/${batch}/input/variables.dictionary`, '{"who": "Ann"}');
    }
    await write('twins/greet.js', `require('fs').appendFileSync('count', 'x');\n${SCRIPT}`);
    const { status, stdout } = await start('run', 'twins').ended;
    expect(status).toBe(0);
    expect(stdout).toMatch(/two: done by a run of the same inputs\n(.*\n)*2 done, 0 failed/);
    expect(await readFile(at('twins/count'), 'utf-8')).toBe('x');
    const records = await Promise.all(
      ['one', 'two'].map(async batch => {
        const greeting = await readFile(at(`twins/${batch}/output/variables.dictionary`), 'utf-8');
        expect(greeting).toBe('{"greeting":"Hello Ann"}');
        return JSON.parse(await readFile(at(`twins/${batch}/debug/run.json`), 'utf-8'));
      })
    );
    expect(records[1]).toMatchObject({ state: 'done', leader: records[0].id });
  });

  it('--results keeps outputs in a bucket; without credentials it says which', async () => {
    const s3 = await startS3();
    try {
      const address = `${s3.url}/results/tool`;
      const refused = await start('run', '.', '--results', address).ended;
      expect(refused.status).toBe(3);
      expect(refused.stderr).toContain('AWS_SECRET_ACCESS_KEY');
      const environment = { CROSSCOMPUTE_RESULTS: address, ...S3_CREDENTIALS };
      const child = startCommand(folder, ['run', '.', '--only', 'ann'], environment);
      children.push(child);
      expect((await child.ended).status).toBe(0);
      expect(s3.requests).toContainEqual(
        expect.stringMatching(/^\/results\/tool\/blobs\/sha256\/[0-9a-f]{2}\/[0-9a-f]{62}$/)
      );
    } finally {
      await s3.close();
    }
  });

  it('--port 0 takes any free port, and one in use ends with 1', async () => {
    const uri = await serve('--port', '0').firstLine;
    expect(uri).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/$/);
    expect((await fetch(uri)).status).toBe(200);
    const other = net.createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    const { port } = other.address() as net.AddressInfo;
    await addAutomation('other', configurationOf('Other'));
    await writeFile(at('other', 'batches.csv'), 'who\nAnn\n');
    const words = ['serve', 'other', '--no-browser', '--port', String(port)];
    const { status, stderr } = await start(...words).ended;
    other.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining(`port ${port} is in use`)]);
  });

  it('--no-hidden lists runs of others, which nobody sees without it', async () => {
    for (const [words, count] of [
      [[], 3],
      [['--no-hidden'], 4]
    ] as const) {
      const child = serve(...words);
      const uri = await child.firstLine;
      if (!words.length) {
        await outputOf(uri, await post(uri, 'Cleo'));
      }
      const opened = await (await fetch(`${uri}api/automations`)).json();
      const [{ id }] = opened as { id: string }[];
      // A browser, which is somebody else than the program that posted.
      const page = await fetch(`${uri}a/greeter`);
      const cookie = page.headers.getSetCookie()[0].split(';')[0];
      const address = `${uri}api/automations/${id}/batches?runs=true`;
      const listed = await fetch(address, { headers: { cookie } });
      expect(((await listed.json()) as { total: number }).total).toBe(count);
      child.kill('SIGTERM');
      await child.ended;
    }
  });

  it('--no-restart goes on with what was opened: configuration and templates', async () => {
    const uri = await serve('--no-restart').firstLine;
    // Before anybody saw a page.
    await write('output.md', 'Bonjour { greeting }');
    await write('automate.yaml', configurationOf('Another'));
    const text = await (await fetch(`${uri}a/greeter/b/ann/o`)).text();
    expect(text).toContain('Dear');
    expect(text).not.toContain('Bonjour');
  });

  it('--no-restart ends event streams with the run', async () => {
    const uri = await serve('--no-restart').firstLine;
    const slug = await post(uri, 'Eve');
    const file = at('runs', slug, 'debug/processes.txt');
    await until('the script runs', () => existsSync(file));
    const address = `${uri}streams/mutations/a/greeter/b/${slug}/o.json?t=0`;
    const stream = await fetch(address);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const [{ id }] = (await (await fetch(`${uri}api/runs`)).json()) as { id: string }[];
    expect((await fetch(`${uri}api/runs/${id}/stop`, { method: 'POST' })).ok).toBe(true);
    expect(await stream.text()).toContain('"variables":');
    expect((await fetch(address)).status).toBe(204);
  });

  it('serves runs of the form after a restart and an edit of the configuration', async () => {
    const first = serve();
    const before = await first.firstLine;
    const slug = await post(before, 'Cleo');
    expect(await outputOf(before, slug)).toBe('Hello Cleo');
    const file = at('runs', slug, 'debug/run.json');
    const recordOf = async () => JSON.parse(await readFile(file, 'utf-8'));
    await until('the run is over', async () => existsSync(file) && (await recordOf()).ended);
    first.kill('SIGTERM');
    expect((await first.ended).status).toBe(130);
    const more = configurationOf('Greeter').replace(
      'output:',
      '    - {id: age, view: number, path: age.txt, required: false}\noutput:'
    );
    await write('automate.yaml', more);
    const uri = await serve().firstLine;
    expect((await fetch(`${uri}a/greeter/b/${slug}/o`)).status).toBe(200);
    expect(await outputOf(uri, slug)).toBe('Hello Cleo');
    // In history, too.
    const { id, state } = await recordOf();
    expect(state).toBe('done');
    expect((await fetch(`${uri}api/runs/${id}`)).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('leaves no process behind after %s', async signal => {
    await write('batches.csv', 'who\nEve\n');
    const child = start('run', '.');
    const file = at('batches/eve/debug/processes.txt');
    await until('the script runs', () => existsSync(file));
    const processes = (await readFile(file, 'utf-8')).split(' ').map(Number);
    expect(processes.map(isAlive)).toEqual([true, true]);
    child.kill(signal);
    const { status, stdout } = await child.ended;
    expect([status, stdout]).toEqual([130, expect.stringContaining('eve: stopped')]);
    expect(processes.map(isAlive)).toEqual([false, false]);
  });

  (CHROMIUM ? it : it.skip)('print fills a folder for each automation of a site', async () => {
    for (const name of ['east', 'west']) {
      await addAutomation(name, configurationOf(name, PRINT));
      await writeFile(at(name, 'batches.csv'), 'who\nAnn\nBob\n');
    }
    await writeFile(at('west', 'broken'), '');
    await write('automate.yaml', 'crosscompute: 0.9.4\nimports: [{path: east}, {path: west}]\n');
    const { status, stdout } = await start('print', '.', '--json').ended;
    const lines = stdout.trim().split('\n');
    expect([status, lines.length]).toEqual([1, 1]);
    const report = JSON.parse(lines[0]);
    expect(report.folders).toEqual([
      expect.stringMatching(/^east\/prints\/[\d-]+$/),
      expect.stringMatching(/^west\/prints\/[\d-]+$/)
    ]);
    const printed = report.documents as { automation: string; batch: string; path: string }[];
    expect(printed.map(({ automation, batch }) => `${automation}/${batch}`).sort()).toEqual([
      'east/ann',
      'east/bob',
      'west/ann'
    ]);
    expect(printed.every(document => existsSync(at(document.path)))).toBe(true);
    expect(report.failures).toMatchObject([{ automation: 'west', batch: 'bob' }]);
    expect(await readdir(at(report.folders[0]))).toHaveLength(2);
  });
});
