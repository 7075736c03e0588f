import * as path from 'node:path';
import type { IAutomation, OverrideId } from '../../core/automation/automation';
import { FileError, type IFiles } from '../../core/files';
import { joinPath } from '../../core/path';
import { BUILT_IN_TEMPLATES } from '../../core/template/overrideTemplates';
import { HttpError } from '../httpError';
import { resolveInside } from '../site/containedPath';

/** Templates that an author's template may reach, by name. */
export interface IOverrideSources {
  /** Absolute path of each override, which is its name, by the page that it replaces. */
  names: Partial<Record<OverrideId, string>>;
  templates: Record<string, string>;
}

/** An override that pulls in more files than this is cut off; what is missing is named when it is rendered. */
const MAXIMUM_FILES = 100;

/**
 * Read the overrides of an automation with everything that they include or extend by a literal name, relative to
 * themselves. Files outside of the automation's folder are left out.
 */
export async function readOverrides(
  files: IFiles,
  automation: Pick<IAutomation, 'folder' | 'display'>
): Promise<IOverrideSources> {
  const names: IOverrideSources['names'] = {};
  const templates: Record<string, string> = { ...BUILT_IN_TEMPLATES };
  const waiting: string[] = [];
  for (const override of automation.display.overrides) {
    const file = joinPath(automation.folder, override.path);
    names[override.id] = file;
    waiting.push(file);
  }
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (file in templates || Object.keys(templates).length > MAXIMUM_FILES) {
      continue;
    }
    const isOverride = Object.values(names).includes(file);
    const text = await readText(files, file, isOverride ? null : automation.folder);
    if (text !== null) {
      const adapted = qualifyNames(text, path.dirname(file));
      templates[file] = adapted.text;
      waiting.push(...adapted.names);
    }
  }
  return { names, templates };
}

const LITERAL = /(\{%[-+]?\s*(?:include|extends|import|from)\s+)(["'])([^"']+)\2/g;

/** Names of files become absolute, so that two folders may each have a `header.html`. */
function qualifyNames(text: string, folder: string): { text: string; names: string[] } {
  const names: string[] = [];
  const qualified = text.replace(LITERAL, (written, start: string, quote: string, name: string) => {
    if (name.startsWith('crosscompute:')) {
      return written;
    }
    const file = joinPath(folder, name);
    names.push(file);
    return `${start}${quote}${file}${quote}`;
  });
  return { text: qualified, names };
}

/** @param folder - that the file must lie in; null where the configuration names it, which was checked */
async function readText(
  files: IFiles,
  file: string,
  folder: string | null
): Promise<string | null> {
  try {
    return await files.readText(
      folder === null ? file : await resolveInside(folder, path.relative(folder, file))
    );
  } catch (error) {
    if (error instanceof FileError || error instanceof HttpError) {
      return null;
    }
    throw error;
  }
}
