import type {
  IDataEvent,
  IDraftEvent,
  IInstallationState,
  IRunResponse,
  ITurn
} from '../../core/api';
import { PACKAGES_ID } from '../../core/template/packagesNotice';
import type { JournalEvent } from '../../core/run/journal';
import { isFinal, type RunState } from '../../core/run/run';
import type { IPageSettings } from '../../core/template/settings';
import { activatePage, type IActivePage } from '../activate';
import { EventStream } from '../events';
import { postJson } from '../request';
import { readPageSettings } from '../settings';
import { AuthorScripts, type IAuthorGlobals } from './authorScripts';
import type { IEnvironment } from './environment';
import { LogTail } from './logTail';
import { PackagesNotice, type PackagesAction } from './packagesNotice';
import { RunBanner } from './runBanner';
import { prefillSecrets } from './prefillSecrets';
import { PrintedPage } from './printedPage';
import { ServedHost } from './servedHost';
import { updateSurroundings } from './surroundings';

/** Bytes of the journal that a page reads at once when somebody asks for what was said before. */
const EARLIER_BYTES = 512 * 1024;

const CONNECTION_LOST = 'The connection is lost. Trying again…';

/**
 * Bring a served page to life, and follow its run and the files of its batch; on a page for a printer, only draw.
 *
 * @returns stops all of it; null on pages without settings
 */
export function startServedPage(
  environment: IEnvironment,
  globals: IAuthorGlobals
): ServedPage | PrintedPage | null {
  const settings = readPageSettings(environment.document);
  if (!settings) {
    return null;
  }
  return settings.isPrint
    ? new PrintedPage(settings, environment, authorScripts(environment, globals))
    : new ServedPage(settings, environment, globals);
}

function authorScripts(environment: IEnvironment, globals: IAuthorGlobals): AuthorScripts {
  const readJson = async (uri: string): Promise<unknown> => {
    const response = await environment.fetch(uri);
    return response.ok ? response.json() : null;
  };
  return new AuthorScripts(globals, readJson, environment.report);
}

/** A page that the server serves by itself. */
export class ServedPage {
  constructor(
    private readonly _settings: IPageSettings,
    private readonly _environment: IEnvironment,
    globals: IAuthorGlobals
  ) {
    const { document, report } = _environment;
    const scripts = authorScripts(_environment, globals);
    this._host = new ServedHost(_settings, _environment, scripts, page => this._onPage(page));
    prefillSecrets(document, _environment.address());
    this._page = activatePage(document, this._host);
    this._stream = new EventStream({
      uri: topics => `${_settings.rootUri}/api/events?topics=${topics}`,
      createSource: _environment.createSource,
      report
    });
    this._stream.onConnectionChange(isConnected => this._showConnection(isConnected));
    const banner = document.querySelector<HTMLElement>('._banner');
    this._banner = banner && new RunBanner(banner, action => this._act(action));
    const log = document.getElementById('_log');
    const earlier = document.querySelector<HTMLButtonElement>('#_log-earlier');
    this._log =
      log &&
      earlier &&
      new LogTail({ element: log, earlier, fetchBefore: this._fetchBefore, report });
    const packages = document.getElementById(PACKAGES_ID);
    this._packages =
      packages && new PackagesNotice(packages, action => this._actOnPackages(action));
    this._followFiles();
    this._followPackages();
    this._followRun(_settings.run);
  }

  /** The living page. */
  get page(): IActivePage {
    return this._page;
  }

  /** Connect again at once, such as when the machine is online again. */
  retryConnection(): void {
    this._stream.retry();
  }

  dispose(): void {
    this._stream.dispose();
    this._banner?.dispose();
    this._log?.dispose();
    this._packages?.dispose();
    this._page.dispose();
  }

  private _followFiles(): void {
    const { automation, batch, step } = this._settings;
    const refresh = () => this._refresh();
    this._stream.subscribe(`data:${automation}/${batch}`, 0, {
      onEvent: data => this._onData(JSON.parse(data) as IDataEvent),
      onGap: refresh
    });
    if (this._settings.step === 'print') {
      this._stream.subscribe(`draft:${automation}/${batch}`, 0, {
        onEvent: data => this._showDraft(JSON.parse(data) as IDraftEvent)
      });
    }
    this._stream.subscribe(`config:${automation}`, 0, {
      onEvent: data => this._onConfiguration(data),
      onGap: refresh
    });
    if (step !== 'input') {
      // Whoever looks at results wants them to be those of the inputs and the code as they are.
      this._stream.subscribe(`watch:${automation}/${batch}`, 0, { onEvent: () => undefined });
    }
  }

  private _onData({ steps, isUrgent }: IDataEvent): void {
    // While a script runs its journal grows all the time, and pages of other steps show nothing of it.
    if (this._settings.step === 'debug' || steps.some(step => step !== 'debug')) {
      this._refresh(isUrgent);
    }
  }

  private _followPackages(): void {
    if (this._packages) {
      this._stream.subscribe(`packages:${this._settings.automation}`, 0, {
        onEvent: data => this._packages?.tell(JSON.parse(data) as IInstallationState | null)
      });
    }
  }

  private _actOnPackages(action: PackagesAction): Promise<unknown> {
    const { rootUri, automation } = this._settings;
    const uri = `${rootUri}/api/automations/${automation}/packages/${action}`;
    return postJson(uri, undefined, this._environment.fetch);
  }

