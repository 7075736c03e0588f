import { JSDOM } from 'jsdom';
import type { IAutomationSummary, IBatchSummary, IRunSummary } from '../../api';
import type { IRunError } from '../../run/run';
import { DEFAULT_COPYRIGHT } from '../../automation/normalizeCopyrights';
import { bannerOf, formatDuration, renderBanner } from '../banner';
import type { IPageFrame } from '../document';
import { renderErrorPage, renderProblemsPage } from '../errorPages';
import { renderAutomationPage, renderRootPage, type IAutomationPage } from '../listPages';
import { renderStepPage } from '../page';
import { renderStep } from '../stepPage';
import { createRequest, createVariable } from './sample';

const FRAME: IPageFrame = {
  rootUri: '/user/ana/crosscompute',
  nonce: 'abc',
  assets: { style: '/assets/page.css?v=1', script: '/assets/page.js?v=1', logo: '/logo.svg' }
};

const AUTOMATION: IAutomationSummary = {
  id: '0123456789abcdef',
  configuration: 'x/automate.yaml',
  name: 'Rain & <shine>',
  slug: 'rain-shine',
  title: 'Rain & <shine>',
  description: 'How "much"?',
  version: '1.0.0',
  uri: 'at/x/automate.yaml/a/rain-shine',
  steps: ['input', 'output', 'debug'],
  isUsable: true,
  isRunnable: true,
  problems: [],
  batchCount: 1,
  firstBatch: 'a',
  notebooks: []
};

const RUN: IRunSummary = {
  id: 'r'.repeat(32),
  automation: AUTOMATION.id,
  automationName: AUTOMATION.name,
  batch: 'a',
  batchName: 'A',
  state: 'running',
  lane: 'run',
  created: '2026-03-02T09:15:00.000Z',
  started: '2026-03-02T09:15:01.000Z',
  ended: null,
  position: null,
  error: null,
  return_code: null,
  fraction: 0.25,
  askerCount: 1,
  message: 'hi <b>'
};

const SITE = { siteTitle: 'Tools', hasRootPage: true };

function read(page: string) {
  expect(page).toMatch(/^<!doctype html>\n<html lang="en" ?>/);
  const { document } = new JSDOM(page).window;
  expect(document.title).not.toBe('');
  expect(document.querySelectorAll('h1')).toHaveLength(1);
  expect(document.querySelector('x-evil, shine, b')).toBeNull();
  const text = (selector: string) =>
    document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim();
  return { document, text };
}

async function stepPage(
  frame: Partial<IPageFrame> = {},
  step: 'input' | 'output' | 'print' = 'output'
) {
  const variables = [
    createVariable('output', 'total', 'number'),
    createVariable('input', 'guests', 'number')
  ];
  const rendered = await renderStep(createRequest(step, { variables }));
  return renderStepPage(
    { ...FRAME, ...frame },
    {
      ...SITE,
      automation: AUTOMATION,
      step,
      batch: { slug: 'Étang 1', name: 'Étang </title> 1' },
      rendered,
      styleUris: ['/style.css'],
      banner: bannerOf(RUN, { hasActions: true }),
      run: { id: RUN.id, state: RUN.state }
    }
  );
}

describe('renderStepPage()', () => {
  it('has breadcrumb, steps, banner, skip link and settings', async () => {
    const { document, text } = read(await stepPage());
    expect(document.title).toBe('Report · Étang </title> 1 · Rain & <shine>');
    expect(text('nav[aria-label="Breadcrumb"]')).toBe('ToolsRain & <shine>Étang </title> 1');
    expect(text('nav[aria-label="Steps"] [aria-current="page"]')).toBe('Report');
    expect(text('nav[aria-label="Steps"] a[href$="/pdf"]')).toBe('PDF');
    expect(document.querySelector('nav[aria-label="Steps"] a')?.getAttribute('href')).toBe(
      '/user/ana/crosscompute/at/x/automate.yaml/a/rain-shine/b/%C3%89tang%201/i'
    );
    expect(text('._banner [role="status"], ._banner[role="status"]')).toMatch(
      /^● Running\. .* Stop$/
    );
    expect(document.querySelector('a[href="#main"]')?.textContent).toBe('Skip to content');
    const settings = JSON.parse(document.getElementById('_page')?.textContent ?? '');
    expect(settings).toMatchObject({ batch: 'Étang 1', step: 'output', automation: AUTOMATION.id });
    for (const script of document.querySelectorAll('script:not([type="application/json"])')) {
      expect(script.getAttribute('nonce')).toBe('abc');
    }
    expect(document.querySelectorAll('link[rel="stylesheet"]')).toHaveLength(2);
  });

  it('leads from the documents of a tool that has none to its report', async () => {
    const main = async (frame: Partial<IPageFrame>) =>
      read(await stepPage(frame, 'print')).document;
    const link = (await main({})).querySelector('main p a');
    expect(link?.textContent).toBe('download its report as a PDF');
    expect(link?.getAttribute('href')).toMatch(/%C3%89tang%201\/pdf$/);
    expect((await main({ isPrint: true })).querySelector('main p a')).toBeNull();
  });

  it('leaves out everything around the content in a frame and for a printer', async () => {
    for (const frame of [{ isEmbedded: true }, { isPrint: true }]) {
      const { document } = read(await stepPage(frame));
      expect(document.querySelector('header, nav, a[href="#main"]')).toBeNull();
    }
    expect(read(await stepPage({ isPrint: true })).document.querySelector('._banner')).toBeNull();
  });
});

