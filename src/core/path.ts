/**
 * Join POSIX paths and normalise `.`, `..` and doubled slashes; a later absolute part starts anew.
 *
 * `..` that would climb above the root of an absolute path is dropped.
 */
export function joinPath(...parts: string[]): string {
  let joined = '';
  for (const part of parts) {
    joined = part.startsWith('/') ? part : joined ? `${joined}/${part}` : part;
  }
  const isAbsolute = joined.startsWith('/');
  const names: string[] = [];
  for (const name of joined.split('/')) {
    if (name === '' || name === '.') {
      continue;
    }
    if (name === '..' && names.length && names[names.length - 1] !== '..') {
      names.pop();
    } else if (name !== '..' || !isAbsolute) {
      names.push(name);
    }
  }
  return (isAbsolute ? '/' : '') + names.join('/') || '.';
}

/** The folder of a path; '.' for a bare name, '/' for the root. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The suffix of a path with its dot, lower case; '' when there is none. `.gitignore` has none. */
export function suffixOf(path: string): string {
  const name = nameOf(path);
  const at = name.lastIndexOf('.');
  return at > 0 ? name.slice(at).toLowerCase() : '';
}

/**
 * Tell whether a path, written in a configuration, stays inside its folder by its text alone
 * (links are resolved by whoever opens it): relative, and never above its start.
 */
export function staysInside(path: string): boolean {
  if (path.startsWith('/') || path.includes('\0') || /^[A-Za-z]:[\\/]/.test(path)) {
    return false;
  }
  const normal = joinPath(path);
  return normal !== '..' && !normal.startsWith('../');
}

/**
 * The path relative to a folder, when it lies in it; else null. Both are absolute and normalised.
 */
export function relativePath(folder: string, path: string): string | null {
  if (path === folder) {
    return '.';
  }
  const prefix = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}
