import type { Browser, BrowserContext } from 'playwright-core';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import { findBrowser } from './findBrowser';

/** What the browser of a printer needs. */
export interface IPrintBrowserOptions {
  environment: NodeJS.ProcessEnv;
  log: ILog;
  /** Milliseconds that a browser waits for another document; default 30,000. */
  idleMs?: number;
  /** Documents that are printed at once; default 2. */
  maximumPages?: number;
}

/** Versions before this one draw nothing in the margins of pages: no page numbers. */
const FIRST_WITH_MARGIN_BOXES = 131;

/**
 * The browser that prints. It starts with the first document, stays for the next ones, and ends when it was idle
 * for a while. It listens to a pipe of ours and to nothing else: when this process ends, however that happens, the
 * pipe closes and the browser with it.
 */
export class PrintBrowser {
  constructor(private readonly _options: IPrintBrowserOptions) {}

  /** True while a browser runs or starts. */
  get isRunning(): boolean {
    return this._starting !== null;
  }

  /** Version of the running browser, such as `140.0.7339.80`; '' when none runs. */
  get version(): string {
    return this._version;
  }

  /** True when the running browser can draw page numbers. */
  get hasMarginBoxes(): boolean {
    return Number.parseInt(this._version, 10) >= FIRST_WITH_MARGIN_BOXES;
  }

  /**
   * Do something in a context of its own, without cookies or storage of others; it is closed afterwards.
   *
   * @throws {HttpError} 503 `printer-unavailable` when there is no browser, or it does not start
   */
  async use<T>(work: (context: BrowserContext) => Promise<T>): Promise<T> {
    clearTimeout(this._timer);
    await this._enter();
    try {
      const browser = await this._start();
      const context = await browser.newContext({
        colorScheme: 'light',
        reducedMotion: 'reduce',
        serviceWorkers: 'block',
        acceptDownloads: false
      });
      try {
        return await work(context);
      } finally {
        await context.close().catch(() => undefined);
      }
    } finally {
      this._leave();
    }
  }

  /** End the browser for good; what is being printed fails, and nothing is printed any more. */
  async close(): Promise<void> {
    this._isClosed = true;
    await this._end();
  }

  private async _end(): Promise<void> {
    clearTimeout(this._timer);
    const starting = this._starting;
    this._starting = null;
    const browser = await starting?.catch(() => null);
    await browser?.close();
  }

  private async _start(): Promise<Browser> {
    if (this._isClosed) {
      // One that waited for its turn must not start a browser that nobody ends.
      throw new HttpError(503, 'printer-unavailable', 'the server is shutting down');
    }
    const starting = (this._starting ??= this._begin());
    try {
      return await starting;
    } catch (error) {
      if (this._starting === starting) {
        this._starting = null;
      }
      throw error;
    }
  }

  private _begin(): Promise<Browser> {
    const starting = this._launch().then(browser => {
      browser.on('disconnected', () => {
        // By then another may have taken its place, which somebody has to end.
        if (this._starting === starting) {
          this._starting = null;
          this._version = '';
        }
      });
      return browser;
    });
    return starting;
  }

  private async _launch(): Promise<Browser> {
    const { environment, log } = this._options;
    const executablePath = await findBrowser(environment);
    const { chromium } = await import('playwright-core');
    const launch = (chromiumSandbox: boolean) =>
      chromium.launch({
        executablePath,
        chromiumSandbox,
        // Ends of this process are ours: runs are to be stopped before.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false
      });
    const isRoot = process.getuid?.() === 0;
    const browser = await launch(!isRoot)
      .catch(error => {
        if (isRoot) {
          throw error;
        }
        // Many containers allow no sandbox; what is printed there are pages of this server alone.
        log.debug(`${executablePath} did not start with its sandbox: ${messageOf(error)}`);
        return launch(false);
      })
      .catch(error => {
        const message = `${executablePath} did not start: ${messageOf(error)}`;
        throw new HttpError(503, 'printer-unavailable', message);
      });
    this._version = browser.version();
    log.debug(`${executablePath} ${this._version} is there to print`);
    return browser;
  }

  /** Resolves when fewer documents than allowed are being printed; in the order of the calls. */
  private async _enter(): Promise<void> {
    if (this._users < (this._options.maximumPages ?? 2)) {
      this._users += 1;
    } else {
      // Whoever leaves hands its place over.
      await new Promise<void>(resolve => this._waiting.push(resolve));
    }
  }

  private _leave(): void {
    const next = this._waiting.shift();
    if (next) {
      next();
      return;
    }
    this._users -= 1;
    if (this._users === 0 && this._starting) {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => {
        this._end().catch(error => this._options.log.warn(`a browser did not end: ${error}`));
      }, this._options.idleMs ?? 30_000);
      this._timer.unref();
    }
  }

  private _starting: Promise<Browser> | null = null;
  private _isClosed = false;
  private _version = '';
  private _users = 0;
  private readonly _waiting: (() => void)[] = [];
  private _timer: NodeJS.Timeout | undefined;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