describe('renderBanner()', () => {
  const error: IRunError = {
    code: 'cell-error',
    message: 'Cell 3 raised an error.',
    cell: 3,
    name: 'ValueError',
    value: 'no <x-evil> tills',
    traceback: ['\u001b[0;31mValueError\u001b[0m', '<x-evil>'],
    tail: ['line 1', '</pre><x-evil>']
  };
  const banner = (more: Partial<IRunSummary>, rest = {}) => {
    const markup = renderBanner(bannerOf({ ...RUN, ...more }, rest)).toString();
    const { document } = new JSDOM(markup).window;
    expect(document.querySelector('x-evil, b')).toBeNull();
    const text = (selector: string) =>
      document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim();
    return { document, text };
  };

  it('shows the cell, the error, the traceback folded and the last lines of a failed run', () => {
    const { document, text } = banner({ state: 'failed', error }, { notebookUri: '/n.ipynb' });
    expect(text('[role="alert"] ._error-title')).toBe('Cell 3 failed');
    expect(text('[role="alert"] ._error-text')).toBe('ValueError: no <x-evil> tills');
    expect(text('[role="alert"] pre._tail')).toBe('line 1 </pre><x-evil>');
    expect(text('details pre')).toBe('ValueError <x-evil>');
    expect(document.querySelector('details')?.hasAttribute('open')).toBe(false);
    expect(document.querySelector('a')?.getAttribute('href')).toBe('/n.ipynb');
  });

  it('says what failed once', () => {
    const message = 'ValueError: no <x-evil> tills (cell 3)';
    const value = `${error.value}\nsecond line`;
    const { text } = banner({ state: 'failed', error: { ...error, message, value } });
    expect(text('[role="alert"]')?.match(/no <x-evil> tills/g)).toHaveLength(1);
    expect(text('[role="status"]')).toBe('✗ The run failed.');
    expect(banner({ state: 'failed', error }).text('[role="alert"]')).toContain(error.message);
  });

  it('says where a script failed that has no cells, and why one left', () => {
    const failed = (more: Partial<typeof error>) =>
      banner({ state: 'failed', error: { ...error, cell: undefined, ...more } }).text(
        '[role="alert"] ._error-text'
      );
    const message = 'ValueError: no tills (run.py, line 3)';
    expect(failed({ value: 'no tills\nat all', message })).toBe(`${message} at all`);
    const left = 'Exited with code 1: no tea today';
    expect(failed({ name: 'SystemExit', value: 'no tea today', message: left })).toBe(left);
  });

  it('cuts what is no sentence any more', () => {
    const value = 'x'.repeat(9000);
    const message = `ValueError: ${value.slice(0, 488)}… (cell 3)`;
    const { text } = banner({ state: 'failed', error: { ...error, value, message } });
    expect(text('[role="alert"]')?.match(/x{100,}/g)).toEqual(['x'.repeat(488)]);
  });

  it('shows how far a run is, and where it stands in the queue', () => {
    const running = banner({});
    expect(running.document.querySelector('progress')?.getAttribute('value')).toBe('25');
    expect(running.text('._progress-text')).toBe('hi <b> · 25 %');
    expect(
      banner({ fraction: null }).document.querySelector('progress')?.hasAttribute('value')
    ).toBe(false);
    // What changes all the time is not in a live region.
    const queued = banner({ state: 'queued', position: 3 });
    expect(queued.text('[role="status"]')).toBe('◔ queued: Waiting to start.');
    expect(queued.text('._progress')).toBe('Number 3 in the queue.');
    const turn = { position: 1, seconds: { least: 4, most: 9 }, isPaused: true, leader: null };
    const first = banner({ state: 'queued', position: 3 }, { turn });
    expect(first.text('._progress')).toBe('In about 4 to 9 s.');
    expect(first.text('[role="status"]')).toContain('paused');
  });

  it('says that the server was restarted, and what became of the run', () => {
    const goesOn = banner({}, { isAttached: true });
    expect(goesOn.text('[role="status"]')).toMatch(
      /^● Running\. The server was restarted, and the run goes on\. This page/
    );
    expect(goesOn.document.querySelector('progress')).not.toBeNull();
    const message = 'the server was restarted while it executed; run it again';
    const lost = { state: 'lost', error: { code: 'lost', message } } as const;
    expect(banner(lost, { hasActions: true }).text('[role="status"]')).toBe(
      `? The run was lost: ${message}. Retry`
    );
  });

  it('says that a report is out of date', () => {
    const ended = '2026-03-02T09:15:03.500Z';
    expect(banner({ state: 'done', ended }, { isStale: true }).text('[role="status"]')).toMatch(
      /^✓ done: .*changed/
    );
    expect(banner({ state: 'done', ended }).text('[role="status"]')).toBe('✓ Done in 2.5 s.');
  });

  it('is empty for a batch that never ran', () => {
    const markup = renderBanner(bannerOf(null)).toString();
    expect(new JSDOM(markup).window.document.body.textContent?.trim()).toBe('');
  });
});

