import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { InputDialog, showErrorMessage } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs } from '../commandIDs';
import { describeError } from '../errorWords';
import { toolIcon } from '../icons';
import { ICrossComputeClient, IToolOpener } from '../tokens';
import { loadTranslation } from '../translation';

/** The tile in the launcher. */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:launcher',
  description: 'Opens the tool of a folder, or one that was used before, from the launcher.',
  autoStart: true,
  requires: [ICrossComputeClient, IToolOpener],
  optional: [ILauncher, IDefaultFileBrowser, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    client: ICrossComputeClient,
    opener: IToolOpener,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null,
    translator: ITranslator | null
  ): void => {
    const trans = loadTranslation(translator);
    app.commands.addCommand(CommandIDs.chooseTool, {
      label: args => (args.isPalette ? trans.__('Open a Tool…') : trans.__('CrossCompute')),
      caption: trans.__('Open the tool of this folder, or one that was used before'),
      icon: args => (args.isPalette ? undefined : toolIcon),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            cwd: { type: 'string', description: 'Folder; default: that of the file browser' }
          }
        }
      },
      execute: async args => {
        const folder = typeof args.cwd === 'string' ? args.cwd : (browser?.model.path ?? '');
        try {
          await openAround(folder, client, opener, trans);
        } catch (error) {
          await showErrorMessage(trans.__('CrossCompute'), describeError(error, trans));
        }
      }
    });
    launcher?.add({ command: CommandIDs.chooseTool, category: trans.__('Other'), rank: 2 });
  }
};

async function openAround(
  folder: string,
  client: ICrossComputeClient,
  opener: IToolOpener,
  trans: TranslationBundle
): Promise<void> {
  const { candidates } = await client.find(folder);
  const known = await client.listAutomations();
  if (candidates.length || !known.length) {
    await opener.open(folder);
    return;
  }
  const items = known.map(({ title, configuration }) => `${title} — ${configuration}`);
  const { button, value } = await InputDialog.getItem({
    title: trans.__('Which tool?'),
    label: trans.__('This folder has none; these were used before:'),
    items,
    editable: false,
    okLabel: trans.__('Open'),
    cancelLabel: trans.__('Cancel')
  });
  const picked = button.accept && value !== null ? known[items.indexOf(value)] : undefined;
  if (picked) {
    await opener.open(picked.configuration);
  }
}
