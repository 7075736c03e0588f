import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { StepName } from '../../core/automation/automation';
import type { IInputRefusal, IPageFragment, PostedInputs } from '../../core/api';
import { isJsonObject } from '../../core/json';
import { activatePage, type IActivePage } from '../../page/activate';
import type { BrowserStore } from '../browserStore';
import { describeError } from '../errorWords';
import type { ICrossComputeClient, IEventHub, ISubscription } from '../tokens';
import { createPageHost } from './pageHost';

/** What a page works with. */
export interface IStepPageOptions {
  client: ICrossComputeClient;
  events: IEventHub;
  step: StepName;
  drafts: BrowserStore;
  /** Run what the form says; tells failures by itself, and gives refusals that it has not told. */
  run: (values: PostedInputs) => Promise<readonly IInputRefusal[]>;
  /** Told of what has no place on the page. */
  report: (error: unknown) => void;
  trans: TranslationBundle;
}

/** The panel has its own button Run, which does the same as that of the inputs. */
const PANEL_STYLE = '._panel ._run { display: none; }';

/**
 * The page of a step, as a reader sees it, in a shadow root: styles of the page and of JupyterLab do not
 * touch each other.
 */
export class StepPage extends Widget {
  constructor(private readonly _options: IStepPageOptions) {
    super();
    this.addClass('jp-StepPage');
    this._message.className = 'jp-StepPage-message';
    this._message.hidden = true;
    this._host.className = 'jp-StepPage-host';
    this._root = this._host.attachShadow({ mode: 'open' });
    this.node.append(this._message, this._host);
  }

  /** Emitted after another page was shown, or a value in it changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The living page; null until it is there. */
  get page(): IActivePage | null {
    return this._page;
  }

  /** Resolves when what was asked for last is shown, or could not be. */
  get ready(): Promise<void> {
    return this._ready;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._leave();
    Signal.clearData(this);
    super.dispose();
  }

  /** Show the page for a batch; the same again does nothing. */
  setPage(automation: string, batch: string): void {
    if (automation === this._automation && batch === this._batch) {
      return;
    }
    this._leave();
    this._automation = automation;
    this._batch = batch;
    const { events, step } = this._options;
    this._data = events.subscribe(`data:${automation}/${batch}`, {
      onEvent: data => {
        const event = isJsonObject(data) ? data : null;
        if (Array.isArray(event?.steps) && event.steps.includes(step)) {
          this.refresh(event.isUrgent === true);
        }
      },
      // Anything may have changed while nobody told.
      onGap: () => this.refresh()
    });
    this._ready = this._load();
  }

  /**
   * Read the page anew; what a person typed stays.
   *
   * @param isUrgent - a run is over, or the automation changed: it is read at once
   */
  refresh(isUrgent = false): void {
    if (this._page) {
      this._ready = this._page.refresh(isUrgent).catch(error => this._options.report(error));
    } else if (this._automation) {
      this._ready = this._load();
    }
  }

  private async _load(): Promise<void> {
    const { client, step, trans } = this._options;
    const [automation, batch] = [this._automation, this._batch];
    const isCurrent = () =>
      !this.isDisposed && !this._page && automation === this._automation && batch === this._batch;
    try {
      const fragment = await client.getPage(automation, step, batch);
      if (isCurrent()) {
        this._say('');
        this._show(fragment);
      }
    } catch (error) {
      if (isCurrent()) {
        this._say(describeError(error, trans));
      }
    }
  }

  private _show(fragment: IPageFragment): void {
    const { client, step, drafts, run, report, trans } = this._options;
    const [automation, batch] = [this._automation, this._batch];
    const body = document.createElement('div');
    body.lang = document.documentElement.lang || 'en';
    // Rendered and sanitised by our server, which is the only one that renders pages.
    body.innerHTML = fragment.html;
    this._root.replaceChildren(...styleNodes(fragment), body);
    this.node.scrollTop = 0;
    const isForm = step === 'input';
    const draft = `draft:${automation}:${batch}`;
    const host = createPageHost({
      client,
      load: async () => {
        const next = await client.getPage(automation, step, batch);
        if (!this.isDisposed && automation === this._automation && batch === this._batch) {
          this._showStyles(next);
        }
        return next;
      },
      run,
      loadDraft: async () => (isForm ? drafts.load(draft) : null),
      saveDraft: values => {
        if (isForm) {
          drafts.save(draft, values);
        }
      },
      report,
      trans
    });
    this._page = activatePage(this._root, host);
    this._page.onChange(() => this._changed.emit());
    this._changed.emit();
  }

  /** Put newer style sheets in place of the old ones, where they differ. */
  private _showStyles(fragment: IPageFragment): void {
    const old = [...this._root.querySelectorAll(':scope > style, :scope > link')];
    const next = styleNodes(fragment);
    const text = (nodes: Element[]) => nodes.map(node => node.outerHTML).join('');
    if (text(old) !== text(next)) {
      old.forEach(node => node.remove());
      this._root.prepend(...next);
    }
  }

  /** Leave the page that is shown. */
  private _leave(): void {
    this._data?.dispose();
    this._data = null;
    this._page?.dispose();
    this._page = null;
    this._root.replaceChildren();
  }

  private _say(message: string): void {
    this._message.hidden = !message;
    this._message.replaceChildren();
    if (!message) {
      return;
    }
    const retry = document.createElement('button');
    retry.type = 'button';
    retry.className = 'jp-Button jp-mod-styled';
    retry.textContent = this._options.trans.__('Retry');
    retry.addEventListener('click', () => this.refresh());
    this._message.setAttribute('role', 'alert');
    this._message.append(message, ' ', retry);
  }

  private readonly _message = document.createElement('p');
  private readonly _host = document.createElement('div');
  private readonly _root: ShadowRoot;
  private readonly _changed = new Signal<this, void>(this);
  private _automation = '';
  private _batch = '';
  private _data: ISubscription | null = null;
  private _page: IActivePage | null = null;
  private _ready: Promise<void> = Promise.resolve();
}

function styleNodes({ step, styles, styleUris }: IPageFragment): HTMLElement[] {
  const own = step === 'input' ? [PANEL_STYLE] : [];
  const sheets = [...styles, ...own].map(text => {
    const style = document.createElement('style');
    style.textContent = text;
    return style;
  });
  const links = styleUris.map(uri => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = uri;
    return link;
  });
  return [...sheets, ...links];
}
