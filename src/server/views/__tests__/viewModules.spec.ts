import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { JsonValue } from '../../../core/json';
import { formatProblem } from '../../../core/problem';
import { renderStep } from '../../../core/template/stepPage';
import { createViewRegistry, type ViewRegistry } from '../../../core/view/registry';
import { viewOf } from '../../../core/view/viewOf';
import { InputProblem } from '../../../core/view/view';
import type { IAutomation } from '../../../core/automation/automation';
import { readAutomation } from '../../../core/automation/readAutomation';
import { viewContract } from '../../../testing/viewContract';
import { RecordingLog } from '../../queue/__tests__/bench';
import { nodeFiles } from '../../files';
import { createModuleView } from '../moduleView';
import { ViewModules } from '../viewModules';
import { ViewThread } from '../viewThread';

const CONFIGURATION = `crosscompute: 0.9.4
views:
  - name: stars
    module: views/stars.mjs
    configuration: {most: 5}
input:
  variables:
    - {id: rating, view: stars, path: variables.dictionary}
output:
  variables:
    - {id: shown, view: stars, path: variables.dictionary}
batches:
  - folder: batches/one
`;

const STARS = `export default {
  configurationKeys: ['most'],
  environment: [],
  parse(raw, { most }, { InputProblem }) {
    if (Number(raw) > most) { throw new InputProblem('at most ' + most); }
    return Number(raw);
  },
  input({ data }, { html }) {
    return html\`<input name="value" value="\${data.kind === 'value' ? data.text : ''}">\`;
  },
  output({ data, name }, { html }) {
    return html\`<b title="\${name}" onclick="steal()">\${data.text}</b><script>steal()</script>\`;
  },
  async afterRun(file) {
    let text = '';
    for await (const piece of file.read()) { text += piece; }
    return { most: text.length };
  },
  activate() {}
};
`;

let scripts: string;
let script: string;

