import { JSDOM } from 'jsdom';
import type { IRunSummary } from '../../api';
import { renderDocument, type IPageFrame } from '../document';
import { historyDocument, type IHistoryPage } from '../historyPage';

const FRAME: IPageFrame = {
  rootUri: '/user/ana',
  nonce: 'abc',
  assets: { style: '/page.css', script: '/page.js', logo: '/logo.svg' }
};

const RUN: IRunSummary = {
  id: 'r'.repeat(32),
  automation: '0123456789abcdef',
  automationName: 'Rain',
  lane: 'run',
  batch: 'a',
  batchName: 'A',
  state: 'done',
  created: '2026-03-02T09:15:00.000Z',
  started: '2026-03-02T09:15:01.000Z',
  ended: '2026-03-02T09:15:03.500Z',
  position: null,
  error: null,
  return_code: 0,
  fraction: 1,
  askerCount: 1,
  message: null
};

function read(page: Partial<IHistoryPage>): Document {
  const text = renderDocument(
    FRAME,
    historyDocument(FRAME, {
      automation: {
        id: '0123456789abcdef',
        configuration: 'x/automate.yaml',
        name: 'Rain',
        slug: 'rain',
        title: 'Rain',
        description: 'Rain',
        version: '1.0.0',
        uri: 'a/rain',
        steps: ['input', 'output', 'debug'],
        isUsable: true,
        isRunnable: true,
        problems: [],
        batchCount: 1,
        firstBatch: 'a',
        notebooks: []
      },
      siteTitle: 'Tools',
      hasRootPage: true,
      batch: { slug: 'a b', name: 'A & <b>' },
      styleUris: [],
      runs: [],
      hasNewer: false,
      hasOlder: false,
      ...page
    })
  );
  return new JSDOM(text).window.document;
}

const textOf = (element: Element | null | undefined) =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

describe('historyDocument()', () => {
  it('says of each run when, how it went, how long and why it failed', () => {
    const error = {
      code: 'cell-error' as const,
      message: 'no',
      cell: 4,
      name: 'ValueError',
      value: '\u001b[31m<dry>\u001b[0m'
    };
    const document = read({
      runs: [
        { ...RUN, state: 'running', ended: null },
        RUN,
        { ...RUN, state: 'failed', error },
        {
          ...RUN,
          state: 'failed',
          error: { code: 'command-failed', message: 'no', tail: ['a', ''] }
        },
        { ...RUN, state: 'stopped', error: { code: 'stopped', message: 'stopped by ana' } }
      ]
    });
    expect([...document.querySelectorAll('tbody tr')].map(textOf)).toEqual([
      '2026-03-02 09:15 UTC ● running',
      '2026-03-02 09:15 UTC ✓ done 2.5 s',
      '2026-03-02 09:15 UTC ✗ failed 2.5 s Cell 4: ValueError: <dry>',
      '2026-03-02 09:15 UTC ✗ failed 2.5 s no: a',
      '2026-03-02 09:15 UTC ■ stopped 2.5 s'
    ]);
    expect(document.querySelector('time')?.getAttribute('datetime')).toBe(RUN.created);
    expect(textOf(document.querySelector('h1'))).toBe('History of A & <b>');
    const current = document.querySelector('._steps [aria-current=page]');
    expect(current?.getAttribute('href')).toBe('/user/ana/a/rain/b/a%20b/history');
    expect(document.querySelector('script')).toBeNull();
  });

  it('leads to older runs, and back to the newest', () => {
    const links = (page: Partial<IHistoryPage>) =>
      [...read(page).querySelectorAll('._paging a')].map(link => link.getAttribute('href'));
    const uri = '/user/ana/a/rain/b/a%20b/history';
    expect(links({ runs: [RUN] })).toEqual([]);
    expect(links({ runs: [RUN], hasOlder: true })).toEqual([`${uri}?before=${RUN.id}`]);
    expect(links({ runs: [RUN], hasNewer: true, hasOlder: true })).toHaveLength(2);
    expect(links({ hasNewer: true })).toEqual([uri]);
    expect(textOf(read({}).querySelector('._history'))).toContain('This has not run yet.');
  });
});
