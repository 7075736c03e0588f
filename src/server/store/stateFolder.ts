import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { errorCode, nodeFiles } from '../files';
import { whenDescriptorsAreFree } from '../systemError';

/** Name of our folder in the folder of each automation. */
export const STATE_FOLDER_NAME = '.crosscompute';

const GITIGNORE = '# State and stored outputs; safe to ignore, made anew when needed.\n*\n';

/** Absolute path of our folder in an automation's folder. */
export function stateFolderOf(automationFolder: string): string {
  return path.join(automationFolder, STATE_FOLDER_NAME);
}

/**
 * Make sure that our folder exists and that git ignores it.
 *
 * @returns its absolute path
 */
export async function ensureStateFolder(automationFolder: string): Promise<string> {
  const folder = stateFolderOf(automationFolder);
  const ignore = path.join(folder, '.gitignore');
  if ((await nodeFiles.status(ignore)) !== null) {
    return folder;
  }
  await fs.mkdir(folder, { recursive: true });
  try {
    await whenDescriptorsAreFree(() => fs.writeFile(ignore, GITIGNORE, { flag: 'wx' }));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  }
  return folder;
}
