import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { QueueStatus } from '../queueStatus';
import { ICrossComputeClient, IQueueMonitor } from '../tokens';
import { loadTranslation } from '../translation';

/** How many runs there are, in the status bar. */
export const status: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:status',
  description: 'Shows in the status bar how many runs execute and wait, and stops them from there.',
  autoStart: true,
  requires: [ICrossComputeClient, IQueueMonitor],
  optional: [IStatusBar, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    client: ICrossComputeClient,
    queue: IQueueMonitor,
    bar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    if (!bar) {
      return;
    }
    const item = new QueueStatus(client, queue, loadTranslation(translator));
    bar.registerStatusItem(status.id, {
      item,
      align: 'left',
      rank: 5,
      isActive: () => item.isActive,
      activeStateChanged: item.activeChanged
    });
  }
};
