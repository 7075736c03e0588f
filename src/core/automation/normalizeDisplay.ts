import { joinPath } from '../path';
import type { IDisplay, StepDesign, StepName, Style } from './automation';
import { STEP_NAMES } from './automation';
import { joinChoices } from './checkKeys';
import { NOT_YET } from './keys/key';
import type { IReadContext } from './readContext';
import type { Section } from './section';

const AUTOMATION_DESIGNS = ['input', 'output', 'none'] as const;
const STEP_DESIGNS = ['flex', 'none', 'accordion'] as const;

/** Names of designs of other versions. */
const MOVED_DESIGNS: ReadonlyMap<string, string> = new Map([
  ['flex-vertical', 'flex'],
  ['bare', 'none']
]);

/**
 * Read how pages look from a checked configuration.
 */
export function normalizeDisplay(configuration: Section, context: IReadContext): IDisplay {
  const display = configuration.section('display');
  const texts = new Map(
    // Where both places are given, the later one counts: that of `display`.
    [...configuration.sections('buttons'), ...display.sections('buttons')].map(button => [
      button.text('id'),
      button.section('configuration').filledText('button-text')
    ])
  );
  return {
    styles: display.sections('styles').flatMap(style => readStyle(style, context)),
    overrides: [],
    ...readDesigns(display, context),
    featuredBatch: null,
    continueText: texts.get('continue') ?? 'Continue',
    backText: texts.get('back') ?? 'Back'
  };
}

function readStyle(style: Section, context: IReadContext): Style[] {
  const path = style.filledText('path');
  const uri = style.filledText('uri');
  if (path !== null) {
    context.paths.push({
      noun: 'style',
      path,
      base: context.folder,
      position: style.positionOf('path'),
      kind: 'file',
      within: context.vocabulary === '1.0' ? context.folder : null
    });
    return [{ path: joinPath(path) }];
  }
  if (uri !== null) {
    return [{ uri }];
  }
  context.problems.add('style-source', style.position, 'each style needs a path or a uri');
  return [];
}

function readDesigns(
  display: Section,
  context: IReadContext
): Pick<IDisplay, 'automationDesign' | 'stepDesigns'> {
  let automationDesign: IDisplay['automationDesign'] = 'input';
  const stepDesigns: Record<StepName, StepDesign> = {
    input: 'flex',
    output: 'flex',
    log: 'flex',
    debug: 'flex',
    print: 'flex'
  };
  const seen = new Set<string>();
  for (const page of display.sections('pages')) {
    const id = page.text('id') ?? '';
    const name = id === 'tool' ? 'automation' : id;
    if (seen.has(name)) {
      const message = `page "${id}" is given twice`;
      context.problems.add('page-repeated', page.positionOf('id'), message, 'the last one counts');
    }
    seen.add(name);
    const step = STEP_NAMES.find(stepName => stepName === name);
    if (name === 'automation') {
      automationDesign = readDesign(page, AUTOMATION_DESIGNS, context) ?? 'input';
    } else if (step) {
      stepDesigns[step] = readDesign(page, STEP_DESIGNS, context) === 'none' ? 'none' : 'flex';
    }
  }
  return { automationDesign, stepDesigns };
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
  const moved = MOVED_DESIGNS.get(written);
  if (moved !== undefined) {
    problems.add('moved-key', position, `"${written}" is now "${moved}"`, 'it still works');
  }
  const design = designs.find(name => name === (moved ?? written));
  if (design === undefined) {
    const message = `design "${written}" is not supported for page "${page.text('id')}"`;
    problems.add('unknown-design', position, message, `use ${joinChoices(designs)}`);
    return null;
  }
  if (design === 'accordion') {
    problems.add('unused-key', position, `design "accordion" has no effect: ${NOT_YET}`);
  }
  return design;
}
