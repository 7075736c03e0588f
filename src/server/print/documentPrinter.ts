import type { Page, Request, Route } from 'playwright-core';
import { HttpError } from '../httpError';
import { loadForeign, type IForeignOptions } from './foreignPage';
import { FAILED_EXPRESSION, PENDING_EXPRESSION, READY_EXPRESSION } from './pageReady';
import type { IPageSource } from './pageSource';
import type { PrintBrowser } from './printBrowser';

/** A page that is to be printed. */
export interface IPageToPrint {
  /** Path and query on this server. */
  uri: string;
  /** Paths that the page may ask this server for begin with one of these. */
  prefixes: readonly string[];
  /** See `renderPrintStyle`; '' for none. */
  style: string;
  /** Title of the document, as viewers show it; '' for that of the page. */
  title: string;
  signal: AbortSignal;
}

/** A printed page. */
export interface IPrintedDocument {
  pdf: Uint8Array;
  /** What is missing in it, in sentences. */
  warnings: string[];
}

/** What printing needs. */
export interface IDocumentPrinterOptions {
  browser: PrintBrowser;
  source: IPageSource;
  /** Milliseconds that a page may take to be whole; default 60,000. */
  timeoutMs?: number;
  /** True lets pages load from this machine and its network; default false. */
  allowsPrivate?: boolean;
}

/** No server has this name: every request to it is answered inside this process. */
const ORIGIN = 'http://localhost';

/** Milliseconds between two looks at a page that is not whole yet. */
const LOOK_MS = 50;

/**
 * Print a page of this server: load it, wait until fonts, images and drawings are there, make a PDF with the page
 * size and the backgrounds that its styles ask for.
 *
 * @throws {HttpError} 503 `printer-unavailable`, 504 `print-timeout` naming what was waited for, 499 `print-stopped`
 */
export async function printDocument(
  { browser, source, timeoutMs = 60_000, allowsPrivate = false }: IDocumentPrinterOptions,
  job: IPageToPrint
): Promise<IPrintedDocument> {
  throwIfStopped(job.signal);
  return browser.use(async context => {
    const stop = () => void context.close().catch(() => undefined);
    job.signal.addEventListener('abort', stop, { once: true });
    try {
      const deadline = performance.now() + timeoutMs;
      // Of all frames, and of pages that they open.
      const foreign = { allowsPrivate, timeoutMs: timeoutMs / 2, signal: job.signal };
      await context.route(
        () => true,
        route => answer(route, source, job.prefixes, foreign)
      );
      await context.routeWebSocket(
        () => true,
        socket => void socket.close()
      );
      const page = await context.newPage();
      page.setDefaultTimeout(timeoutMs);
      const requests = countRequests(page);
      await page.emulateMedia({ media: 'print', colorScheme: 'light' });
      await open(page, job.uri);
      if (job.style) {
        await page.addStyleTag({ content: job.style });
      }
      await whenWhole(page, requests, deadline);
      const warnings = await page.evaluate<string[]>(FAILED_EXPRESSION);
      if (job.style && !browser.hasMarginBoxes) {
        const message = `Chromium ${browser.version} draws no page numbers; update it to 131 or later`;
        warnings.push(message);
      }
      if (job.title) {
        await page.evaluate(`document.title = ${JSON.stringify(job.title)}`);
      }
      const pdf = await page.pdf({
        preferCSSPageSize: true,
        printBackground: true,
        tagged: true,
        outline: true
      });
      return { pdf, warnings };
    } catch (error) {
      throwIfStopped(job.signal);
      throw toHttpError(error);
    } finally {
      job.signal.removeEventListener('abort', stop);
    }
  });
}

async function open(page: Page, uri: string): Promise<void> {
  const response = await page.goto(`${ORIGIN}${uri}`, { waitUntil: 'load' });
  if (!response?.ok()) {
    const status = response?.status() ?? 0;
    throw new HttpError(502, 'print-failed', `the page to print answered with status ${status}`);
  }
}

/** The requests that the page waits for: also those of the author's scripts, which announce nothing. */
function countRequests(page: Page): ReadonlySet<Request> {
  const pending = new Set<Request>();
  page.on('request', request => pending.add(request));
  page.on('requestfinished', request => pending.delete(request));
  page.on('requestfailed', request => pending.delete(request));
  return pending;
}

/** Wait for requests, fonts, images and drawings. */
async function whenWhole(
  page: Page,
  requests: ReadonlySet<Request>,
  deadline: number
): Promise<void> {
  while (requests.size || !(await page.evaluate<boolean>(READY_EXPRESSION))) {
    if (performance.now() > deadline) {
      const pending = [
        ...(await page.evaluate<string[]>(PENDING_EXPRESSION)),
        ...[...requests].map(request => request.url())
      ];
      throw new HttpError(
        504,
        'print-timeout',
        `the page was not whole in time; it waits for ${pending.slice(0, 5).join(', ') || 'frames'}`
      );
    }
    await page.waitForTimeout(LOOK_MS);
  }
}

/** Give the page what it asks this server for; it can change nothing, and sees nothing but what belongs to it. */
async function answer(
  route: Route,
  source: IPageSource,
  prefixes: readonly string[],
  foreign: IForeignOptions
): Promise<void> {
  const request = route.request();
  const { origin, pathname, search, protocol } = new URL(request.url());
  const isAllowed =
    request.method() === 'GET' && prefixes.some(prefix => pathname.startsWith(prefix));
  try {
    if (protocol === 'data:' || protocol === 'blob:' || protocol === 'about:') {
      await route.continue();
      return;
    }
    if (origin !== ORIGIN) {
      const loaded = request.method() === 'GET' && (await loadForeign(request.url(), foreign));
      await (loaded ? route.fulfill(loaded) : route.abort());
      return;
    }
    if (!isAllowed) {
      await route.fulfill({ status: 403, body: '' });
      return;
    }
    const { status, headers, body } = await source.get(`${pathname}${search}`);
    await route.fulfill({ status, headers, body });
  } catch {
    // The page is closed already, or its server ends.
    await route.abort().catch(() => undefined);
  }
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new HttpError(499, 'print-stopped', 'printing was stopped');
  }
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) {
    return error;
  }
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  return isLate
    ? new HttpError(504, 'print-timeout', `the page was not loaded in time (${message})`)
    : new HttpError(502, 'print-failed', `the browser did not print: ${message}`);
}
