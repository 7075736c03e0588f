import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { FileError, type IFiles } from '../../core/files';
import { slug } from '../../core/automation/words';
import { joinPath } from '../../core/path';
import type { LoadedAutomation } from './loadedAutomation';

/** Our own style sheet and script, with the stamps that are part of their addresses. */
export interface IAssets {
  /** Text of `page.css`, which fragments carry with them. */
  styleText: string;
  /** Path and query, relative to the root. */
  styleUri: string;
  scriptUri: string;
}

/** Read our assets once. @throws when the server was not built */
export async function readAssets(folder: string): Promise<IAssets> {
  const [style, script] = await Promise.all(
    ['page.css', 'page.js'].map(name => fs.readFile(path.join(folder, name), 'utf-8'))
  );
  return {
    styleText: style,
    styleUri: `assets/page.css?v=${stampOf(style)}`,
    scriptUri: `assets/page.js?v=${stampOf(script)}`
  };
}

/** A style sheet of an author. */
export type AuthorStyle = { text: string; name: string } | { uri: string };

/** The style sheets of an automation in their order; files that cannot be read are left out. */
export async function readAuthorStyles(
  files: IFiles,
  loaded: LoadedAutomation
): Promise<AuthorStyle[]> {
  const styles = await Promise.all(
    loaded.get().display.styles.map(async style => {
      if ('uri' in style) {
        return [{ uri: style.uri }];
      }
      try {
        const text = await files.readText(joinPath(loaded.folder, style.path));
        return [{ text, name: `${slug(style.path)}-${stampOf(text)}` }];
      } catch (error) {
        if (error instanceof FileError) {
          // It is a problem of the configuration, which is shown there.
          return [];
        }
        throw error;
      }
    })
  );
  return styles.flat();
}

function stampOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
