import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commandIDs';
import { TABS } from '../panel/panelState';
import { loadTranslation } from '../translation';

/** All commands in the palette. */
export const palette: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:palette',
  description: 'Adds the commands of CrossCompute to the command palette.',
  autoStart: true,
  requires: [ICommandPalette],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    palette: ICommandPalette,
    translator: ITranslator | null
  ): void => {
    const category = loadTranslation(translator).__('CrossCompute');
    const args = { isPalette: true };
    for (const command of [
      CommandIDs.openTool,
      CommandIDs.renderReport,
      CommandIDs.runBatches,
      CommandIDs.printReport,
      CommandIDs.chooseTool,
      CommandIDs.run,
      CommandIDs.runAll,
      CommandIDs.stop
    ]) {
      palette.addItem({ command, args, category });
    }
    for (const tab of TABS) {
      palette.addItem({ command: CommandIDs.showTab, args: { ...args, tab }, category });
    }
  }
};
