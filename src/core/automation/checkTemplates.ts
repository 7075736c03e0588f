import type { IFiles } from '../files';
import { FileError } from '../files';
import { joinPath } from '../path';
import type { IAutomation, ITemplate, IVariable } from './automation';
import { STEP_NAMES } from './automation';
import type { ProblemList } from './problemList';
import { addUnreadable } from './problemList';
import { didYouMean } from './suggest';

/** Names in braces that are no variables. */
const SYSTEM_NAMES: readonly string[] = ['ROOT_URI', 'BUTTON_PANEL'];

/** Filters of pages, and the views that have them. */
const FILTERS: readonly string[] = ['title', 'slug', 'upper', 'lower'];
const FILTERED_VIEWS: readonly string[] = ['string', 'number', 'password', 'email'];

/** Parts of a page in which nothing is replaced: scripts, styles, text areas, comments, tags. */
const OPAQUE =
  /<(script|style|textarea)\b[^>]*>[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<\/?[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*>/gi;

const REFERENCE = /\{([a-zA-Z0-9\-_| ]+)\}/g;

/**
 * Check the variables and filters that the templates of an automation name.
 *
 * Problems stand at their place in the template. Missing templates were reported before.
 */
export async function checkTemplates(
  files: IFiles,
  automation: IAutomation,
  problems: ProblemList
): Promise<void> {
  const templates = new Map<string, ITemplate>();
  for (const step of STEP_NAMES) {
    for (const template of automation.steps[step].templates) {
      templates.set(joinPath(automation.folder, template.path), template);
    }
  }
  const variables = new Map<string, IVariable[]>();
  for (const variable of STEP_NAMES.flatMap(step => automation.steps[step].variables)) {
    variables.set(variable.id, [...(variables.get(variable.id) ?? []), variable]);
  }
  for (const [file, template] of templates) {
    if (template.path && (await files.status(file))?.kind === 'file') {
      const text = await readTemplate(files, file, problems);
      checkTemplate(text, file, variables, problems);
    }
  }
}

async function readTemplate(files: IFiles, file: string, problems: ProblemList): Promise<string> {
  try {
    return await files.readText(file);
  } catch (error) {
    if (!(error instanceof FileError)) {
      throw error;
    }
    addUnreadable(problems, error);
    return '';
  }
}

function checkTemplate(
  text: string,
  file: string,
  variables: ReadonlyMap<string, readonly IVariable[]>,
  problems: ProblemList
): void {
  // Blanks keep the place of everything else.
  const visible = text.replace(/^\uFEFF/, '').replace(OPAQUE, part => part.replace(/[^\n]/g, ' '));
  visible.split('\n').forEach((content, index) => {
    for (const match of content.matchAll(REFERENCE)) {
      const [id, ...filters] = match[1].split('|').map(term => term.trim());
      if (!match[1].trim()) {
        continue;
      }
      const position = { file, line: index + 1, column: match.index + 1 };
      const owners = variables.get(id);
      if (owners) {
        checkFilters(filters, owners).forEach(({ message, hint }) =>
          problems.add('template-filter', position, message, hint)
        );
      } else if (!SYSTEM_NAMES.includes(id)) {
        const hint = didYouMean(id, [...variables.keys(), ...SYSTEM_NAMES]);
        problems.add('template-variable', position, `"{${id}}" is not a variable`, hint);
      }
    }
  });
}

function checkFilters(
  filters: readonly string[],
  owners: readonly IVariable[]
): { message: string; hint: string }[] {
  const [{ view }] = owners;
  const isFiltered = owners.some(owner => FILTERED_VIEWS.includes(owner.view));
  return filters
    .filter(filter => !isFiltered || !FILTERS.includes(filter))
    .map(filter => ({
      message: `filter "${filter}" is not supported for view "${view}"`,
      hint: 'the plain value is shown'
    }));
}
