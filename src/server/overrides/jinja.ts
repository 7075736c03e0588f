const TAG = /(\{%[-+]?\s*(?:for|endfor|raw|endraw)\b)([^]*?)([-+]?%\})/g;

/**
 * Rewrite what Jinja 2 knows and Nunjucks does not: `{% for … in … if … %}` becomes a loop around an `{% if %}`.
 * Lines are kept, so that messages name the right ones.
 */
export function adaptJinja(source: string): string {
  const conditions: boolean[] = [];
  let isRaw = false;
  return source.replace(TAG, (tag: string, start: string, rest: string, end: string) => {
    const name = start.replace(/[^a-z]/g, '');
    if (name === 'raw' || name === 'endraw') {
      isRaw = name === 'raw';
      return tag;
    }
    if (isRaw) {
      return tag;
    }
    if (name === 'endfor') {
      return conditions.pop() ? `{% endif %}${tag}` : tag;
    }
    const at = findCondition(rest);
    conditions.push(at >= 0);
    return at < 0 ? tag : `${start}${rest.slice(0, at)} %}{%${rest.slice(at)}${end}`;
  });
}

/** Where the condition of a loop begins: an `if` outside of quotes and brackets, without an `else`. */
function findCondition(rest: string): number {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest[at];
    if (quote !== '') {
      quote = character === quote ? '' : quote;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if ('([{'.includes(character)) {
      depth += 1;
    } else if (')]}'.includes(character)) {
      depth -= 1;
    } else if (depth === 0 && /^\sif\s/.test(rest.slice(at, at + 4))) {
      return /\selse\s/.test(rest.slice(at)) ? -1 : at;
    }
  }
  return -1;
}
