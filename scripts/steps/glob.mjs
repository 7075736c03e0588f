import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Find files whose path fits a pattern.
 *
 * @param folder - where to begin
 * @param pattern - a name or a regular expression for each folder on the way
 * @returns absolute paths, sorted
 */
export function globSync(folder, [first, ...rest]) {
  if (first === undefined) {
    return [folder];
  }
  if (!existsSync(folder)) {
    return [];
  }
  const names =
    typeof first === 'string'
      ? [first].filter(name => existsSync(path.join(folder, name)))
      : readdirSync(folder)
          .filter(name => first.test(name))
          .sort();
  return names.flatMap(name => globSync(path.join(folder, name), rest));
}
