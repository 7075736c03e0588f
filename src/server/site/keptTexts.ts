import type { IFiles } from '../../core/files';
import { STEP_NAMES } from '../../core/automation/automation';
import { readTemplates } from '../../core/template/readTemplates';
import { readOverrides } from '../overrides/overrideSources';
import type { LoadedAutomation } from './loadedAutomation';
import { readAuthorStyles } from './pageStyles';

/**
 * Files whose texts stay what they were when they were first read, for pages that go on as they were opened
 * (`--no-restart`). What could not be read is tried again. Texts are kept as long as the server lives, so this is for
 * the few files of authors, never for data.
 */
export function keepTexts(files: IFiles): IFiles {
  const texts = new Map<string, string>();
  return {
    ...files,
    readText: async path => {
      const known = texts.get(path);
      if (known !== undefined) {
        return known;
      }
      const text = await files.readText(path);
      texts.set(path, text);
      return text;
    }
  };
}

/** Read everything that pages of an automation are made of, so that `keepTexts` has it from now on. */
export async function readPageTexts(files: IFiles, loaded: LoadedAutomation): Promise<void> {
  const automation = loaded.find();
  if (!automation) {
    return;
  }
  await Promise.all([
    ...STEP_NAMES.map(step => readTemplates(files, automation, step)),
    readAuthorStyles(files, loaded),
    readOverrides(files, automation)
  ]);
}
