import { joinPath, suffixOf } from '../path';
import type { IBatchDefinition } from './automation';
import type { IReadContext } from './readContext';
import type { Section } from './section';

/**
 * Read the definitions of batches of a checked configuration; `readBatches` makes batches of them.
 */
export function normalizeBatches(
  configuration: Section,
  context: IReadContext
): IBatchDefinition[] {
  const definitions = configuration
    .sections('batches')
    .map(section => normalizeBatch(section, context));
  const output = configuration.node.entries.find(entry => entry.key === 'output');
  const batches = configuration.entry('batches')?.value;
  // What is no list of batches was reported already.
  const isEmpty = !batches || (batches.kind === 'list' && !batches.items.length);
  if (output && !definitions.length && isEmpty) {
    const message = 'no batch is defined';
    const hint = 'define at least one, such as folder: batches/standard';
    context.problems.add('no-batches', output.position, message, hint);
  }
  return definitions;
}

function normalizeBatch(section: Section, context: IReadContext): IBatchDefinition {
  const source = section.section('configuration');
  const reference = section.section('reference');
  const sourcePath = source.filledText('path');
  const referenceFolder = reference.filledText('folder');
  const within = context.vocabulary === '1.0' ? context.folder : null;
  if (sourcePath !== null) {
    const position = source.positionOf('path');
    if (!['.csv', '.txt'].includes(suffixOf(sourcePath))) {
      const message = `batch configuration "${sourcePath}" must end in .csv or .txt`;
      context.problems.add('batch-source', position, message);
    }
    context.paths.push({
      noun: 'batch configuration',
      path: sourcePath,
      base: context.folder,
      position,
      kind: 'file',
      within
    });
  }
  if (referenceFolder !== null) {
    context.paths.push({
      noun: 'reference folder',
      path: joinPath(referenceFolder, 'input'),
      base: context.folder,
      position: reference.positionOf('folder'),
      kind: 'folder',
      within,
      code: 'reference-not-found'
    });
  }
  return {
    folder: section.text('folder') ?? '',
    name: section.filledText('name'),
    slug: section.filledText('slug'),
    isSlugKept: context.vocabulary === '1.0',
    configurationPath: sourcePath && joinPath(sourcePath),
    referenceFolder: referenceFolder && joinPath(referenceFolder),
    position: section.position
  };
}
