import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commandIDs';
import { Documents } from '../documents';
import { panelStateToJson, readPanelState } from '../panel/panelState';
import {
  ICrossComputeClient,
  IEventHub,
  IQueueMonitor,
  ISettingsSource,
  IToolOpener,
  IToolTracker
} from '../tokens';
import { ToolOpener } from '../toolOpener';
import { loadTranslation } from '../translation';

/** Opens tools, and brings their panels back after a reload. */
export const opener: JupyterFrontEndPlugin<IToolOpener> = {
  id: 'jupyterlab-crosscompute:opener',
  description:
    'Opens notebooks, configurations and batch folders as tools, and restores their panels.',
  autoStart: true,
  requires: [
    ICrossComputeClient,
    IEventHub,
    IQueueMonitor,
    ISettingsSource,
    IToolTracker,
    IDocumentManager,
    IRenderMimeRegistry
  ],
  optional: [INotebookTracker, IStateDB, ILayoutRestorer, ITranslator],
  provides: IToolOpener,
  activate: (
    app: JupyterFrontEnd,
    client: ICrossComputeClient,
    events: IEventHub,
    queue: IQueueMonitor,
    settings: ISettingsSource,
    tracker: IToolTracker,
    manager: IDocumentManager,
    rendermime: IRenderMimeRegistry,
    notebooks: INotebookTracker | null,
    database: IStateDB | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): IToolOpener => {
    const trans = loadTranslation(translator);
    const documents = new Documents(manager, notebooks);
    const shared = { client, events, queue, settings, tracker, documents, rendermime };
    const opener = new ToolOpener({ ...shared, shell: app.shell, database, trans });
    app.commands.addCommand(CommandIDs.restorePanel, {
      label: trans.__('Restore the Panel of a Tool'),
      describedBy: {
        args: {
          type: 'object',
          properties: { path: { type: 'string' } },
          additionalProperties: true
        }
      },
      isVisible: () => false,
      execute: args => opener.restore(readPanelState(args))
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.restorePanel,
        args: ({ content }) => panelStateToJson(content.model.state),
        name: ({ content }) => content.model.state.automation || content.model.state.path
      });
    }
    preloadWithNotebooks(app, opener, notebooks);
    app.serviceManager.contents.fileChanged.connect(opener.lookAgain, opener);
    return opener;
  }
};

/** The first click on the button is as fast as the second. */
function preloadWithNotebooks(
  app: JupyterFrontEnd,
  opener: ToolOpener,
  notebooks: INotebookTracker | null
): void {
  const preload = () => {
    notebooks?.widgetAdded.disconnect(preload);
    app.restored
      .then(() => opener.preload())
      // Opening loads the same code, and tells what is wrong with it.
      .catch(() => undefined);
  };
  notebooks?.widgetAdded.connect(preload);
}
