import { MainAreaWidget } from '@jupyterlab/apputils';
import type { IToolOpenerOptions } from '../toolOpener';
import { BrowserStore } from '../browserStore';
import { describeError } from '../errorWords';
import type { IPanelState } from './panelState';
import { ToolModel } from './toolModel';
import { ToolPanel } from './toolPanel';

/** What a panel is made from. */
export interface ICreatePanelOptions extends IToolOpenerOptions {
  state: Partial<IPanelState>;
  chooseAnother: (path: string) => void;
}

/**
 * Make the panel of a tool; it shows nothing until its model is loaded.
 */
export function createPanel(options: ICreatePanelOptions): MainAreaWidget<ToolPanel> {
  const { client, events, queue, documents, rendermime, settings, trans } = options;
  const model = new ToolModel({ client, events, queue }, options.state);
  const prefix = `jupyterlab-crosscompute:${client.rootUri}:`;
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
