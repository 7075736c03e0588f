/** A source of numbers from 0 to below 1 that gives the same ones for the same seed. */
export type Random = () => number;

/** @param seed - any whole number */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    // The 32-bit mixing of "mulberry".
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const LEAVES = [
  ...['0', '1', '2.5', '.5', '1e3', '0x1f', "'a'", '"yes"', "''", "'4'", '`b`', "'\\n'"],
  ...['true', 'false', 'null', 'undefined', 'NaN', 'Infinity'],
  ...['guests', 'price', 'dessert', 'text', 'empty', 'extras', 'isOpen', 'list', 'unseen'],
  ...["variables['town name']", 'variables["x-y"]']
];

const BINARY = ['**', '*', '/', '%', '+', '-', '<', '<=', '>', '>=', '==', '!=', '&&', '||'];
const UNARY = ['!', '-', '+', 'typeof '];
const METHODS = ['includes', 'startsWith', 'endsWith', 'indexOf', 'split'];
const PLAIN_METHODS = ['trim', 'toLowerCase', 'toUpperCase'];
const FUNCTIONS = [
  ...['Number', 'String', 'Boolean', 'parseInt', 'parseFloat', 'isNaN', 'Math.abs', 'Math.ceil'],
  ...['Math.floor', 'Math.max', 'Math.min', 'Math.round']
];

/** An expression that may be said; brackets stand where JavaScript asks for them, and at random. */
export function randomExpression(random: Random, depth: number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const part = () => randomExpression(random, depth - 1);
  const group = () => `(${part()})`;
  if (depth === 0 || random() < 0.1) {
    return pick(LEAVES);
  }
  switch (
    pick(['unary', 'binary', 'binary', 'bare', 'choice', 'list', 'member', 'call'] as const)
  ) {
    case 'unary':
      return `(${pick(UNARY)}${group()})`;
    case 'binary':
      return `${group()} ${pick([...BINARY, '??'])} ${group()}`;
    case 'bare':
      // Without brackets: this is where precedence shows.
      return [pick(LEAVES), pick(LEAVES), pick(LEAVES), pick(LEAVES)].join(` ${pick(BINARY)} `);
    case 'choice':
      return `${group()} ? ${part()} : ${part()}`;
    case 'list':
      return `[${part()}, ${part()}]`;
    case 'member':
      return pick([
        `(${part()}).length`,
        `${group()}[${pick(['0', '1', '2', "'1'", 'price'])}]`,
        `${group()}.${pick(METHODS)}(${part()})`,
        `${group()}.${pick(PLAIN_METHODS)}()`,
        `${pick(['0', '1', '7', "'1'", "'b'"])} in ${pick(['list', '[1, 2]'])}`
      ]);
    case 'call':
      return `${pick(FUNCTIONS)}(${part()})`;
  }
}

const PIECES = [
  ...LEAVES,
  ...BINARY,
  ...UNARY,
  ...METHODS.map(name => `.${name}(`),
  ...FUNCTIONS.map(name => `${name}(`),
  ...['(', ')', '(', ')', '[', ']', ',', '.', '?', ':', '??', '===', '!==', ' in ', '.length'],
  ...['=', ';', '{', '}', '=>', '++', '`', '${', '\\', '/', '&', '|', '\n', '#', '@', '"', "'"],
  ...['constructor', '__proto__', '.constructor', '["constructor"]', 'this', 'new ', 'x', 'é', '5']
];

/** Text that seldom is an expression. */
export function randomText(random: Random): string {
  const count = 1 + Math.floor(random() * 6);
  const pieces = Array.from({ length: count }, () => PIECES[Math.floor(random() * PIECES.length)]);
  return pieces.join(random() < 0.5 ? ' ' : '');
}
