import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { BUNDLE } from '../../../testing/faultSweep';
import { describeWithGateway, startGateway } from '../../../testing/gateways';
import { findTestPython, startJupyterServer } from '../../../testing/jupyterServer';
import { attachedIn, LabRuns, waitFor } from '../../../testing/labRuns';
import { createFolder } from '../../../testing/serverSetUp';

/** Where kernels are, besides those of the Jupyter server that starts ours. */
interface IElsewhere {
  url: string;
  token: string;
  countKernels(): Promise<number>;
}

const python = findTestPython();
const describeWithBundle =
  python && existsSync(BUNDLE) && process.platform === 'linux' ? describe : describe.skip;

// Four servers start, and two kernels, on machines that do much else.
jest.setTimeout(240_000);

/** No kernel of the Jupyter server that starts ours is wanted. */
const JUPYTER = { id: 'jupyter', baseUrl: 'http://127.0.0.1:9/', token: 'none', rootFolder: '/' };

/** Expect what becomes of runs in kernels that are not of the Jupyter server which starts ours. */
async function expectRunsToGoOn(elsewhere: IElsewhere): Promise<void> {
  const folder = await createFolder({});
  const file = path.join(folder, 'engines.yaml');
  const engine = { url: elsewhere.url, tokenVariable: 'FAR_TOKEN', maximumConcurrentRuns: 1 };
  const engines = [
    { ...engine, id: 'near', files: 'auto' },
    { ...engine, id: 'far', files: 'kernel' }
  ];
  await writeFile(file, JSON.stringify({ engines }));
  const environment = { CROSSCOMPUTE_ENGINES: file, FAR_TOKEN: elsewhere.token };
  const runs = await LabRuns.open(JUPYTER, { seen: {}, sent: {} }, { environment });
  try {
    const seen = await runs.start('seen');
    await seen.says('cell 1 line 0');
    const sent = await runs.start('sent');
    await sent.says('cell 1 line 0');
    const both = await Promise.all([seen, sent].map(run => run.resource()));
    expect(both.map(({ record }) => record.engine.id)).toEqual(['near', 'far']);
    await runs.restart();
    // From the first answer on.
    expect(await sent.resource()).toMatchObject({ state: 'lost', return_code: -40 });
    await sent.expectEnded();
    await waitFor('its kernel ended', async () => (await elsewhere.countKernels()) === 1);
    await waitFor('the other goes on', async () => attachedIn(await seen.events()) === 1);
    // As when Jupyter ends: that does not concern kernels elsewhere.
    await runs.close();
    expect(await elsewhere.countKernels()).toBe(1);
    await runs.startServer();
    await seen.goOn();
    expect(attachedIn(await seen.expectWhole())).toBe(2);
    await waitFor('no kernel is left', async () => (await elsewhere.countKernels()) === 0);
  } finally {
    await runs.close();
    await runs.remove();
    await rm(folder, { recursive: true });
  }
}

describeWithBundle(
  'runs whose server ends go on in kernels that see our files, and no others,',
  () => {
    it('on another Jupyter server', async () => {
      const root = await createFolder({});
      const server = await startJupyterServer(python ?? '', root);
      try {
        await expectRunsToGoOn({
          url: server.baseUrl,
          token: server.token,
          countKernels: async () => (await server.kernels()).length
        });
      } finally {
        await server.close();
        await rm(root, { recursive: true });
      }
    });

    describeWithGateway('elsewhere', 'kernel', () => {
      it('on a Kernel Gateway', async () => {
        const gateway = await startGateway('kernel', 2);
        try {
          await expectRunsToGoOn({
            ...gateway,
            countKernels: async () => gateway.kernels().length
          });
        } finally {
          await gateway.close();
        }
      });
    });
  }
);
