import { safeUri } from './element';
import { wellFormed } from './wellFormed';

/**
 * The address of another file that belongs to a variable's, such as captions of a film.
 *
 * @param uri - address of the variable's data
 * @param name - id of another variable of the same step, or an address with http, https, or from the root on
 * @returns '' for no name
 */
export function siblingUri(uri: string, name: string): string {
  const wanted = name.trim();
  if (wanted === '' || /^https?:\/\//i.test(wanted) || wanted.startsWith('/')) {
    return safeUri(wanted);
  }
  const [path] = uri.split('?');
  return safeUri(
    `${path.slice(0, path.lastIndexOf('/') + 1)}${encodeURIComponent(wellFormed(wanted))}`
  );
}
