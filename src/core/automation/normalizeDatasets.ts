import { joinPath, nameOf, staysInside } from '../path';
import type { IDataset } from './automation';
import { checkUnique } from './checkUnique';
import type { IReadContext } from './readContext';
import type { Section } from './section';

/**
 * Read the datasets of a checked configuration. A dataset that cannot be read is reported and left out.
 */
export function normalizeDatasets(configuration: Section, context: IReadContext): IDataset[] {
  const datasets = configuration.sections('datasets').flatMap(section => {
    const dataset = normalizeDataset(section, context);
    return dataset ? [dataset] : [];
  });
  checkUnique(
    datasets.map(({ path, position }) => ({ value: path, position })),
    'dataset',
    context
  );
  return datasets;
}

function normalizeDataset(section: Section, context: IReadContext): IDataset | null {
  const { problems, folder } = context;
  const written = readPath(section);
  if (written === null) {
    problems.add('dataset-path', section.position, 'each dataset needs a path');
    return null;
  }
  if (!staysInside(written.path) || joinPath(written.path) === '.') {
    const message = `path "${written.path}" must stay inside "${nameOf(folder)}"`;
    problems.add('path-outside', written.position, message);
    return null;
  }
  const input = section.text('input');
  const output = section.text('output');
  return {
    path: joinPath(written.path),
    reference: readReference(section.section('reference'), context),
    input: input === 'replace' ? input : 'none',
    output: output === 'append' || output === 'replace' ? output : 'none',
    position: section.position
  };
}

function readReference(section: Section, context: IReadContext): IDataset['reference'] {
  const { problems, vocabulary, folder } = context;
  const uri = section.filledText('uri');
  if (uri !== null) {
    if (!/^https?:\/\/[^/\s]/i.test(uri)) {
      const message = `address "${uri}" must start with http:// or https://`;
      problems.add('dataset-uri', section.positionOf('uri'), message);
      return null;
    }
    return { uri };
  }
  const written = readPath(section);
  if (written === null) {
    return null;
  }
  if (vocabulary === '1.0' && !staysInside(written.path)) {
    const message = `path "${written.path}" must stay inside "${nameOf(folder)}"`;
    problems.add('path-outside', written.position, message);
    return null;
  }
  return { path: joinPath(written.path) };
}

/** `path`, or the older `folder`. */
function readPath(section: Section): { path: string; position: IDataset['position'] } | null {
  for (const key of ['path', 'folder']) {
    const path = section.filledText(key);
    if (path !== null) {
      return { path, position: section.positionOf(key) };
    }
  }
  return null;
}
