import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { readPrintSettings } from '../../../core/print/printSettings';
import { renderPrintStyle } from '../../../core/print/printStyle';
import type { Browser } from 'playwright-core';
import { CHROMIUM, describeWithChromium } from '../../../testing/chromium';
import { readPdf, textOfPage } from '../../../testing/pdfText';
import { createLog } from '../../log';
import { printDocument, type IPageToPrint } from '../documentPrinter';
import { findBrowser } from '../findBrowser';
import type { IPageAnswer, IPageSource } from '../pageSource';
import { PrintBrowser } from '../printBrowser';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
);

/** Pages by address; everything else is 404. */
class Pages implements IPageSource {
  readonly asked: string[] = [];
  readonly answers = new Map<string, () => Promise<IPageAnswer> | IPageAnswer>();

  add(uri: string, body: string | Buffer, type = 'text/html; charset=utf-8'): void {
    this.answers.set(uri, () => ({
      status: 200,
      headers: {
        'content-type': type,
        'content-security-policy':
          "default-src 'self'; style-src 'unsafe-inline'; script-src 'self' 'unsafe-inline'"
      },
      body: Buffer.from(body)
    }));
  }

  async get(uri: string): Promise<IPageAnswer> {
    this.asked.push(uri);
    const answer = this.answers.get(uri);
    return answer ? answer() : { status: 404, headers: {}, body: Buffer.from('') };
  }
}

describe('findBrowser()', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'browsers-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function install(name: string): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, '');
    await chmod(file, 0o755);
    return file;
  }

  it('takes the best one on the PATH, and CHROMIUM_PATH before it', async () => {
    await install('google-chrome');
    const chromium = await install('chromium');
    const other = await install('my-browser');
    expect(await findBrowser({ PATH: `/nowhere:${folder}` }, 'linux')).toBe(chromium);
    expect(await findBrowser({ PATH: folder, CHROMIUM_PATH: other }, 'linux')).toBe(other);
  });

  it('says what to do when there is none', async () => {
    await writeFile(path.join(folder, 'chromium'), 'no program');
    await expect(findBrowser({ PATH: folder }, 'linux')).rejects.toMatchObject({
      status: 503,
      code: 'printer-unavailable',
      message: expect.stringContaining('set CHROMIUM_PATH')
    });
    await expect(findBrowser({ CHROMIUM_PATH: '/nowhere/x' }, 'linux')).rejects.toThrow(
      'CHROMIUM_PATH names "/nowhere/x", which is no program'
    );
  });
});

