import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ITranslator } from '@jupyterlab/translation';
import type { IRunSummary } from '../../core/api';
import { describeError } from '../errorWords';
import { RunningRuns } from '../runningRuns';
import { ICrossComputeClient, IQueueMonitor, IToolOpener } from '../tokens';
import { loadTranslation } from '../translation';

/** What runs, beside kernels and terminals. */
export const running: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:running',
  description: 'Lists runs that execute and wait in the sidebar of what is running.',
  autoStart: true,
  requires: [ICrossComputeClient, IQueueMonitor, IToolOpener],
  optional: [IRunningSessionManagers, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    client: ICrossComputeClient,
    queue: IQueueMonitor,
    opener: IToolOpener,
    managers: IRunningSessionManagers | null,
    translator: ITranslator | null
  ): void => {
    const trans = loadTranslation(translator);
    const explain = (error: unknown) =>
      void showErrorMessage(trans.__('CrossCompute'), describeError(error, trans));
    const open = async ({ id, batch }: IRunSummary) => {
      const { record } = await client.getRun(id);
      const opened = await opener.open(record.automation.configuration, { tab: 'report' });
      await opened?.widget.content.model.showReport(batch);
    };
    managers?.add(
      new RunningRuns({
        ...{ client, queue, explain, trans },
        open: run => void open(run).catch(explain)
      })
    );
  }
};
