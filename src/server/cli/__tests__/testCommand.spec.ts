import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { createFolder, startServer, type IServerOfSpec } from '../../../testing/serverSetUp';
import { until } from '../../../testing/jupyterServer';
import { markOwner } from '../../store/temporaryFolder';
import { parseArguments, UsageError } from '../arguments';
import { test } from '../test';

const AUTOMATION = `
crosscompute: 0.9.4
name: Copy
input: {variables: [{id: a, view: number, path: variables.dictionary}]}
output: {variables: [{id: a, view: number, path: variables.dictionary}, {id: text, view: text, path: text.txt}]}
batches: [{folder: batches/one}]
datasets: [{path: text.txt, output: replace}]
scripts: [{command: 'cp -r {input_folder}/. {output_folder}'}]
tests: [{folder: tests/good}, {folder: tests/bad}]
`;

const FILES = {
  'automate.yaml': AUTOMATION,
  'text.txt': 'the dataset',
  'batches/one/input/variables.dictionary': '{"a": 1}',
  'batches/one/output/variables.dictionary': '{"a": "of a person"}',
  'tests/good/input/variables.dictionary': '{"a": 2}',
  'tests/good/input/text.txt': 'other than in the other test',
  'tests/good/output/variables.dictionary': '{"a": 2.0}',
  // The same inputs as those of the other test, but for a file that no variable names.
  'tests/bad/input/variables.dictionary': '{"a": 2}',
  'tests/bad/input/text.txt': 'x\ny\n',
  'tests/bad/output/variables.dictionary': '{"a": 4}',
  'tests/bad/output/text.txt': 'x\nz\n'
};

describe('crosscompute test', () => {
  let folder: string;
  let server: IServerOfSpec;

  beforeEach(async () => {
    folder = await createFolder(FILES);
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** @param signal - default one that nobody aborts */
  async function run(words: readonly string[], signal = new AbortController().signal) {
    server = await startServer(folder, { services: { stateFolder: null, isTesting: true } });
    const { services } = server;
    const loaded = await services.automations.open(folder);
    const members = services.automations.siteOf(loaded)?.members ?? [];
    await services.queue.start();
    const lines: string[] = [];
    const output = { result: (line: string) => void lines.push(line), say: () => undefined };
    const options = parseArguments(['test', folder, ...words]);
    const wanted = members.filter(({ isContainer }) => !isContainer);
    return { status: await test(services, wanted, options, output, signal), lines };
  }

  const left = () => readdir(path.join(folder, '.crosscompute/tests'));

  it('says which variable and which line are other than expected, and keeps what was written', async () => {
    const { status, lines } = await run([]);
    expect(status).toBe(1);
    const text = lines.join('\n');
    expect(text).toMatch(/^\[\d\/2\] tests\/good: passed in /m);
    expect(text).toMatch(
      /tests\/bad: failed in .*\n    text: output\/text.txt, line 2\n      expected: z\n      actual:   y\n    output\/variables.dictionary, a\n      expected: 4\n      actual:   2\n/
    );
    expect(lines.at(-1)).toMatch(/^1 passed, 1 failed in /);
    const kept = path.resolve(/what it wrote is in (.*)/.exec(text)?.[1] ?? '');
    expect(await readFile(path.join(kept, 'output/text.txt'), 'utf-8')).toBe('x\ny\n');
    expect(await left()).toEqual([path.basename(kept)]);
  });

  it('leaves everything of the author as it is, and is no batch and in no history', async () => {
    const before = await contents(folder);
    await run([]);
    expect(await contents(folder)).toEqual(before);
    expect(await readdir(path.join(folder, '.crosscompute'))).not.toContain('history');
    const { services } = server;
    const loaded = await services.automations.open(folder);
    expect(loaded.batches.map(({ slug }) => slug)).toEqual(['one']);
    await server.close();
    server = await startServer(folder);
    const opened = await server.services.automations.open(folder);
    expect(server.services.queue.list({ automation: opened.id })).toEqual([]);
  });

  it('writes an event a line for programs, and takes the tests that --only names', async () => {
    const { status, lines } = await run(['--json', '--only', 'g*']);
    expect(status).toBe(0);
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { event: 'test', test: 'tests/good', state: 'passed', differences: [], kept: null },
      { event: 'total', passed: 1, failed: 0 }
    ]);
    expect(await left()).toEqual([]);
    await server.close();
    await expect(run(['--only', 'none'])).rejects.toThrow(UsageError);
  });

  it('fails with the error of a script that fails', async () => {
    await writeFile(
      path.join(folder, 'automate.yaml'),
      AUTOMATION.replace('cp -r', 'cp --no-such-option')
    );
    const { status, lines } = await run(['--only', '*good']);
    expect(status).toBe(1);
    expect(lines.join('\n')).toContain('command-failed: ');
  });

  it('ends with 2 where a folder is missing', async () => {
    await rm(path.join(folder, 'tests/bad'), { recursive: true });
    expect(await run([])).toEqual({ status: 2, lines: [] });
    await server.close();
    expect((await run(['--only', '*good'])).status).toBe(0);
  });

  it('ends with 130 when it is interrupted, and leaves nothing', async () => {
    await writeFile(
      path.join(folder, 'automate.yaml'),
      AUTOMATION.replace(/cp -r.*'/, "sleep 600'")
    );
    const interrupt = new AbortController();
    const ending = run([], interrupt.signal);
    await until('the tests have folders', async () => (await left().catch(() => [])).length === 2);
    interrupt.abort();
    expect(await ending).toMatchObject({
      status: 130,
      lines: [expect.stringMatching(/^0 passed, 0 failed/)]
    });
    expect(await left()).toEqual([]);
  });

  it('runs the tests of imported automations, and removes what tests left before', async () => {
    const inner = path.join(folder, 'inner');
    await mkdir(path.join(inner, 'tests/good/input'), { recursive: true });
    const imported = AUTOMATION.replace('Copy', 'Inner').replace(', {folder: tests/bad}', '');
    await writeFile(path.join(inner, 'automate.yaml'), imported);
    await writeFile(path.join(inner, 'text.txt'), '');
    await writeFile(
      path.join(folder, 'automate.yaml'),
      `${AUTOMATION}imports: [{path: inner/automate.yaml}]\n`
    );
    const killed = path.join(folder, '.crosscompute/tests', 'k'.repeat(32));
    const other = path.join(folder, '.crosscompute/tests/other');
    for (const each of [killed, other]) {
      await mkdir(each, { recursive: true });
      await markOwner(each);
    }
    // No process has this number.
    const owner = path.join(killed, '.owner.json');
    const text = await readFile(owner, 'utf-8');
    await writeFile(owner, text.replace(`${process.pid}`, `${2 ** 30}`));
    const { lines } = await run(['--only', '*good']);
    expect(lines.join('\n')).toMatch(/^\[\d\/2\] inner\/tests\/good: passed/m);
    expect(lines.join('\n')).toMatch(/^\[\d\/2\] copy\/tests\/good: passed/m);
    expect(await left()).toEqual(['other']);
  });
});

/** Texts of all files of an author, with when they were changed. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const found: Record<string, string> = {};
  for (const name of names.filter(each => !each.startsWith('.crosscompute')).sort()) {
    const status = await stat(path.join(folder, name));
    if (status.isFile()) {
      found[name] = `${status.mtimeMs} ${await readFile(path.join(folder, name), 'utf-8')}`;
    }
  }
  return found;
}