describeWithChromium('printDocument()', () => {
  let browser: PrintBrowser;
  let source: Pages;

  const environment = { CHROMIUM_PATH: CHROMIUM ?? '' };

  beforeAll(() => {
    browser = new PrintBrowser({ environment, log: createLog('silent') });
  });

  beforeEach(() => {
    source = new Pages();
  });

  afterAll(() => browser.close());

  const print = (more: Partial<IPageToPrint> = {}, timeoutMs?: number) =>
    printDocument(
      { browser, source, timeoutMs },
      {
        uri: '/a/o?_print',
        prefixes: ['/a/'],
        style: '',
        title: '',
        signal: new AbortController().signal,
        ...more
      }
    );

  const LONG = `<title>t</title>${'<p>Äpfel und 日本</p>'.repeat(100)}`;

  it('makes a document with the page size of the styles and its text', async () => {
    source.add('/a/o?_print', `<style>@page { size: A5; margin: 1cm }</style>${LONG}`);
    const { pdf, warnings } = await print({ title: 'São "Paulo"' });
    const { title, pages } = await readPdf(pdf);
    expect(title).toBe('São "Paulo"');
    expect(pages.length).toBeGreaterThan(3);
    expect([pages[0].width, pages[0].height].map(Math.round)).toEqual([420, 595]);
    expect(textOfPage(pages[0])).toContain('Äpfel und');
    expect(warnings).toEqual([]);
  });

  it.each([false, true])('numbers the pages; first one skipped: %s', async isSkipped => {
    source.add('/a/o?_print', `<style>@page { margin: 2cm }</style>${LONG}`);
    const style = renderPrintStyle(
      readPrintSettings({
        'header-footer': { 'skip-first': isSkipped },
        'page-number': { location: 'footer' }
      })
    );
    const { pages } = await readPdf((await print({ style })).pdf);
    const numbers = pages.map(page => page.items.filter(({ text }) => /^\d+$/.test(text.trim())));
    expect(numbers.map(found => found.map(({ text }) => text.trim()))).toEqual(
      pages.map((_page, index) => (isSkipped && index === 0 ? [] : [String(index + 1)]))
    );
    const [last] = numbers[numbers.length - 1];
    // At the lower right edge: a quarter and a tenth of an inch from the paper's.
    expect(pages[0].width - last.x).toBeLessThan(18 + 12);
    expect(last.y).toBeLessThan(7.2 + 8);
  });

  it('waits for drawings, late images and what scripts fetch', async () => {
    source.add('/a/pixel.png', PIXEL, 'image/png');
    source.add('/a/data.json', '"fetched"', 'application/json');
    source.add(
      '/a/o?_print',
      `<title>t</title><p id="map" data-draw="map"></p><p id="data"></p><script>
        setTimeout(() => {
          map.textContent = 'drawn';
          map.dataset.ready = '';
          const image = new Image();
          image.src = '/a/pixel.png';
          document.body.append(image);
          fetch('/a/data.json').then(answer => answer.json()).then(text => { data.textContent = text; });
        }, 300);
      </script>`
    );
    const { pages } = await readPdf((await print()).pdf);
    expect(textOfPage(pages[0])).toMatch(/drawn +fetched/);
    expect(source.asked).toContain('/a/pixel.png');
  });

  it('says what is missing in a document', async () => {
    source.add(
      '/a/o?_print',
      '<img src="/a/none.png"><p data-variable="rain" data-draw="chart" data-ready="failed">x</p>'
    );
    expect((await print()).warnings).toEqual([
      '"rain" could not be drawn',
      'image http://localhost/a/none.png could not be loaded'
    ]);
  });

  it('names what a page waited for when its time is over', async () => {
    source.add('/a/o?_print', '<p data-variable="sea" data-draw="map"></p>');
    // Time for the page itself, also on a busy machine.
    await expect(print({}, 2_500)).rejects.toMatchObject({
      code: 'print-timeout',
      message: expect.stringContaining('drawing sea')
    });
  });

  it('lets the page ask for nothing but what belongs to it', async () => {
    source.add(
      '/a/o?_print',
      '<img src="/b/secret.png"><script>fetch("/a/x", { method: "POST" })</script>'
    );
    await print();
    expect(source.asked).toEqual(['/a/o?_print']);
  });

  it('fails when the page does', async () => {
    await expect(print()).rejects.toMatchObject({ code: 'print-failed' });
  });

  it('stops at once', async () => {
    source.add('/a/o?_print', '<p data-draw="map"></p>');
    const controller = new AbortController();
    const stopped = print({ signal: controller.signal });
    while (!source.asked.length) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    controller.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'print-stopped' });
  });

  it('keeps one browser for several documents, and ends it when it is idle', async () => {
    const idle = new PrintBrowser({ environment, log: createLog('silent'), idleMs: 1 });
    const seen = new Set<Browser | null>();
    const use = () => idle.use(async context => void seen.add(context.browser()));
    await Promise.all([use(), use(), use()]);
    expect([seen.size, idle.isRunning]).toEqual([1, true]);
    while (idle.isRunning) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await use();
    expect(seen.size).toBe(2);
    await idle.close();
    expect(idle.isRunning).toBe(false);
    // The second started while the first was ending; neither is left.
    expect([...seen].map(browser => browser?.isConnected())).toEqual([false, false]);
    await expect(use()).rejects.toMatchObject({ code: 'printer-unavailable' });
  });

  it('ends with a process that is killed', async () => {
    const script = `
      require('playwright-core').chromium.launch({ executablePath: ${JSON.stringify(CHROMIUM)},
        chromiumSandbox: false, args: ['--user-agent=killed-${process.pid}'] })
        .then(() => console.log('started'));
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], {
      cwd: path.resolve(__dirname, '../../../..'),
      stdio: ['ignore', 'pipe', 'ignore']
    });
    const ended = new Promise(resolve => parent.once('exit', resolve));
    await new Promise(resolve => parent.stdout.once('data', resolve));
    expect(countProcesses()).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    await ended;
    parent.stdout.destroy();
    while (countProcesses()) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  });
});

/** Running browsers of the last test. */
function countProcesses(): number {
  const all = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf-8' });
  return all
    .split('\n')
    .filter(
      line =>
        line.includes(`--user-agent=killed-${process.pid}`) && line.includes('--type') === false
    )
    .filter(line => !line.includes('chromium.launch')).length;
}
