import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { QueueMonitor } from '../queueMonitor';
import { IEventHub, IQueueMonitor } from '../tokens';

/** What the server runs, and what waits. */
export const queue: JupyterFrontEndPlugin<IQueueMonitor> = {
  id: 'jupyterlab-crosscompute:queue',
  description: 'Follows the queue of runs from the first use of a tool on.',
  requires: [IEventHub],
  provides: IQueueMonitor,
  activate: (_: JupyterFrontEnd, events: IEventHub): IQueueMonitor => new QueueMonitor(events)
};
