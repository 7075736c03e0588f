import { joinPath, nameOf, suffixOf } from '../path';
import type { IButtonTexts, IDisplay, StepDesign, StepName, Style } from './automation';
import { OVERRIDE_IDS, STEP_NAMES } from './automation';
import { joinChoices } from './checkKeys';
import type { IReadContext } from './readContext';
import type { Section } from './section';
import { didYouMean } from './suggest';

const AUTOMATION_DESIGNS = ['input', 'output', 'none'] as const;
const STEP_DESIGNS = ['flex', 'none', 'accordion'] as const;
const DEFAULT_TEXTS: IButtonTexts = { continueText: 'Continue', backText: 'Back' };

/**
 * Read how pages look from a checked configuration.
 */
export function normalizeDisplay(configuration: Section, context: IReadContext): IDisplay {
  const display = configuration.section('display');
  // Where both places are given, the later one counts: that of `display`.
  const buttons = [...configuration.sections('buttons'), ...display.sections('buttons')];
  return {
    styles: display.sections('styles').flatMap(style => readStyle(style, context)),
    overrides: display.sections('templates').flatMap(section => readOverride(section, context)),
    featuredBatch: display.filledText('batch'),
    ...readPages(display, readTexts(buttons, DEFAULT_TEXTS), context)
  };
}

function readStyle(style: Section, context: IReadContext): Style[] {
  const uri = style.filledText('uri');
  if (style.filledText('path') !== null) {
    return [{ path: readFile(style, 'style', context) }];
  }
  if (uri !== null) {
    return [{ uri }];
  }
  context.problems.add('style-source', style.position, 'each style needs a path or a uri');
  return [];
}

function readOverride(section: Section, context: IReadContext): IDisplay['overrides'] {
  const written = section.filledText('path');
  if (written === null) {
    return [];
  }
  const path = readFile(section, 'template', context);
  const name = nameOf(path);
  const given = section.filledText('id') ?? name.slice(0, name.length - suffixOf(name).length);
  const id = OVERRIDE_IDS.find(override => override === given);
  if (id === undefined) {
    const position = section.positionOf(section.has('id') ? 'id' : 'path');
    const hint = didYouMean(given, OVERRIDE_IDS, `use ${joinChoices(OVERRIDE_IDS)}`);
    context.problems.add('unknown-template', position, `template "${given}" is not known`, hint);
    return [];
  }
  return [{ id, path, position: section.position }];
}

/** @returns the path of a file that must exist, normalised */
function readFile(section: Section, noun: string, context: IReadContext): string {
  const path = section.text('path') ?? '';
  context.paths.push({
    noun,
    path,
    base: context.folder,
    position: section.positionOf('path'),
    kind: 'file',
    within: context.vocabulary === '1.0' ? context.folder : null
  });
  return joinPath(path);
}

/** The texts of some buttons; the last of a button counts, and an empty text keeps the default. */
function readTexts(buttons: readonly Section[], defaults: IButtonTexts): IButtonTexts {
  const texts = new Map(
    buttons.map(button => [
      button.text('id'),
      button.filledText('text') ?? button.section('configuration').filledText('button-text')
    ])
  );
  return {
    continueText: texts.get('continue') ?? defaults.continueText,
    backText: texts.get('back') ?? defaults.backText
  };
}

type IPages = Pick<IDisplay, 'automationDesign' | 'stepDesigns' | 'stepButtons'> & IButtonTexts;

function readPages(display: Section, general: IButtonTexts, context: IReadContext): IPages {
  const pages = new Map<string, Section>();
  for (const page of display.sections('pages')) {
    const id = page.text('id') ?? '';
    if (pages.has(id)) {
      const message = `page "${page.written('id')}" is given twice`;
      context.problems.add('page-repeated', page.positionOf('id'), message, 'the last one counts');
    }
    pages.set(id, page);
  }
  const automationPage = pages.get('automation');
  // The form stands on the automation page as well: its buttons are those of all pages.
  const texts = readTexts(automationPage?.sections('buttons') ?? [], general);
  const stepDesigns: Record<StepName, StepDesign> = {
    input: 'flex',
    output: 'flex',
    log: 'flex',
    debug: 'flex',
    print: 'flex'
  };
  const stepButtons: Partial<Record<StepName, IButtonTexts>> = {};
  for (const step of STEP_NAMES) {
    const page = pages.get(step);
    const buttons = page?.sections('buttons') ?? [];
    stepDesigns[step] = (page && readDesign(page, STEP_DESIGNS, context)) ?? 'flex';
    if (buttons.length) {
      stepButtons[step] = readTexts(buttons, texts);
    }
  }
  return {
    ...texts,
    automationDesign:
      (automationPage && readDesign(automationPage, AUTOMATION_DESIGNS, context)) ?? 'input',
    stepDesigns,
    stepButtons
  };
}

/** @returns null when absent or not supported */
function readDesign<T extends string>(
  page: Section,
  designs: readonly T[],
  { problems }: IReadContext
): T | null {
  const configuration = page.section('configuration');
  const owner = configuration.filledText('design') === null ? page : configuration;
  const written = owner.filledText('design');
  if (written === null) {
    return null;
  }
  const position = owner.positionOf('design');
  const design = designs.find(name => name === written);
  if (design === undefined) {
    const message = `design "${written}" is not supported for page "${page.written('id')}"`;
    problems.add('unknown-design', position, message, `use ${joinChoices(designs)}`);
  }
  return design ?? null;
}