beforeAll(async () => {
  scripts = await mkdtemp(path.join(tmpdir(), 'view-worker-'));
  script = path.join(scripts, 'viewWorker.cjs');
  await build({
    entryPoints: [path.join(__dirname, '..', 'viewWorker.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs'
  });
});

afterAll(() => rm(scripts, { recursive: true }));

describe('ViewModules', () => {
  let folder: string;
  let views: ViewRegistry;
  let log: RecordingLog;
  let modules: ViewModules;
  let trusted: boolean;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'author-'));
    views = createViewRegistry();
    log = new RecordingLog();
    trusted = true;
    modules = new ViewModules({
      ...{ views, script, log },
      environment: () => undefined,
      isTrusted: () => trusted,
      limits: { loadMs: 10_000, callMs: 500 }
    });
    await mkdir(path.join(folder, 'views'));
  });

  afterEach(async () => {
    modules.close();
    await rm(folder, { recursive: true });
  });

  async function read(source: string | null, configuration = CONFIGURATION): Promise<IAutomation> {
    const file = path.join(folder, 'automate.yaml');
    await writeFile(file, configuration);
    if (source !== null) {
      await writeFile(path.join(folder, 'views', 'stars.mjs'), source);
    }
    const options = { views, environment: () => undefined, rootFolder: folder };
    const { automation, problems } = await readAutomation(nodeFiles, file, options);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    return automation as IAutomation;
  }

  const load = async (automation: IAutomation) =>
    (await modules.load(automation)).map(problem =>
      formatProblem({ ...problem, file: path.basename(problem.file) })
    );

  const pageOf = async (automation: IAutomation, value: JsonValue, isAuthorTrusted = true) =>
    (
      await renderStep({
        automation,
        step: 'output',
        batch: { slug: 'one', name: 'One' },
        templates: ['A {shown} and a {other}'],
        views,
        data: ({ configuration }) =>
          Promise.resolve({
            data: { kind: 'value', value, text: String(value) },
            configuration,
            stamp: '1'
          }),
        uriOf: () => '/a/b',
        rootUri: '',
        isPrint: false,
        isAuthorTrusted
      })
    ).html;

  it('asks the module for values, and words its refusals', async () => {
    const automation = await read(STARS);
    expect(await load(automation)).toEqual([]);
    const [rating] = automation.steps.input.variables;
    const view = viewOf(views, rating);
    expect(view?.parse?.('3', rating.configuration)).toBe(3);
    expect(() => view?.parse?.('6', rating.configuration)).toThrow(new InputProblem('at most 5'));
  });

  it('renders what the module made, with values as data and nothing in it that acts', async () => {
    const automation = await read(STARS);
    await load(automation);
    const page = await pageOf(automation, '"><img src=x onerror=alert(1)>{other}</script>');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&#123;other&#125;');
    expect(page).not.toMatch(/<img|<script|onclick/);
    expect(page).toMatch(/data-view="stars"[^>]*data-module="stars-[0-9a-f]{16}\.mjs"/);
  });

  it('gives the name of a module away only for the text that was loaded', async () => {
    const automation = await read(STARS);
    await load(automation);
    const name = /stars-[0-9a-f]{16}\.mjs/.exec(await pageOf(automation, '1'))?.[0] ?? '';
    expect(modules.text(automation, name)).toBe(STARS);
    expect(() => modules.text(automation, 'stars-0000000000000000.mjs')).toThrow('no such module');
    expect(() => modules.text(automation, '../automate.yaml')).toThrow('no such module');
  });

  it('lets the module look into what a run wrote', async () => {
    const automation = await read(STARS);
    await load(automation);
    const file = {
      size: 3,
      async *read() {
        yield await Promise.resolve('ab');
        yield 'c';
      }
    };
    const view = viewOf(views, automation.steps.output.variables[0]);
    expect(await view?.afterRun?.(file, {})).toEqual({ most: 3 });
  });

  it.each([
    ['is not there', null, '"views/stars.mjs" was not found'],
    ['throws', 'throw new Error("no hall");', 'no hall'],
    ['does not parse', 'export default {\n  name: }', "Unexpected token '}'"],
    ['exports nothing', 'export const a = 1;', 'it exports no view by default'],
    ['exports no functions', 'export default {};', 'neither a function "input" nor'],
    ['has another name', "export default { name: 'moons', output() {} };", 'called "moons"'],
    ['imports a file', "import './other.mjs'; export default {};", 'is one file'],
    ['ends its thread', 'process.exit(); export default {};', 'it ends its own thread']
  ])(
    'says where and why when a module %s, and shows it in its place',
    async (_, source, reason) => {
      const automation = await read(source);
      const [problem, ...others] = await load(automation);
      expect(problem).toMatch(/^automate\.yaml:3:5 error view-unavailable: view "stars" could not/);
      expect(problem).toContain(reason);
      expect(others).toEqual([]);
      const page = await pageOf(automation, '1');
      expect(page).toContain('data-problem="view-unavailable"');
      expect(page).toContain('and a {other}');
    }
  );

  it('goes on after a function that throws or never ends, and tells the log once', async () => {
    const automation = await read(
      `export default {
        parse(raw) { if (raw === 'loop') { for (;;); } throw new TypeError('secret ' + raw); },
        input() {}, output() { throw new Error('no picture'); } };`
    );
    expect(await load(automation)).toEqual([]);
    const view = viewOf(views, automation.steps.input.variables[0]);
    expect(() => view?.parse?.('x', {})).toThrow(
      new InputProblem('cannot be read: view "stars" of this tool fails')
    );
    const page = await pageOf(automation, '1');
    expect(page).toContain('data-problem="view-unavailable"');
    expect(page).not.toContain('no picture');
    await pageOf(automation, '1');
    expect(log.lines.filter(line => line.includes('no picture'))).toHaveLength(1);
    expect(() => view?.parse?.('loop', {})).toThrow(InputProblem);
    expect(log.lines.join('\n')).toContain('takes longer than 500 ms');
  });

  it('checks configurations by what the module says', async () => {
    const check = `check({ most }) { return most > 9 ? [{ key: 'most', message: 'at most 9' }] : []; }, `;
    const source = STARS.replace('environment: []', `${check}environment: ['STARS_KEY']`);
    const automation = await read(source, CONFIGURATION.replace('most: 5', 'mots: 5, most: 10'));
    expect(await load(automation)).toEqual([
      expect.stringMatching(/^automate\.yaml:3:5 error environment-variable: .*"STARS_KEY"/),
      expect.stringMatching(/^automate\.yaml:8:7 warning view-configuration: .*"mots".*"most"/),
      expect.stringMatching(/^automate\.yaml:8:7 error view-configuration: at most 9/),
      expect.stringMatching(/^automate\.yaml:11:7 warning view-configuration: .*"mots".*"most"/),
      expect.stringMatching(/^automate\.yaml:11:7 error view-configuration: at most 9/)
    ]);
  });

  it('runs no code that nobody trusts', async () => {
    trusted = false;
    const automation = await read(STARS);
    const [problem] = await load(automation);
    expect(problem).toMatch(/^automate\.yaml:3:5 error view-unavailable: .*nobody said/);
    expect(await pageOf(automation, '1')).not.toContain('data-module');
    trusted = true;
    expect(await load(automation)).toEqual([]);
    expect(await pageOf(automation, '1')).toContain('data-module');
  });

  it('loads a module anew when it changes, and not when it stays', async () => {
    const automation = await read(STARS);
    await load(automation);
    const view = viewOf(views, automation.steps.output.variables[0]);
    await load(automation);
    expect(viewOf(views, automation.steps.output.variables[0])).toBe(view);
    await read("export default { output: () => 'plain <b>' };");
    expect(await load(automation)).toEqual([
      expect.stringMatching(/^automate\.yaml:8:7 warning view-step: .*for input/)
    ]);
    expect(await pageOf(automation, '1')).toContain('plain &lt;b&gt;');
  });
});

describe('a view of a module', () => {
  let thread: ViewThread;
  beforeAll(async () => {
    const log = new RecordingLog();
    thread = await ViewThread.start({ script, source: STARS, name: 'stars', log });
  });
  afterAll(() => thread.close());
  // The suite looks at what a view has before the thread runs.
  const answering: Pick<ViewThread, 'call' | 'description'> = {
    description: {
      refresh: 'inline',
      acceptsEmpty: false,
      isInline: false,
      configurationKeys: ['most'],
      environment: [],
      functions: ['parse', 'input', 'output', 'activate']
    },
    call: call => thread.call(call)
  };
  viewContract('stars', () =>
    createModuleView({
      name: 'stars',
      thread: answering,
      servedName: 's.mjs',
      log: new RecordingLog()
    })
  );
});
