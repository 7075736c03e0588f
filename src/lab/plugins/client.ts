import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICrossComputeClient } from '../tokens';

/** Requests to the bundled server. */
export const client: JupyterFrontEndPlugin<ICrossComputeClient> = {
  id: 'jupyterlab-crosscompute:client',
  description: 'Provides requests to the bundled CrossCompute server.',
  provides: ICrossComputeClient,
  activate: async (app: JupyterFrontEnd): Promise<ICrossComputeClient> => {
    const { CrossComputeClient } = await import('../client');
    return new CrossComputeClient(app.serviceManager.serverSettings);
  }
};
