import type { IAutomation } from '../../core/automation/automation';
import { readSite, type ISiteAutomation } from '../../core/automation/readSite';
import { readBatches } from '../../core/batch/readBatches';
import type { IFiles } from '../../core/files';
import { joinPath } from '../../core/path';
import { sortProblems, type IProblem } from '../../core/problem';
import type { ViewRegistry } from '../../core/view/registry';
import { collectCode } from './code';
import type { IAutomationContent, IAutomationPlace } from './loadedAutomation';
import { relatedFiles, type FileRole } from './relatedFiles';
import { viewOf } from '../../core/view/viewOf';

/** What reading a site needs. */
export interface ISiteContentOptions {
  files: IFiles;
  views: ViewRegistry;
  rootFolder: string;
  environment: (name: string) => string | undefined;
  /** What only this machine can tell of a valid automation, such as packages that are missing. */
  inspect?(automation: IAutomation): Promise<IProblem[]>;
  /** Load the views that an automation brings into `views`; before its values are read. Default: none is loaded. */
  loadViews?(automation: IAutomation): Promise<IProblem[]>;
}

/** A member of a site as its files are now. */
export interface IMemberContent {
  /** Absolute path. */
  configuration: string;
  place: Omit<IAutomationPlace, 'siteUri'>;
  content: IAutomationContent;
  /** What each file is to it, by absolute path. */
  roles: Map<string, FileRole>;
}

/** A site as its files are now. */
export interface ISiteContent {
  /** The root first. */
  members: IMemberContent[];
  problems: IProblem[];
  /** Absolute paths of all files whose change matters, of those that are missing, too. */
  files: Set<string>;
}

/**
 * Read a site with the batches of its automations.
 *
 * @param configuration - absolute path of the root configuration
 * @param lastValid - what a configuration last said while it was valid; null when it never was
 */
export async function readSiteContent(
  options: ISiteContentOptions,
  configuration: string,
  lastValid: (configuration: string) => IAutomation | null
): Promise<ISiteContent> {
  const { files } = options;
  const site = await readSite(files, configuration, { ...options, lastValid });
  const members: IMemberContent[] = [];
  for (const member of site.automations) {
    const automation = member.automation ?? lastValid(member.configuration);
    const roles = relatedFiles(member.configuration, automation);
    for (const { path } of automation ? await collectCode(files, automation) : []) {
      // Words of commands and modules that scripts import, too.
      const file = joinPath(automation?.folder ?? '', path);
      roles.set(file, roles.get(file) ?? 'code');
    }
    const content = await readContent(member, options);
    const place = placeOf(member);
    members.push({ configuration: member.configuration, place, content, roles });
  }
  const ofBatches = members.flatMap(({ content }) => content.problems);
  return {
    members,
    problems: sortProblems(ofBatches),
    files: new Set([...members.flatMap(({ roles }) => [...roles.keys()]), ...site.missing])
  };
}

function placeOf(member: ISiteAutomation): IMemberContent['place'] {
  const { importers, isContainer, isListed, needsGroup, places } = member;
  return { importers, isContainer, isListed, needsGroup, isNamed: places?.isNamed ?? false };
}

async function readContent(
  { automation, draft, problems }: ISiteAutomation,
  { files, views, inspect, loadViews }: ISiteContentOptions
): Promise<IAutomationContent> {
  // What is wrong with its rows is told at once, not only when the rest is mended.
  const readable = automation ?? (draft && withKnownViews(draft, views));
  if (!readable) {
    return { automation: null, batches: [], problems, isInvalid: true };
  }
  const ofViews = (automation && (await loadViews?.(automation))) ?? [];
  const read = await readBatches(files, readable, { views });
  const ofBatches = automation ? read.problems : read.problems.filter(isOwnMistake);
  const ofMachine = (automation && (await inspect?.(automation))) ?? [];
  const found = sortProblems([...problems, ...ofViews, ...ofBatches, ...ofMachine]);
  const isInvalid = !automation || found.some(({ blocks }) => blocks === 'all');
  return {
    automation: isInvalid ? null : automation,
    batches: isInvalid ? [] : read.batches,
    problems: found,
    isInvalid
  };
}

/** Tell a mistake in batches from what only follows from mistakes in the rest of the configuration. */
function isOwnMistake({ severity, code, file }: IProblem): boolean {
  return severity === 'error' || (code.startsWith('csv-') && /\.(csv|txt)$/i.test(file));
}

/** Values of a variable whose view is not known cannot be judged. */
function withKnownViews(automation: IAutomation, views: ViewRegistry): IAutomation {
  const { steps } = automation;
  const variables = steps.input.variables.filter(variable => viewOf(views, variable));
  return { ...automation, steps: { ...steps, input: { ...steps.input, variables } } };
}
