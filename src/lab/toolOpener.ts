import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, type MainAreaWidget } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Debouncer } from '@lumino/polling';
import type { IAutomationSummary, IFindResponse } from '../core/api';
import type { Documents } from './documents';
import type { IPanelState } from './panel/panelState';
import type { ToolPanel } from './panel/toolPanel';
import type {
  ICrossComputeClient,
  IEventHub,
  IOpenedTool,
  IOpenOptions,
  IQueueMonitor,
  ISettingsSource,
  IToolOpener,
  IToolTracker
} from './tokens';

/** What the opener works with. */
export interface IToolOpenerOptions {
  shell: JupyterFrontEnd.IShell;
  client: ICrossComputeClient;
  events: IEventHub;
  queue: IQueueMonitor;
  tracker: IToolTracker;
  documents: Documents;
  rendermime: IRenderMimeRegistry;
  /** Keeps choices and drafts; null where nothing can be kept. */
  database: IStateDB | null;
  settings: ISettingsSource;
  trans: TranslationBundle;
}

/** Milliseconds after a file was saved, before panels that found nothing look again. */
const LOOK_AGAIN_DELAY_MS = 200;

/**
 * Opens tools: one panel for each automation.
 */
export class ToolOpener implements IToolOpener {
  constructor(private readonly _options: IToolOpenerOptions) {
    this._again = new Debouncer(() => {
      _options.tracker.forEach(({ content }) => {
        if (content.model.phase === 'empty') {
          void content.model.load();
        }
      });
    }, LOOK_AGAIN_DELAY_MS);
  }

  /** A file was saved: panels that found nothing look again, soon. */
  lookAgain(): void {
    void this._again.invoke();
  }

  /** Load the code of panels before it is needed, so that the first click is as fast as the second. */
  async preload(): Promise<void> {
    await import('./panel/createPanel');
  }

  async open(path: string, options: IOpenOptions = {}): Promise<IOpenedTool | null> {
    const { client, documents } = this._options;
    const local = documents.localPath(path);
    this._options.queue.start();
    const [found] = await Promise.all([
      // What cannot be found because of the server is told, and tried again, in the panel.
      client.find(local).catch(() => undefined),
      // When it fails, JupyterLab has said so in a dialog of its own.
      documents.saveNotebook(path).catch(() => undefined)
    ]);
    const chosen = found ? await this._choose(local, found, options.choose === true) : null;
    if (chosen === undefined) {
      return null;
    }
    const batch = found?.batch ?? null;
    const existing = this._find(chosen, local);
    if (existing) {
      this._options.shell.activateById(existing.id);
      const { model } = existing.content;
      if (batch && batch !== model.state.shown) {
        await model.selectBatch(batch);
      }
      if (options.tab) {
        model.showTab(options.tab);
      }
      return { widget: existing, batch };
    }
    const state: Partial<IPanelState> = {
      path: local,
      automation: chosen?.id ?? '',
      configuration: chosen?.configuration ?? '',
      ...(batch ? { batch, shown: batch } : {}),
      ...(options.tab ? { tab: options.tab } : {})
    };
    const widget = await this._create(state);
    this._place(widget, options);
    await widget.content.model.load(found);
    return { widget, batch };
  }

  async restore(state: IPanelState): Promise<void> {
    this._options.queue.start();
    const widget = await this._create(state, true);
    this._options.shell.add(widget, 'main');
    // The restorer waits for this: what the server says may come later.
    void widget.content.model.load();
  }

  private async _create(
    state: Partial<IPanelState>,
    isRestored = false
  ): Promise<MainAreaWidget<ToolPanel>> {
    const { createPanel } = await import('./panel/createPanel');
    const { tracker } = this._options;
    const widget = createPanel({
      ...this._options,
      state,
      isRestored,
      chooseAnother: path => {
        void this.open(path, { choose: true, ref: widget.id, placement: 'tab-after' });
      }
    });
    await tracker.add(widget);
    let saved = '';
    widget.content.model.stateChanged.connect(model => {
      const now = JSON.stringify(model.state);
      if (now !== saved) {
        saved = now;
        void tracker.save(widget);
      }
    });
    return widget;
  }

  private _place(widget: MainAreaWidget<ToolPanel>, { ref, placement }: IOpenOptions): void {
    const { shell, tracker, settings } = this._options;
    const neighbour = tracker.find(other => other !== widget && other.isVisible);
    if (ref && neighbour && !placement) {
      // Tools share the place that the first one took.
      shell.add(widget, 'main', { mode: 'tab-after', ref: neighbour.id });
    } else if (ref) {
      shell.add(widget, 'main', { mode: placement ?? settings.current.placement, ref });
    } else {
      shell.add(widget, 'main', { mode: 'tab-after' });
    }
    shell.activateById(widget.id);
  }

  /** The panel of an automation, or the one that still looks for one at this path. */
  private _find(
    chosen: IAutomationSummary | null,
    path: string
  ): MainAreaWidget<ToolPanel> | undefined {
    return this._options.tracker.find(({ content }) => {
      const { state } = content.model;
      return chosen
        ? state.automation === chosen.id
        : state.automation === '' && state.path === path;
    });
  }

  /**
   * Take the only candidate, the remembered one, or ask.
   *
   * @returns null when there is none; undefined when a person did not choose
   */
  private async _choose(
    path: string,
    { candidates, chosen }: IFindResponse,
    mustAsk: boolean
  ): Promise<IAutomationSummary | null | undefined> {
    const { database, trans } = this._options;
    if (!candidates.length) {
      return null;
    }
    if (!mustAsk || candidates.length === 1) {
      const key = keyOf(path);
      const remembered: unknown = chosen ?? (await database?.fetch(key).catch(() => null));
      const known = candidates.find(({ id }) => id === remembered);
      if (known || candidates.length === 1) {
        return known ?? candidates[0];
      }
    }
    const items = candidates.map(({ title, configuration }) => `${title} — ${configuration}`);
    const { button, value } = await InputDialog.getItem({
      title: trans.__('Which tool?'),
      label: trans.__('Several configurations belong to “%1”:', path || '/'),
      items,
      editable: false,
      okLabel: trans.__('Open'),
      cancelLabel: trans.__('Cancel')
    });
    const picked = button.accept && value !== null ? candidates[items.indexOf(value)] : undefined;
    if (picked) {
      await database?.save(keyOf(path), picked.id);
    }
    return picked;
  }

  private readonly _again: Debouncer<void>;
}

function keyOf(path: string): string {
  return `jupyterlab-crosscompute:choice:${path}`;
}
