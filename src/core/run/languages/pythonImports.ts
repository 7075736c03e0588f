/** A module that a Python source imports. */
export interface IPythonImport {
  /** Dots in front: 0 for an absolute import, 1 for the package of the file, 2 for the one around it. */
  level: number;
  /** Names of packages and the module, outermost first; empty for `from . import x`. */
  module: string[];
  /** What is taken from it, each of which may be a module too; `*` is left out. */
  names: string[];
}

const NAME = '[\\p{L}_][\\p{L}\\p{N}_]*';
const DOTTED = `${NAME}(?:\\.${NAME})*`;
const STATEMENT = new RegExp(
  `^[ \\t]*(?:from[ \\t]+(\\.*)[ \\t]*(${DOTTED})?[ \\t]+import[ \\t]*(\\([^)]*\\)|[^#\\n;]*)|import[ \\t]+([^#\\n;]+))`,
  'gmu'
);

/**
 * Find the import statements of a Python source, wherever they stand. What is imported by other means, such as
 * `importlib`, is not found.
 */
export function findPythonImports(source: string): IPythonImport[] {
  // A statement may go on behind a backslash.
  const text = source.replace(/\\\r?\n/g, ' ');
  const found: IPythonImport[] = [];
  for (const [, dots = '', module = '', names = '', plain] of text.matchAll(STATEMENT)) {
    if (plain === undefined) {
      const parts = module ? module.split('.') : [];
      found.push({ level: dots.length, module: parts, names: namesIn(names) });
    } else {
      for (const name of plain.split(',')) {
        const [dotted] = name.trim().split(/\s/);
        if (new RegExp(`^${DOTTED}$`, 'u').test(dotted)) {
          found.push({ level: 0, module: dotted.split('.'), names: [] });
        }
      }
    }
  }
  return found;
}

function namesIn(text: string): string[] {
  return text
    .replace(/#.*$/gm, '')
    .replace(/[()]/g, '')
    .split(',')
    .map(name => name.trim().split(/\s/)[0])
    .filter(name => new RegExp(`^${NAME}$`, 'u').test(name));
}
