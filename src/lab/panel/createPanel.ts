import { MainAreaWidget } from '@jupyterlab/apputils';
import type { IToolOpenerOptions } from '../toolOpener';
import { BrowserStore } from '../browserStore';
import { describeError } from '../errorWords';
import { readPanelState, type IPanelState } from './panelState';
import { ToolModel } from './toolModel';
import { ToolPanel } from './toolPanel';

/** What a panel is made from. */
export interface ICreatePanelOptions extends IToolOpenerOptions {
  state: Partial<IPanelState>;
  /** True when this window may know a newer state than JupyterLab kept. */
  isRestored: boolean;
  chooseAnother: (path: string) => void;
}

/**
 * Make the panel of a tool; it shows nothing until its model is loaded.
 */
export function createPanel(options: ICreatePanelOptions): MainAreaWidget<ToolPanel> {
  const { client, events, queue, documents, rendermime, settings, trans } = options;
  const prefix = `jupyterlab-crosscompute:${client.rootUri}:`;
  // JupyterLab keeps states, too: what cannot be kept here is only a little older then.
  const states = new BrowserStore(window.sessionStorage, prefix, () => undefined);
  const kept = options.isRestored ? states.load(keyOf(options.state)) : null;
  const state = kept ? readPanelState(kept) : options.state;
  const model = new ToolModel({ client, events, queue }, state);
  model.stateChanged.connect(() => states.save(keyOf(model.state), { ...model.state }));
  const content = new ToolPanel({
    model,
    documents,
    rendermime,
    drafts: new BrowserStore(window.localStorage, prefix, error => {
      model.notice = describeError(error, trans);
    }),
    isSaving: () => settings.current.isSavingBeforeRun,
    chooseAnother: options.chooseAnother,
    trans
  });
  const label = content.node.getAttribute('aria-label') ?? '';
  const widget = new MainAreaWidget({ content });
  // The general name that main areas get would hide which tool this is.
  content.node.setAttribute('aria-label', label);
  widget.toolbar.hide();
  widget.contentHeader.hide();
  return widget;
}

function keyOf({ automation, path }: Partial<IPanelState>): string {
  return `panel:${automation || path}`;
}
