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

/** Folder in the addresses of the style sheets of a site's first page. */
export const ROOT_STYLES = 'assets/styles';

/** The style sheets of an author as a page links them. */
export interface ILinkedStyles {
  /** Addresses, in order. */
  styleUris: string[];
  /** True when they know nothing of readers who prefer dark, so that the page is to stay light. */
  isLight: boolean;
}

/** What a style sheet says that thinks of dark. */
const DARK = /prefers-color-scheme|color-scheme\s*:|light-dark\(/;

/**
 * Link the style sheets of an automation.
 *
 * @param base - address of the folder that they are served from, without a slash at its end
 */
export async function linkAuthorStyles(
  files: IFiles,
  loaded: LoadedAutomation,
  base: string
): Promise<ILinkedStyles> {
  const styles = await readAuthorStyles(files, loaded);
  const styleUris = styles.map(style => ('uri' in style ? style.uri : `${base}/${style.name}.css`));
  const isDark = styles.some(style => 'text' in style && DARK.test(style.text));
  return { styleUris, isLight: styles.length > 0 && !isDark };
}

function stampOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