describe('formatDuration()', () => {
  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [59.6, '1 min 0 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min']
  ])('writes %p', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('lists', () => {
  const batch: IBatchSummary = {
    slug: 'a',
    name: 'A <x-evil>',
    folder: 'batches/a',
    kind: 'folder',
    inputs: {},
    outputs: {},
    thumbnails: [],
    run: null,
    state: 'new',
    error: null,
    durationSeconds: null,
    isStale: false
  };
  const pageOf = (total: number, offset: number, search = ''): IAutomationPage => ({
    ...SITE,
    automation: AUTOMATION,
    featured: null,
    batches: { total, offset, batches: [batch] },
    search,
    limit: 100,
    styleUris: [],
    copyrights: [DEFAULT_COPYRIGHT],
    year: 2031
  });
  const page = (total: number, offset: number, search = '') =>
    renderAutomationPage(FRAME, pageOf(total, offset, search));

  it('lists automations with their links', () => {
    const { document } = read(
      renderRootPage(FRAME, { title: 'Tools', automations: [AUTOMATION, AUTOMATION] })
    );
    expect(document.querySelectorAll('._automations a[href$="/a/rain-shine"]')).toHaveLength(2);
  });

  it('lists batches with their state', () => {
    const { text, document } = read(page(1, 0));
    expect(text('tbody')).toContain('A <x-evil>');
    expect(text('tbody ._state')).toBe('○ new');
    expect(document.querySelector('._paging, [role="search"]')).toBeNull();
  });

  it('links to the documents of batches that are done, and to all of them', () => {
    const links = (html: string) =>
      [...read(html).document.querySelectorAll('a[href$="/pdf"]')].map(a => a.getAttribute('href'));
    expect(links(page(1, 0))).toEqual([]);
    const listed = pageOf(1, 0);
    const [batch] = listed.batches.batches;
    const done = {
      ...listed.batches,
      batches: [{ ...batch, slug: 'a b', state: 'done' as const }]
    };
    const hrefs = links(renderAutomationPage(FRAME, { ...listed, batches: done }));
    expect(hrefs).toEqual([
      expect.stringMatching(/\/a\/rain-shine\/b\/a%20b\/pdf$/),
      expect.stringMatching(/\/a\/rain-shine\/pdf$/)
    ]);
  });

  it('names the owner at its foot, but not inside a frame', () => {
    expect(read(page(1, 0)).text('footer')).toMatch(/© 2031 CrossCompute/);
    const embedded = renderAutomationPage({ ...FRAME, isEmbedded: true }, pageOf(1, 0));
    expect(read(embedded).document.querySelector('footer')).toBeNull();
  });

  it('pages and searches many batches', () => {
    const { text, document } = read(page(250, 100, 'x&y'));
    expect(text('._paging')).toBe('Previous 101–101 of 250 Next');
    expect(document.querySelector('a[rel="next"]')?.getAttribute('href')).toMatch(
      /\?filter=x%26y&offset=200$/
    );
    expect(document.querySelector<HTMLInputElement>('input[type="search"]')?.value).toBe('x&y');
  });
});

describe('error pages', () => {
  it('say what happened', () => {
    const ways = [{ text: 'Go to <b>Tips</b>', uri: '/x/a/tips' }];
    const { text, document } = read(
      renderErrorPage(FRAME, { status: 404, message: 'no <b>batch</b>', ways })
    );
    expect(text('._error-text')).toBe('No <b>batch</b>.');
    expect(text('nav a')).toBe('Go to <b>Tips</b>');
    expect(document.querySelector('nav a')?.getAttribute('href')).toBe('/x/a/tips');
    const inside = read(renderErrorPage(FRAME, { status: 599, message: '', ways: [] }));
    expect(inside.text('h1')).toMatch(/server/);
    expect(inside.document.querySelector('nav')).toBeNull();
  });

  it('list problems with place, message and hint', () => {
    const problem = {
      ...{ file: 'x/automate.yaml', line: 12, column: 5, severity: 'error' as const },
      ...{ code: 'unknown-view', message: 'view "<x-evil>" is not known', blocks: 'all' as const },
      hint: 'did you mean "number"?'
    };
    const { text } = read(renderProblemsPage(FRAME, { name: 'X', problems: [problem] }));
    expect(text('._problem')).toBe(
      'x/automate.yaml:12:5 error View "<x-evil>" is not known. Did you mean "number"? unknown-view'
    );
  });
});
