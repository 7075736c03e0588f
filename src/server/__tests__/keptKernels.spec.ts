import { rm } from 'node:fs/promises';
import { describeWithJupyter, startJupyterServer, until } from '../../testing/jupyterServer';
import { createFolder, startServer } from '../../testing/serverSetUp';
import { JupyterClient } from '../engine/jupyterClient';
import { createLog } from '../log';

describeWithJupyter('A server inside JupyterLab', python => {
  it('removes the kernels that one before it kept ready, and no others', async () => {
    const folder = await createFolder({});
    const jupyter = await startJupyterServer(python, '/');
    const client = new JupyterClient(jupyter, createLog('silent'));
    await client.startKept('python3', 'left by a server that was killed');
    const other = await client.start('python3', '');
    const server = await startServer(folder, {
      services: { place: async () => jupyter, engineId: 'jupyter', readyMinutes: 10 }
    });
    await until('it is gone', async () => (await jupyter.kernels()).length === 1);
    expect(await jupyter.kernels()).toEqual([other]);
    await server.close();
    await client.remove(other);
    await jupyter.close();
    await rm(folder, { recursive: true });
  });
});
