import {
  createAutomation,
  createRequest,
  createVariable
} from '../../../core/template/__tests__/sample';
import type { StepName } from '../../../core/automation/automation';
import type { RunState } from '../../../core/run/run';
import { bannerOf } from '../../../core/template/banner';
import { renderStepPage } from '../../../core/template/page';
import { renderStep } from '../../../core/template/stepPage';
import { FakeSource } from '../../__tests__/fakeSource';
import { answer, click, find, type, until } from '../../__tests__/samplePage';
import type { IAuthorGlobals } from '../authorScripts';
import type { IEnvironment } from '../environment';
import { ServedPage, startServedPage } from '../servedPage';

const ID = '0123456789abcdef';
const town = createVariable('input', 'town', 'string');
const score = createVariable('output', 'score', 'number');
const json = createVariable('output', 'data', 'json');
const pin = createVariable('input', 'pin', 'password');
const variables = [town, score, json, pin];

interface IState {
  step?: StepName;
  values?: Record<string, string | number>;
  run?: { id: string; state: RunState } | null;
  templates?: string[];
  steps?: StepName[];
  styleUris?: string[];
  title?: string;
  notice?: string;
}

/** The text of a served page, as the server renders it. */
async function pageText(state: IState): Promise<string> {
  const {
    step = 'output',
    values = {},
    run = null,
    templates,
    steps = ['input', 'output'],
    styleUris = [],
    notice = ''
  } = state;
  const request = createRequest(step, { variables, values, templates });
  const { slug, name, description, version, ...automation } = createAutomation(variables);
  const { title = automation.title } = state;
  const page = renderStepPage(
    {
      rootUri: '/root',
      nonce: 'n',
      assets: { style: '/s.css', script: '/p.js', logo: '/l.svg' }
    },
    {
      automation: {
        ...{ id: ID, configuration: 'x/automate.yaml', slug, name, title, description, version },
        ...{ uri: 'a/sample', steps, isUsable: true, isRunnable: true, problems: [] },
        ...{ batchCount: 1, firstBatch: 'standard', notebooks: [] }
      },
      siteTitle: 'Site',
      hasRootPage: true,
      step,
      batch: { slug: 'standard', name: 'Standard' },
      rendered: await renderStep(request),
      styleUris,
      banner:
        step === 'input'
          ? null
          : { ...bannerOf(null), state: run?.state ?? 'new', hasActions: true },
      run
    }
  );
  return page.replace('<div id="_notice" role="status">', tag => tag + notice);
}

/** A browser that shows a page. */
class Browser {
  constructor() {
    this.environment = {
      document,
      fetch: jest.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
        this.requests.push([init?.method ?? 'GET', String(input), init?.body]);
        return this.answer(String(input), init);
      }),
      createSource: uri => {
        const source = new FakeSource(uri);
        this.sources.push(source);
        return source;
      },
      storage: this.storage,
      address: () => 'http://localhost/root/a/sample/b/standard/o',
      navigate: uri => this.visits.push(uri),
      importModule: uri => Promise.reject(new Error(`${uri} is not there`)),
      reload: () => this.visits.push('reload'),
      report: error => this.problems.push(error)
    };
  }

  async show(state: IState): Promise<void> {
    const page = new DOMParser().parseFromString(await pageText(state), 'text/html');
    document.documentElement.innerHTML = page.documentElement.innerHTML;
    await this.change(state);
    const started = startServedPage(this.environment, this.globals);
    this.page = started instanceof ServedPage ? started : null;
    await this.page?.page.ready;
    await Promise.resolve();
  }

  /** What the page is when it is read anew. */
  async change(state: IState): Promise<void> {
    this._text = await pageText(state);
  }

  async answer(uri: string, _init?: RequestInit): Promise<Response> {
    return answer(uri.startsWith('http') ? this._text : null);
  }

  get source(): FakeSource {
    return this.sources[this.sources.length - 1];
  }

  /** Send an event of the followed run. */
  send(seq: number, event: object): void {
    const data = { seq, time: `2026-03-02T09:15:0${seq % 10}.000Z`, ...event };
    const { topics } = this.source;
    const name = topics.find(topic => topic.name.startsWith('tail:'))?.name ?? '';
    this.source.send(name, data, topics.map(topic => (topic.name === name ? seq : 0)).join(','));
  }

  readonly storage = new MapStorage();
  readonly environment: IEnvironment;
  readonly globals: IAuthorGlobals = { variables: {}, __callbacks: {} };
  readonly sources: FakeSource[] = [];
  readonly requests: unknown[][] = [];
  readonly visits: string[] = [];
  readonly problems: unknown[] = [];
  page: ServedPage | null = null;
  private _text = '';
}

