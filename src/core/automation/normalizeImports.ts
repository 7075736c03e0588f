import { joinPath, staysInside } from '../path';
import type { IImport } from './automation';
import type { IReadContext } from './readContext';
import type { Section } from './section';

/** Keys of an import that would have to fetch something. */
const REMOTE_KEYS = ['repository', 'hashes', 'uri'] as const;

/**
 * Read which automations a checked configuration imports. They are neither opened nor looked for here.
 */
export function normalizeImports(configuration: Section, context: IReadContext): IImport[] {
  return configuration.sections('imports').flatMap(section => {
    const path = readPath(section, context);
    return path === null ? [] : [normalizeImport(section, path)];
  });
}

function normalizeImport(section: Section, path: string): IImport {
  const access = [section.text('visibility'), section.text('runnability')];
  return {
    path,
    id: section.filledText('id'),
    isListed: section.text('visibility') !== 'hidden',
    needsGroup: access.some(word => word === 'protected' || word === 'private'),
    position: section.position
  };
}

/** @returns the path, normalised; null when it cannot be used */
function readPath(section: Section, { problems, vocabulary, folder }: IReadContext): string | null {
  const remote = REMOTE_KEYS.find(key => section.has(key));
  if (remote !== undefined) {
    const position = section.entry(remote)?.position ?? section.position;
    const message = 'imports from a repository are not supported';
    problems.add('import-unsupported', position, message, 'clone it and use path');
    return null;
  }
  const path = section.filledText('path');
  if (path === null) {
    problems.add('import-path-required', section.position, 'each import needs a path');
    return null;
  }
  if (vocabulary === '1.0' && !staysInside(path)) {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    const message = `path "${path}" must stay inside "${name}"`;
    problems.add('path-outside', section.positionOf('path'), message);
    return null;
  }
  return joinPath(path);
}
