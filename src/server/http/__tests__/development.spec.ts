import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { IDataEvent } from '../../../core/api';
import { STEP_NAMES } from '../../../core/automation/automation';
import { isFinal } from '../../../core/run/run';
import { until } from '../../../testing/jupyterServer';
import {
  createFolder,
  startServer,
  writeBelow,
  type IServerOfSpec
} from '../../../testing/serverSetUp';
import type { Services } from '../../services';
import { createTopics } from '../topicSources';

const TOOL = `crosscompute: 0.9.4
name: Tea
input: {variables: [{id: x, view: string, path: x.txt}], templates: [{path: input.md}]}
output: {variables: [{id: y, view: string, path: y.txt}]}
batches: [{folder: batches/standard}]
scripts: [{command: node brew.js}]
display: {styles: [{path: tea.css}]}
`;

const script = (word: string) =>
  `require('fs').writeFileSync(process.env.CROSSCOMPUTE_OUTPUT_FOLDER + '/y.txt', '${word} ' +
    require('fs').readFileSync(process.env.CROSSCOMPUTE_INPUT_FOLDER + '/x.txt', 'utf-8'));`;

describe('development', () => {
  let folder: string;
  let server: IServerOfSpec;
  let services: Services;
  let app: FastifyInstance;

  beforeEach(async () => {
    folder = await createFolder({
      'automate.yaml': 'crosscompute: 0.9.4\nimports: [{path: tea}]\n',
      'tea/automate.yaml': TOOL,
      'tea/brew.js': script('hot'),
      'tea/input.md': 'Which? {x}',
      'tea/tea.css': 'p {color: red}',
      'tea/batches/standard/input/x.txt': 'green'
    });
    server = await startServer(folder, { services: { isWatching: true } });
    ({ app, services } = server);
    await services.queue.start();
    await services.automations.open(folder);
    await services.automations.whenWatching();
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const write = (name: string, text: string) => writeBelow(folder, name, text);

  const page = async (url: string) =>
    (await app.inject({ url, headers: { accept: 'text/html' } })).body;

  /** What is told of the imported automation after a change. */
  async function told(change: () => Promise<void>): Promise<string> {
    const heard = new Promise<string>(resolve => {
      const listening = services.automations.onChange((loaded, what) => {
        if (loaded.find()?.slug === 'tea') {
          listening.dispose();
          resolve(what);
        }
      });
    });
    await change();
    return heard;
  }

  /** The next run that ends. */
  function ended(): Promise<string> {
    return new Promise(resolve => {
      const listening = services.queue.onChange(run => {
        if (run && isFinal(run.state)) {
          listening.dispose();
          resolve(run.state);
        }
      });
    });
  }

  const outputFile = () => path.join(folder, 'tea/batches/standard/output/y.txt');
  const output = () => readFile(outputFile(), 'utf-8');

  it('tells what changed of an imported automation, and shows it', async () => {
    expect(await told(() => write('tea/input.md', 'What? {x}'))).toBe('template');
    expect(await page('/a/tea/b/standard/i')).toContain('What?');
    const before = await page('/a/tea/b/standard/i');
    expect(await told(() => write('tea/tea.css', 'p {color: blue}'))).toBe('style');
    const sheet = (text: string) => /tea-css-\w+/.exec(text)?.[0];
    expect(sheet(await page('/a/tea/b/standard/i'))).not.toBe(sheet(before));
    expect(await told(() => write('tea/brew.js', script('cold')))).toBe('code');
    expect(await told(() => rm(path.join(folder, 'tea/input.md')))).toBe('configuration');
  });

  it('shows all problems above the last valid state, and heals by itself', async () => {
    await told(() => write('tea/automate.yaml', `${TOOL}batches: 5\n`));
    const broken = await page('/a/tea/b/standard/i');
    expect(broken).toContain('The configuration has 2 errors');
    expect(broken).toContain('automate.yaml:8:1');
    expect(broken).toContain('Which?');
    await told(() => write('tea/automate.yaml', TOOL));
    expect(await page('/a/tea/b/standard/i')).not.toContain('The configuration has');
  });

  it('notices a file of the site that comes into being', async () => {
    const imports = 'crosscompute: 0.9.4\nimports: [{path: tea}, {path: soup}]\n';
    await told(() => write('automate.yaml', imports));
    await services.automations.whenWatching();
    expect(await page('/a/tea')).toMatch(/Import .{1,6}soup.{1,6} was not found/);
    const mended = told(() => Promise.resolve());
    await write(
      'soup/automate.yaml',
      'crosscompute: 0.9.4\nname: Soup\noutput:\nbatches: [{folder: x}]\n'
    );
    await mended;
    expect(await page('/')).toContain('/a/soup');
  });

  it('runs what is watched: when it never ran, and when inputs or code changed since', async () => {
    const [tea] = services.automations.list();
    let end = ended();
    const watching = services.watchedBatches.watch(`${tea.id}/standard`);
    await end;
    expect(await output()).toBe('hot green');
    end = ended();
    await write('tea/brew.js', script('cold'));
    await end;
    expect(await output()).toBe('cold green');
    end = ended();
    await write('tea/batches/standard/input/x.txt', 'black');
    await end;
    expect(await output()).toBe('cold black');
    watching.dispose();
    await told(() => write('tea/brew.js', script('warm')));
    expect(services.queue.list({ automation: tea.id, limit: 10 })).toHaveLength(3);
  });

  it('tells once of each run that it is over, when what it made is there', async () => {
    const [tea] = services.automations.list();
    const topics = createTopics(services);
    const finals: string[] = [];
    let wake: (() => void) | undefined;
    const listening = topics.data(tea, 'standard').subscribe(0, (_, data) => {
      const { isUrgent, steps } = JSON.parse(data) as IDataEvent;
      if (isUrgent && steps.length === STEP_NAMES.length) {
        finals.push(readFileSync(outputFile(), 'utf-8'));
        wake?.();
      }
    });
    const heard = () => new Promise<void>(resolve => (wake = resolve));
    let next = heard();
    services.watchedBatches.watch(`${tea.id}/standard`);
    await next;
    next = heard();
    await write('tea/brew.js', script('cold'));
    await next;
    expect(finals).toEqual(['hot green', 'cold green']);
    listening.dispose();
    await topics.close();
  });

  it('tells that a file is urgent that a person changes, and none that a run writes', async () => {
    const [tea] = services.automations.list();
    await write('tea/batches/standard/output/note.txt', 'before');
    const topics = createTopics(services);
    let urgent: boolean[] = [];
    const listening = topics.data(tea, 'standard').subscribe(0, (_, data) => {
      const { isUrgent, steps } = JSON.parse(data) as IDataEvent;
      if (steps.includes('output') && steps.length < STEP_NAMES.length) {
        urgent.push(isUrgent);
      }
    });
    let count = 0;
    // What is there when the watcher begins is no change.
    await until('a change by hand is told', async () => {
      await write('tea/batches/standard/output/note.txt', `by hand ${++count}`);
      return urgent.length > 0;
    });
    expect(new Set(urgent)).toEqual(new Set([true]));
    urgent = [];
    const slow =
      "require('fs').writeFileSync(process.env.CROSSCOMPUTE_OUTPUT_FOLDER + '/note.txt', 'by a run');";
    await write('tea/brew.js', `${slow} setTimeout(() => undefined, 20_000);`);
    const watching = services.watchedBatches.watch(`${tea.id}/standard`);
    await until('what the run writes is told', () => urgent.includes(false));
    watching.dispose();
    listening.dispose();
    await topics.close();
  });

  it('does not run again what is as it was, or what failed', async () => {
    await write('tea/brew.js', 'process.exit(3)');
    const [tea] = services.automations.list();
    const end = ended();
    services.watchedBatches.watch(`${tea.id}/standard`).dispose();
    const watching = services.watchedBatches.watch(`${tea.id}/standard`);
    expect(await end).toBe('failed');
    watching.dispose();
    services.watchedBatches.watch(`${tea.id}/standard`);
    await services.watchedBatches.settled();
    expect(services.queue.list({ automation: tea.id, limit: 10 })).toHaveLength(1);
  });
});
