import type { IAutomation, IVariable } from '../automation/automation';

/** View of the variables that a printer makes; the suffix of its documents. */
export const PRINTER_VIEW = 'pdf';

/** A document that is printed of each batch. */
export interface IPlannedDocument {
  /** Its variable in the step `print`; null for the one document of an automation that names none. */
  variable: IVariable | null;
  /** Variables of the view `link` that lead to it. */
  links: readonly IVariable[];
}

/** The documents that an automation prints of each batch, at least one, in the order of the configuration. */
export function planDocuments({ steps }: Pick<IAutomation, 'steps'>): IPlannedDocument[] {
  const { variables } = steps.print;
  const printed = variables.filter(({ view }) => view === PRINTER_VIEW);
  if (!printed.length) {
    return [{ variable: null, links: [] }];
  }
  const links = variables.filter(({ view }) => view === 'link');
  return printed.map(variable => ({
    variable,
    links: links.filter(({ path }) => path === variable.path)
  }));
}

/**
 * What a printer writes for a link to a document: its text, and the name under which it is saved. What the
 * configuration sets itself is left to it.
 *
 * @param name - file name of the document
 * @returns content of the file at `configuration.path`; null when the link has none
 */
export function linkFile(
  { configuration }: IVariable,
  name: string
): { path: string; text: string } | null {
  const { path } = configuration;
  if (typeof path !== 'string') {
    return null;
  }
  const own = Object.entries({ 'link-text': name, 'file-name': name });
  const written = own.filter(([key]) => (configuration[key] ?? null) === null);
  return { path, text: `${JSON.stringify(Object.fromEntries(written), null, 2)}\n` };
}
