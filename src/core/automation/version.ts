import type { ProblemList } from './problemList';
import type { Section } from './section';
import { findEntry } from './tree';

/** Which definitions a configuration follows; decides defaults and strictness only. */
export type Vocabulary = '0.9' | '1.0';

/**
 * Check the version of the format.
 *
 * @returns `0.9` when the version is missing or unusable
 */
export function checkVersion(configuration: Section, problems: ProblemList): Vocabulary {
  const entry = findEntry(configuration.node, 'crosscompute');
  if (!entry) {
    const hint = 'add crosscompute: 0.9.4';
    problems.add('version-missing', configuration.position, '"crosscompute" is missing', hint);
    return '0.9';
  }
  const text = configuration.text('crosscompute');
  const { position } = entry.value;
  if (!text) {
    // Another type than text is reported by the check of all keys.
    if (entry.value.kind === 'scalar') {
      problems.add('version-empty', position, '"crosscompute" must be a version such as 0.9.4');
    }
    return '0.9';
  }
  if (!/^\d{1,6}(\.\d{1,6}){0,5}$/.test(text)) {
    problems.add('version-invalid', position, `version "${text}" is not a version number`);
    return '0.9';
  }
  const vocabulary = Number(text.split('.')[0]) >= 1 ? '1.0' : '0.9';
  if (!/^(0\.9|1\.0)(\.|$)/.test(text)) {
    const nearest = vocabulary === '1.0' ? '1.0.0' : '0.9.4';
    problems.add(
      'version-unknown',
      position,
      `version ${text} is not known here`,
      `it is read as ${nearest}`
    );
  }
  return vocabulary;
}
