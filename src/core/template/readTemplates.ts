import type { IAutomation, StepName } from '../automation/automation';
import { FileError, type IFiles } from '../files';
import { joinPath } from '../path';
import type { ITemplateText } from './formTemplates';

/** Read the templates of a step. One that cannot be read is a problem of the configuration and left out. */
export async function readTemplates(
  files: IFiles,
  automation: IAutomation,
  step: StepName
): Promise<ITemplateText[]> {
  const templates: ITemplateText[] = [];
  for (const { path, expression } of automation.steps[step].templates) {
    try {
      templates.push({ text: await files.readText(joinPath(automation.folder, path)), expression });
    } catch (error) {
      if (!(error instanceof FileError)) {
        throw error;
      }
    }
  }
  return templates;
}
