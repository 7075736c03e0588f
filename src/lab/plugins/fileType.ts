import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator } from '@jupyterlab/translation';
import { CONFIGURATION_PATTERN } from '../configurationFiles';
import { automationFileIcon } from '../icons';
import { loadTranslation } from '../translation';

/** Configurations have an icon of their own. */
export const fileType: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-crosscompute:file-type',
  description: 'Adds the file type of configurations.',
  autoStart: true,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): void => {
    const trans = loadTranslation(translator);
    app.docRegistry.addFileType({
      name: 'crosscompute-automation',
      displayName: trans.__('CrossCompute Automation'),
      pattern: CONFIGURATION_PATTERN,
      mimeTypes: ['text/x-yaml'],
      contentType: 'file',
      fileFormat: 'text',
      icon: automationFileIcon
    });
  }
};
