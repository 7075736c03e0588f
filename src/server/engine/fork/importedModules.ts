/**
 * Find the modules that Python source imports at any depth.
 *
 * It reads statements, not the language: a line of a text that looks like an import counts too. That does no harm,
 * as whoever imports them ignores what does not exist.
 *
 * @param source - Python, which may hold IPython's magics
 * @returns dotted names, each once, in order; `from a.b import c` gives `a.b` and `a.b.c`, as `c` may be a module
 */
export function importedModules(source: string): string[] {
  const names = new Set<string>();
  const add = (name: string) => {
    if (NAME.test(name)) {
      names.add(name);
    }
  };
  for (const match of withoutComments(source).matchAll(STATEMENT)) {
    const [, module, members, modules] = match;
    if (module) {
      add(module);
      listNames(members).forEach(member => add(`${module}.${member}`));
    } else {
      listNames(modules).forEach(add);
    }
  }
  return [...names];
}

/** An import at the start of a line or after `;` or `:`; what it names may go on in brackets or after a backslash. */
const STATEMENT =
  /(?:^|[;:])[ \t]*(?:from[ \t]+([\p{L}\p{N}_.]+)[ \t]+import[ \t]*(\([^)]*\)|(?:\\\r?\n|[^\n;])*)|import[ \t]+((?:\\\r?\n|[^\n;])*))/gmu;

/** A dotted name. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

function withoutComments(source: string): string {
  return source.replace(/#[^\n]*/g, '');
}

/** The names in `a, b as c`. */
function listNames(text: string): string[] {
  return text
    .replace(/[()\\]/g, ' ')
    .split(',')
    .map(part => part.trim().split(/\s/)[0])
    .filter(name => name !== '');
}