class MapStorage {
  getItem = (key: string) => this._items.get(key) ?? null;
  setItem = (key: string, value: string) => void this._items.set(key, value);
  removeItem = (key: string) => void this._items.delete(key);
  private readonly _items = new Map<string, string>();
}

describe('a served page', () => {
  let browser: Browser;

  beforeEach(() => {
    browser = new Browser();
  });

  afterEach(() => {
    browser.page?.dispose();
  });

  const banner = () => find('._banner').dataset.state;

  it('is left alone without settings', async () => {
    document.documentElement.innerHTML = '<body>x</body>';
    expect(startServedPage(browser.environment, {})).toBeNull();
  });

  it('only draws on paper, with nothing that is pressed or followed', async () => {
    const chart = createVariable('output', 'chart', 'chart', { path: 'chart.json' });
    const request = createRequest('output', {
      variables: [chart, createVariable('output', 'rows', 'table'), json],
      values: { chart: {}, rows: [{ n: 1 }, { n: 2 }], data: [1] }
    });
    const settings = { rootUri: '/root', automation: ID, batch: 'standard', isPrint: true };
    document.body.innerHTML = `<script type="application/json" id="_page">${JSON.stringify(settings)}</script>
      ${(await renderStep(request)).html}`;
    browser.answer = async () => answer('{"is": "no chart"}');
    const page = startServedPage(browser.environment, browser.globals);
    await until(() => find('[data-draw]').dataset.ready === 'failed');
    expect(document.querySelector('button, input')).toBeNull();
    expect(browser.globals.variables).toEqual({ data: [1] });
    expect(browser.sources).toEqual([]);
    page?.dispose();
  });

  it('posts its form and goes to the report of the run', async () => {
    await browser.show({ step: 'input', values: { town: 'Oslo' } });
    browser.answer = async () => answer('{"id": "r1", "batch": "r1"}');
    type('[data-variable=town]', 'Ås');
    click('Run');
    await until(() => browser.visits.length === 1);
    const [method, uri, body] = browser.requests[0];
    expect([method, uri]).toEqual(['POST', '/root/api/runs']);
    expect(JSON.parse(String(body))).toEqual({
      automation: ID,
      batch: 'standard',
      inputs: { town: { value: 'Ås' } },
      step: 'input',
      priority: 'interactive'
    });
    expect(browser.visits).toEqual(['/root/a/sample/b/r1/o']);
    await browser.page?.page.ready;
    browser.page?.dispose();
    await browser.show({ step: 'input', values: { town: 'Oslo' } });
    expect(browser.page?.page.isChanged).toBe(false);
  });

  it('goes to the log where there is one', async () => {
    const steps: StepName[] = ['input', 'output', 'log'];
    await browser.show({ step: 'input', steps });
    browser.answer = async () => answer('{"id": "r1", "batch": "r1"}');
    click('Run');
    await until(() => browser.visits.length === 1);
    expect(browser.visits).toEqual(['/root/a/sample/b/r1/l']);
  });

  it('shows refused inputs beside their fields', async () => {
    await browser.show({ step: 'input' });
    const refusals = [{ variable: 'town', message: 'is unknown' }];
    const body = JSON.stringify({ code: 'input-refused', detail: 'refused', refusals });
    browser.answer = async () => ({ ...answer(body), ok: false, status: 400 });
    click('Run');
    await until(() => document.querySelector('[aria-invalid=true]') !== null);
    expect(find('._error:not([hidden])').textContent).toBe('is unknown');
    expect(browser.visits).toEqual([]);
  });

  it('says when the server does not answer, or answers something else', async () => {
    await browser.show({ step: 'input' });
    browser.answer = async () => {
      throw new TypeError('fetch failed');
    };
    click('Run');
    await until(() => document.querySelector('[role=alert] p') !== null);
    expect(find('[role=alert]').textContent).toContain('does not answer');
    browser.answer = async () => ({ ...answer('<h1>Bad gateway'), ok: false, status: 502 });
    await until(() => find('form').getAttribute('aria-busy') === 'false');
    click('Run');
    await until(() => find('[role=alert]').textContent?.includes('502') === true);
  });

  it('keeps what was typed over a reload', async () => {
    await browser.show({ step: 'input', values: { town: 'Oslo' } });
    type('[data-variable=town]', 'Ås');
    browser.page?.dispose();
    await browser.show({ step: 'input', values: { town: 'Oslo' } });
    expect(find<HTMLInputElement>('[data-variable=town]').value).toBe('Ås');
    browser.page?.page.reset();
    browser.page?.dispose();
    await browser.show({ step: 'input', values: { town: 'Oslo' } });
    expect(find<HTMLInputElement>('[data-variable=town]').value).toBe('Oslo');
  });

  it('follows its run: state, progress, end', async () => {
    await browser.show({ run: { id: 'r1', state: 'queued' } });
    expect(browser.source.uri).toBe(
      `/root/api/events?topics=data:${ID}/standard,config:${ID},watch:${ID}/standard,tail:r1,turn:r1`
    );
    browser.source.open();
    browser.send(1, { kind: 'state', state: 'queued', position: 2 });
    await until(() => find('._progress').textContent?.includes('Number 2') === true);
    browser.send(2, { kind: 'state', state: 'running' });
    browser.send(3, { kind: 'progress', fraction: 0.25, message: '<b>fit', source: 'explicit' });
    await until(() => document.querySelector('progress') !== null);
    expect(find<HTMLProgressElement>('progress').value).toBe(25);
    expect(find('._progress-text').textContent).toContain('<b>fit');
    await browser.change({ run: { id: 'r1', state: 'done' }, values: { score: 7 } });
    browser.send(4, { kind: 'state', state: 'done', return_code: 0 });
    await until(() => find('[data-variable=score]').textContent === '7');
    await until(() => banner() === 'done');
    expect(document.querySelector('progress')).toBeNull();
  });

  it('tells when it is its turn, and shows what another run does that executes for both', async () => {
    await browser.show({ run: { id: 'r1', state: 'queued' } });
    const written = find('._status').firstElementChild;
    browser.source.open();
    browser.send(1, { kind: 'state', state: 'queued', position: 9 });
    const turn = { position: 3, seconds: { least: 120, most: 300 }, isPaused: false, leader: null };
    browser.source.send('turn:r1', turn, '0,0,0,1,1');
    const status = () => find('._status').textContent ?? '';
    const place = () => find('._progress').textContent ?? '';
    await until(() => place().includes('Number 3 in the queue, about 2 to 5 min.'));
    // A live region that is written is spoken: only a change of the state may do that.
    const spoken: MutationRecord[] = [];
    const observer = new MutationObserver(records => void spoken.push(...records));
    observer.observe(find('._status'), { childList: true, subtree: true, characterData: true });
    browser.source.send('turn:r1', { ...turn, position: 2, seconds: null }, '0,0,0,1,2');
    await until(() => place().includes('Number 2 in the queue.'));
    expect(spoken.concat(observer.takeRecords())).toEqual([]);
    expect(find('._status').firstElementChild).toBe(written);
    observer.disconnect();
    browser.source.send('turn:r1', { ...turn, seconds: null, isPaused: true }, '0,0,0,1,3');
    await until(() => status().includes('The queue is paused: new runs wait.'));
    const leader = { id: 'r0', batch: 'dry', batchName: '<b>dry' };
    browser.source.send('turn:r1', { ...turn, seconds: null, leader }, '0,0,0,1,4');
    await until(() => status().includes('It follows the run of “<b>dry”: executed once for both.'));
    await until(() => browser.source.uri.includes('tail:r0'));
    browser.source.open();
    const event = { seq: 7, time: '2026-03-02T09:15:07.000Z' };
    browser.send(2, { kind: 'state', state: 'running', leader: 'r0' });
    const said = { kind: 'progress', fraction: 0.5, message: null, source: 'explicit' };
    browser.source.send('tail:r0', { ...event, ...said }, '0,0,0,2,4,7');
    await until(() => document.querySelector('progress')?.value === 50);
    browser.source.send(
      'tail:r0',
      { ...event, seq: 8, kind: 'state', state: 'done' },
      '0,0,0,2,4,8'
    );
    await browser.change({ run: { id: 'r1', state: 'done' } });
    browser.send(3, { kind: 'state', state: 'done', return_code: 0 });
    await until(() => banner() === 'done');
  });

  it('shows a failure and repeats the run', async () => {
    await browser.show({ run: { id: 'r1', state: 'running' } });
    const error = { code: 'cell-error', message: 'x', cell: 3, name: 'ValueError', value: '<i>no' };
    browser.send(1, { kind: 'state', state: 'failed', error, return_code: 1 });
    await until(() => banner() === 'failed');
    browser.answer = async () => answer('{"id": "r2", "batch": "r2"}');
    await until(() => document.querySelector('[data-action=retry]') !== null);
    click('Retry');
    await until(() => browser.visits.length === 1);
    expect(browser.visits).toEqual(['/root/a/sample/b/r2/o']);
    expect(browser.requests.map(([method, uri]) => `${method} ${uri}`)).toContain(
      'POST /root/api/runs/r1/retry'
    );
  });

  it('stops the run, and says why it could not', async () => {
    await browser.show({ run: { id: 'r1', state: 'running' } });
    browser.send(1, { kind: 'state', state: 'running' });
    await until(() => document.querySelector('[data-action=stop]:not([hidden])') !== null);
    const body = '{"code": "already-final", "detail": "This run is over."}';
    browser.answer = async () => ({ ...answer(body), ok: false, status: 409 });
    click('Stop');
    await until(() => document.querySelector('._banner > [role=alert]._problem') !== null);
    expect(find('._banner > ._problem').textContent).toBe('This run is over.');
    browser.answer = async () => answer('{}');
    click('Stop');
    await until(() => find('._banner > ._problem').hidden);
  });

  it('is read anew when files of its batch change, and follows a run that begins', async () => {
    await browser.show({ run: { id: 'r1', state: 'done' } });
    expect(browser.source.uri).not.toContain('tail:');
    await browser.change({ run: { id: 'r2', state: 'running' }, values: { score: 5 } });
    browser.source.send(`data:${ID}/standard`, { steps: ['output'] }, '1,0,0');
    await until(() => find('[data-variable=score]').textContent === '5');
    await until(() => browser.source.uri.includes('tail:r2'));
    expect(banner()).toBe('running');
  });

  it('is read at once when a run is over, however often it was read before', async () => {
    await browser.show({ run: { id: 'r1', state: 'running' } });
    const send = async (score: number, isUrgent: boolean) => {
      await browser.change({ values: { score } });
      const data = { steps: ['output', 'debug'], isUrgent };
      browser.source.send(`data:${ID}/standard`, data, '1,0,0');
      await until(() => find('[data-variable=score]').textContent === String(score));
    };
    // What has to wait for its turn now waits for ever.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    try {
      for (const score of [1, 2, 3]) {
        await send(score, false);
      }
      await send(4, true);
    } finally {
      clock.mockRestore();
    }
  });

  it.each([
    ['a file', `data:${ID}/standard`],
    ['the automation', `config:${ID}`]
  ])('is read at once when a person changes %s, four times in a row', async (_, topic) => {
    await browser.show({ run: { id: 'r1', state: 'done' } });
    // What has to wait for its turn now waits for ever.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    try {
      for (const score of [1, 2, 3, 4]) {
        await browser.change({ values: { score } });
        browser.source.send(
          topic,
          { steps: ['output'], isUrgent: true, change: 'configuration' },
          '1,0,0'
        );
        await until(() => find('[data-variable=score]').textContent === String(score));
      }
    } finally {
      clock.mockRestore();
    }
  });

  it('is not read for what a run writes of itself', async () => {
    await browser.show({});
    const readings = () => browser.requests.filter(([, uri]) => String(uri).endsWith('/o')).length;
    const before = readings();
    browser.source.send(`data:${ID}/standard`, { steps: ['debug'], isUrgent: false }, '1,0,0');
    await new Promise(resolve => setTimeout(resolve));
    expect(readings()).toBe(before);
    browser.source.send(`data:${ID}/standard`, { steps: ['log'], isUrgent: false }, '2,0,0');
    await until(() => readings() === before + 1);
  });

  it('says that the connection is lost, and reads the page when it is back', async () => {
    await browser.show({});
    browser.source.open();
    browser.source.fail();
    expect(find('._connection').textContent).toContain('lost');
    await browser.change({ values: { score: 9 } });
    browser.page?.retryConnection();
    browser.source.open();
    expect(find('._connection').hidden).toBe(true);
    await until(() => find('[data-variable=score]').textContent === '9');
  });

  it('is loaded anew when its template changed', async () => {
    await browser.show({ templates: ['One { score }<script>1</script>'] });
    browser.source.send(`config:${ID}`, { automation: ID, change: 'template' }, '0,1,0');
    expect(browser.visits).toEqual(['reload']);
    browser.source.send(`config:${ID}`, { automation: ID, change: 'code' }, '0,2,0');
    expect(browser.visits).toEqual(['reload']);
  });

  it('takes a changed template in its place, with what was typed, the secret and the focus', async () => {
    const templates = ['One { town } { pin }'];
    await browser.show({ step: 'input', templates, values: { town: 'Oslo' } });
    type('[data-variable=town]', 'Ås');
    type('[data-variable=pin]', '1234');
    find('[data-variable=town]').focus();
    await browser.change({ step: 'input', templates: ['Two { pin } { town }'], values: {} });
    browser.source.send(`config:${ID}`, { automation: ID, change: 'template' }, '0,1');
    await until(() => find('._page').textContent?.includes('Two') === true);
    expect(browser.visits).toEqual([]);
    expect(find<HTMLInputElement>('[data-variable=town]').value).toBe('Ås');
    expect(find<HTMLInputElement>('[data-variable=pin]').value).toBe('1234');
    expect(document.activeElement).toBe(find('[data-variable=town]'));
    expect(await browser.page?.page.values()).toMatchObject({ pin: { value: '1234' } });
  });

  it('takes over titles, navigation, notices and style sheets from outside the content', async () => {
    await browser.show({ step: 'input', styleUris: ['/one.css', '/kept.css'] });
    const kept = find('link[href="/kept.css"]');
    const notice = 'has 1 error';
    await browser.change({
      step: 'input',
      styleUris: ['/two.css', '/kept.css'],
      title: 'Later',
      notice
    });
    browser.source.send(`config:${ID}`, { automation: ID, change: 'style' }, '0,1');
    await until(() => document.title.includes('Later'));
    expect(find('#_notice').textContent).toContain(notice);
    expect(find('._breadcrumb').textContent).toContain('Later');
    const sheets = () =>
      [...document.querySelectorAll('link[rel=stylesheet]')].map(link => link.getAttribute('href'));
    // The old one stays until the new one is there.
    expect(sheets()).toContain('/one.css');
    find('link[href="/two.css"]').dispatchEvent(new Event('load'));
    expect(sheets()).toEqual(['/s.css', '/two.css', '/kept.css']);
    expect(find('link[href="/kept.css"]')).toBe(kept);
    await browser.change({ step: 'input', styleUris: ['/two.css', '/kept.css'] });
    browser.source.send(`config:${ID}`, { automation: ID, change: 'configuration' }, '0,2');
    await until(() => find('#_notice').textContent === '');
  });

  it('shows the end of the log and goes to the report when all went well', async () => {
    await browser.show({ step: 'log', run: { id: 'r1', state: 'running' } });
    const output = { kind: 'output', script: 0, cell: null, stream: 'stdout' };
    browser.send(1, { kind: 'state', state: 'running' });
    browser.send(2, { ...output, text: '\u001B[31m10 %\r50 %\r\n' });
    browser.send(3, { ...output, text: '<b>end' });
    await until(() => find('#_log').textContent?.includes('end') === true);
    expect(find('#_log').textContent).toBe('50 %\n<b>end');
    browser.send(4, { kind: 'state', state: 'done', return_code: 0 });
    expect(browser.visits).toEqual(['/root/a/sample/b/standard/o']);
  });

  it('shows the end of a long log, and what was before when somebody asks', async () => {
    await browser.show({ step: 'log', run: { id: 'r1', state: 'running' } });
    const output = { kind: 'output', script: 0, cell: null, stream: 'stdout' };
    const button = find('#_log-earlier') as HTMLButtonElement;
    const piece = 'x'.repeat(1023);
    expect(button.hidden).toBe(true);
    browser.send(100, { ...output, text: 'new\n', isAfterGap: true });
    await until(() => find('#_log').textContent === 'new\n');
    expect(button.hidden).toBe(false);
    for (let line = 0; line < 50_000; line += 10) {
      browser.send(101 + line, { ...output, text: `${piece}\n` });
    }
    browser.send(60_000, { ...output, text: 'end\n' });
    await until(() => find('#_log').textContent?.endsWith('end\n') === true);
    expect(find('#_log').textContent?.length).toBeLessThan(66 * 1024);

    const first = 50_101 - 10 * 64;
    const earlier = [
      { seq: 1, time: '', kind: 'state', state: 'running' },
      { seq: 2, time: '', ...output, text: 'begin\n' }
    ];
    browser.answer = async () => new Response(JSON.stringify(earlier), { status: 500 });
    button.click();
    await until(() => browser.problems.length === 1);
    browser.answer = async () => new Response(JSON.stringify(earlier.slice(1)));
    await until(() => !button.disabled);
    button.click();
    await until(() => find('#_log').textContent?.startsWith('begin\n') === true);
    const uri = `/root/api/runs/r1/journal?to=${first - 1}&bytes=524288`;
    expect(browser.requests[browser.requests.length - 1][1]).toBe(uri);
    expect(button.hidden).toBe(false);
    browser.answer = async () => new Response(JSON.stringify(earlier));
    button.click();
    await until(() => button.hidden);
    expect(find('#_log').textContent?.endsWith('end\n')).toBe(true);
  });

  it('stays on the log of a run that failed', async () => {
    await browser.show({ step: 'log', run: { id: 'r1', state: 'running' } });
    const error = { code: 'command-failed', message: 'exit status 3' };
    browser.send(1, { kind: 'state', state: 'failed', error, return_code: 3 });
    await until(() => banner() === 'failed');
    expect(browser.visits).toEqual([]);
  });

  it('hands data to scripts of the author', async () => {
    const callback = jest.fn();
    const throwing = () => {
      throw new Error('author');
    };
    browser.globals.__callbacks = { data: [throwing, callback], score: [callback] };
    browser.answer = async uri =>
      uri.startsWith('http')
        ? Browser.prototype.answer.call(browser, uri)
        : answer('{"value": 8, "configuration": {"unit": "mm"}}');
    await browser.show({ values: { data: 1 } });
    expect(browser.globals.variables).toEqual({ data: 1 });
    await until(() => callback.mock.calls.length === 1);
    expect(callback).toHaveBeenLastCalledWith({ v: 1, c: { unit: 'mm' } });
    expect(browser.problems).toHaveLength(1);
    await browser.change({ values: { data: 1, score: 8 } });
    browser.source.send(`data:${ID}/standard`, { steps: ['output'] }, '1,0,0');
    await until(() => callback.mock.calls.length === 2);
    expect(callback).toHaveBeenLastCalledWith({ v: 8, c: { unit: 'mm' } });
    const uris = browser.requests.map(([, uri]) => String(uri));
    expect(uris.some(uri => /\/o\/score\.json\?v=/.test(uri))).toBe(true);
  });
});
