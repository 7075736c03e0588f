import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EventHub } from '../eventHub';
import { ICrossComputeClient, IEventHub } from '../tokens';

/** Live events, on one connection. */
export const events: JupyterFrontEndPlugin<IEventHub> = {
  id: 'jupyterlab-crosscompute:events',
  description: 'Provides live events of the bundled CrossCompute server.',
  requires: [ICrossComputeClient],
  provides: IEventHub,
  activate: (_: JupyterFrontEnd, client: ICrossComputeClient): IEventHub =>
    new EventHub(client.rootUri, reportError)
};
