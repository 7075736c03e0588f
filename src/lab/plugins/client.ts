import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { CrossComputeClient } from '../client';
import { ICrossComputeClient } from '../tokens';

/** Requests to the bundled server. */
export const client: JupyterFrontEndPlugin<ICrossComputeClient> = {
  id: 'jupyterlab-crosscompute:client',
  description: 'Provides requests to the bundled CrossCompute server.',
  provides: ICrossComputeClient,
  activate: (app: JupyterFrontEnd): ICrossComputeClient =>
    new CrossComputeClient(app.serviceManager.serverSettings)
};
