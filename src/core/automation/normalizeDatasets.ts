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
  const written = section.filledText('path');
  if (written === null) {
    problems.add('dataset-path', section.position, 'each dataset needs a path');
    return null;
  }
  if (!staysInside(written) || joinPath(written) === '.') {
    const message = `path "${written}" must stay inside "${nameOf(folder)}"`;
    problems.add('path-outside', section.positionOf('path'), message);
    return null;
  }
  const input = section.text('input');
  const output = section.text('output');
  return {
    path: joinPath(written),
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
  const written = section.filledText('path');
  if (written === null) {
    return null;
  }
  if (vocabulary === '1.0' && !staysInside(written)) {
    const message = `path "${written}" must stay inside "${nameOf(folder)}"`;
    problems.add('path-outside', section.positionOf('path'), message);
    return null;
  }
  return { path: joinPath(written) };
}
