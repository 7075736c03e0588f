import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { address } from './plugins/address';
import { client } from './plugins/client';
import { commands } from './plugins/commands';
import { events } from './plugins/events';
import { fileType } from './plugins/fileType';
import { launcher } from './plugins/launcher';
import { notebookButton } from './plugins/notebookButton';
import { notifications } from './plugins/notifications';
import { opener } from './plugins/opener';
import { palette } from './plugins/palette';
import { queue } from './plugins/queue';
import { running } from './plugins/running';
import { settings } from './plugins/settings';
import { status } from './plugins/status';
import { tracker } from './plugins/tracker';

/** The plugins of the extension. */
const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settings,
  client,
  events,
  queue,
  tracker,
  opener,
  commands,
  palette,
  launcher,
  notebookButton,
  fileType,
  address,
  notifications,
  status,
  running
];

export default plugins;
