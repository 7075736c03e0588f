import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commandIDs';
import { NotebookButton } from '../notebookButton';
import { ISettingsSource } from '../tokens';
import { loadTranslation } from '../translation';

/** Name of the item in the schema. */
const ITEM = 'crosscompute';

/** The button in the toolbar of every notebook. */
export const notebookButton: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:notebook-button',
  description: 'Adds the CrossCompute button to the toolbar of notebooks.',
  autoStart: true,
  requires: [IToolbarWidgetRegistry, ISettingsSource],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    toolbars: IToolbarWidgetRegistry,
    settings: ISettingsSource,
    translator: ITranslator | null
  ): void => {
    const trans = loadTranslation(translator);
    toolbars.addFactory<NotebookPanel>('Notebook', ITEM, panel => {
      const open = () => {
        const args = { path: panel.context.path, ref: panel.id };
        void app.commands.execute(CommandIDs.openTool, args);
      };
      return new NotebookButton(settings, open, trans);
    });
  }
};
