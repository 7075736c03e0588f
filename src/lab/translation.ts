import { nullTranslator, type ITranslator, type TranslationBundle } from '@jupyterlab/translation';

/** The texts of the extension in the language of JupyterLab. */
export function loadTranslation(translator: ITranslator | null): TranslationBundle {
  return (translator ?? nullTranslator).load('jupyterlab_crosscompute');
}
