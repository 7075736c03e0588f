import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { IDisplay } from '../../../core/automation/automation';
import type { IDocument, IPageFrame } from '../../../core/template/document';
import { html } from '../../../core/view/html';
import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import { RecordingLog } from '../../queue/__tests__/bench';
import { nodeFiles } from '../../files';
import { writeAtomically } from '../../store/atomicWrite';
import { Overrides } from '../overrides';
import { OverrideThread } from '../overrideThread';

const FRAME: IPageFrame = {
  rootUri: '/root',
  nonce: 'abc',
  assets: { style: '/page.css', script: '/page.js', logo: '/logo.svg' }
};

const DOCUMENT: IDocument = {
  title: 'Report <1>',
  breadcrumb: [],
  main: html`<h1>Ours</h1>`,
  bodyClass: '_step-page',
  hasScript: true
};

const FACTS = {
  serverTime: 1,
  isWatching: false,
  analyticsId: 'G-1',
  batch: { slug: 'b', name: 'B<' }
};

describe('Overrides', () => {
  let scripts: string;
  let folder: string;
  let log: RecordingLog;
  let overrides: Overrides;

  beforeAll(async () => {
    scripts = await mkdtemp(path.join(tmpdir(), 'overrides-'));
    await build({
      entryPoints: [path.join(__dirname, '..', 'overrideWorker.ts')],
      outfile: path.join(scripts, 'overrideWorker.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['chokidar']
    });
  });

  afterAll(() => rm(scripts, { recursive: true }));

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'author-'));
    log = new RecordingLog();
    overrides = new Overrides(nodeFiles, scripts, log);
  });

  afterEach(async () => {
    await overrides.close();
    await rm(folder, { recursive: true });
  });

  async function render(files: Record<string, string>, ids: Record<string, string>) {
    for (const [name, text] of Object.entries(files)) {
      await writeAtomically(path.join(folder, name), text);
    }
    const position = { file: '', line: 1, column: 1 };
    const list = Object.entries(ids).map(([id, name]) => ({ id, path: name, position }));
    const { display } = createEmptyAutomation();
    const automation = {
      folder,
      display: { ...display, overrides: list as IDisplay['overrides'] }
    };
    return overrides.render(automation, 'step', FRAME, DOCUMENT, FACTS);
  }

  it('leaves pages alone that nobody replaces', async () => {
    expect(await render({ 'root.html': '' }, { root: 'root.html' })).toBeNull();
    expect(log.lines).toEqual([]);
  });

  it('replaces a block, and keeps the rest', async () => {
    const page = await render(
      {
        't/step.html':
          "{% extends live_template_path %}{% block header_html %}{% include 'part.html' %}{% endblock %}",
        't/part.html': '<p>for {{ batch_definition.name }} at {{ root_uri }}</p>'
      },
      { step: 't/step.html' }
    );
    expect(page).toContain('<p>for B&lt; at /root</p>');
    expect(page).toContain('<h1>Ours</h1>');
    expect(page).toContain('<title>Report &lt;1&gt;</title>');
    expect(page).toContain('<script type="module" src="/page.js" nonce="abc">');
  });

  it('extends a base of the author', async () => {
    const page = await render(
      { 'base.html': 'B[{% block main_html %}{{ main_text | safe }}{% endblock %}]' },
      { base: 'base.html' }
    );
    expect(page).toContain('B[<h1>Ours</h1>]');
  });

  it('shows our page when a template fails, and says where it does', async () => {
    expect(await render({ 'step.html': '<p>\n{% if %}' }, { step: 'step.html' })).toBeNull();
    expect(log.lines.join()).toMatch(/step\.html:2:\d+ template-syntax: .*built-in page/);
  });

  it('includes nothing from outside of the folder', async () => {
    expect(
      await render({ 'step.html': "{% include '../../etc/passwd' %}" }, { step: 'step.html' })
    ).toBeNull();
    expect(log.lines.join()).toMatch(/may be included/);
  });

  it('ends a template that does not end, and renders the next one', async () => {
    const thread = new OverrideThread(path.join(scripts, 'overrideWorker.cjs'), 1500);
    const loop = '{% for i in range(9999) %}'.repeat(4) + 'x' + '{% endfor %}'.repeat(4);
    const request = { entry: 'a', context: {} };
    expect(await thread.render({ ...request, templates: { a: loop } })).toEqual({
      failure: { template: 'a', line: 1, column: 1, message: 'it takes too long' }
    });
    expect(await thread.render({ ...request, templates: { a: '{{ 1 + 1 }}' } })).toEqual({
      html: '2'
    });
    await thread.close();
  });
});
