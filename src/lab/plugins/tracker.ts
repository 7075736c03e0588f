import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { IToolTracker } from '../tokens';

/** The open panels. */
export const tracker: JupyterFrontEndPlugin<IToolTracker> = {
  id: 'jupyterlab-crosscompute:tracker',
  description: 'Tracks the open panels of tools.',
  provides: IToolTracker,
  activate: (_: JupyterFrontEnd): IToolTracker =>
    new WidgetTracker({ namespace: 'jupyterlab-crosscompute' })
};