  /** Say above the documents that they are being printed, or why they are not. */
  private _showDraft({ state, message }: IDraftEvent): void {
    const { document } = this._environment;
    const place = document.getElementById('_draft');
    if (place) {
      place.textContent = message;
      place.classList.toggle('_warning', state === 'failed');
    }
    document.querySelector('._step-print')?.setAttribute('aria-busy', String(state === 'printing'));
  }

  private _onConfiguration(data: string): void {
    const { change } = JSON.parse(data) as { change?: string };
    if (change === 'template' && this._host.onTemplateChange) {
      // What was typed is kept, and scripts of the author run.
      this._environment.reload();
    } else {
      // Of code only what it makes is shown.
      this._refresh(change !== 'code');
    }
  }

  /** Follow the newest run of the batch; the same again does nothing. */
  private _followRun(run: { id: string; state: RunState } | null): void {
    if (!run || run.id === this._run) {
      return;
    }
    this._run = run.id;
    this._following?.dispose();
    this._turn?.dispose();
    this._followLeader(null);
    this._banner?.restart();
    this._log?.restart(run.id);
    this._wasActive = !isFinal(run.state);
    // The banner of a run that is over is there; its log comes from its journal.
    if (this._wasActive || this._log) {
      this._following = this._stream.subscribe(`tail:${run.id}`, 0, {
        onEvent: data => this._onRunEvent(JSON.parse(data) as JournalEvent),
        onError: () => this._refresh()
      });
      this._turn = this._stream.subscribe(`turn:${run.id}`, 0, {
        onEvent: data => this._onTurn(JSON.parse(data) as ITurn)
      });
    }
  }

  private _onTurn(turn: ITurn): void {
    this._followLeader(turn.leader?.id ?? null);
    if (this._wasActive) {
      this._banner?.tell(turn);
    }
  }

  /** Show what another run says that executes for both. */
  private _followLeader(leader: string | null): void {
    if (leader === this._leader) {
      return;
    }
    this._leading?.dispose();
    this._leading = null;
    this._leader = leader;
    this._log?.restart(leader ?? this._run);
    if (leader !== null) {
      this._leading = this._stream.subscribe(`tail:${leader}`, 0, {
        onEvent: data => {
          const event = JSON.parse(data) as JournalEvent;
          this._log?.fold(event);
          if (this._wasActive) {
            this._banner?.foldLeader(event);
          }
        }
      });
    }
  }

  private _fetchBefore = async (run: string, seq: number): Promise<readonly JournalEvent[]> => {
    const range = `to=${seq - 1}&bytes=${EARLIER_BYTES}`;
    const uri = `${this._settings.rootUri}/api/runs/${run}/journal?${range}`;
    const response = await this._environment.fetch(uri);
    if (!response.ok) {
      throw new Error(`The log cannot be read: the server answered ${response.status}.`);
    }
    return (await response.json()) as JournalEvent[];
  };

  private _onRunEvent(event: JournalEvent): void {
    this._log?.fold(event);
    if (!this._wasActive) {
      return;
    }
    this._banner?.fold(event);
    if (event.kind !== 'state' || !isFinal(event.state)) {
      return;
    }
    // Left open until the next run comes: to leave it is another connection, and another reading of the page.
    this._wasActive = false;
    if (this._settings.step === 'log' && event.state === 'done') {
      this._environment.navigate(this._host.stepUri(this._settings.batch, 'output'));
    } else {
      this._refresh();
    }
  }

  private _onPage(page: Document): void {
    updateSurroundings(this._environment.document, page);
    const banner = page.querySelector<HTMLElement>('._banner');
    const run = readPageSettings(page)?.run ?? null;
    if (run && run.id !== this._run) {
      this._followRun(run);
    }
    if (banner) {
      this._banner?.replace(banner);
    }
  }

  private async _act(action: 'stop' | 'retry'): Promise<void> {
    const answer = await this._host.act(this._run, action);
    if (action === 'retry') {
      this._host.showRun((answer as IRunResponse).batch);
    }
  }

  private _refresh(isUrgent = false): void {
    this._page.refresh(isUrgent).catch(error => {
      // While the connection is lost this is expected, and the page says so already.
      if (this._stream.isConnected) {
        this._environment.report(error);
      }
    });
  }

  private _showConnection(isConnected: boolean): void {
    const { document } = this._environment;
    if (!this._connection) {
      this._connection = document.createElement('p');
      this._connection.className = '_connection _warning';
      this._connection.setAttribute('role', 'status');
      (document.getElementById('main') ?? document.body).prepend(this._connection);
    }
    this._connection.textContent = isConnected ? '' : CONNECTION_LOST;
    this._connection.hidden = isConnected;
  }

  private readonly _host: ServedHost;
  private readonly _page: IActivePage;
  private readonly _stream: EventStream;
  private readonly _banner: RunBanner | null;
  private readonly _log: LogTail | null;
  private readonly _packages: PackagesNotice | null;
  private _connection: HTMLElement | null = null;
  private _run = '';
  private _wasActive = false;
  private _following: { dispose(): void } | null = null;
  private _turn: { dispose(): void } | null = null;
  /** Id of the run that executes for the followed one. */
  private _leader: string | null = null;
  private _leading: { dispose(): void } | null = null;
}
