import { evaluateExpression } from '../evaluateExpression';
import type { ExpressionValue } from '../expression';
import { ExpressionProblem } from '../expressionProblem';
import { parseExpression } from '../parseExpression';
import { createRandom, randomExpression, randomText } from './randomExpression';

const VALUES: Record<string, ExpressionValue> = {
  guests: 4,
  price: 2.5,
  dessert: 'yes',
  text: ' Ice Cream ',
  empty: '',
  extras: 'a\nc',
  isOpen: true,
  list: ['a', 2, null, 'é'],
  'town name': 'Ås',
  'x-y': 7
};

function evaluate(text: string, values = VALUES): ExpressionValue {
  const find = (id: string) =>
    Object.prototype.hasOwnProperty.call(values, id) ? values[id] : undefined;
  return evaluateExpression(parseExpression(text), find);
}

/** What JavaScript itself makes of it. */
function javascript(text: string): unknown {
  const names = Object.keys(VALUES).filter(name => /^\w+$/.test(name));
  // eslint-disable-next-line no-new-func -- what ours is compared with
  const run = new Function('variables', ...names, 'unseen', `"use strict"; return (${text}\n);`);
  return run(VALUES, ...names.map(name => VALUES[name]), undefined);
}

function problemOf(text: string): string {
  try {
    parseExpression(text);
    return 'none';
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) {
      throw error;
    }
    return `${error.offset} ${error.code}: ${error.message}`;
  }
}

describe('evaluateExpression()', () => {
  it.each([
    ["guests > 4 && dessert == 'yes'", false],
    ["guests >= 4 && dessert == 'yes'", true],
    ["variables['town name'] === 'Ås' && variables['x-y'] < 8", true],
    ['list.includes(2) && !list.includes(3)', true],
    ["extras.split('\\n').includes('c')", true],
    ['unseen ?? 5', 5],
    ['typeof unseen', 'undefined'],
    ['0x1F + .5 + 1e3', 1031.5],
    ['`a\r\nb` === "a\\nb"', true],
    ["'\\u00e9\\x41\\u{1F600}\\0\\'' ", "éA😀\0'"],
    ['2 ** 3 ** 2', 512],
    ['(-2) ** 2 + 2 ** -1', 4.5],
    ['0 in list && !(9 in list)', true],
    ['Math.max(1, guests, 2.6) + Math.round(2.5)', 7],
    ['[1, [2, 3],][1][0]', 2],
    ["guests === 4 ? text.trim().toUpperCase()[0] : 'no'", 'I']
  ])('gives what JavaScript gives for %s', (text, value) => {
    expect(evaluate(text)).toEqual(value);
    expect(javascript(text)).toEqual(value);
  });

  it('takes a number and a numeric text literal for the same', () => {
    expect(evaluate("guests === '4'")).toBe(true);
    expect(evaluate("'4.0' === guests")).toBe(true);
    expect(evaluate("guests !== '4'")).toBe(false);
    expect(evaluate("guests === ''", { guests: 0 })).toBe(false);
    expect(evaluate("dessert === '4'", { dessert: '4.0' })).toBe(false);
    expect(evaluate("4 === '4'")).toBe(false);
  });

  it.each([
    'unseen.length',
    'unseen.includes("a")',
    'unseen[0].trim()',
    'guests.length',
    'list.toUpperCase()',
    '"a" in "abc"',
    'list[-1]',
    'list["1x" + ""]',
    'text["len" + "gth"]',
    'text["constr" + "uctor"]',
    'list["__pro" + "to__"]'
  ])('has no value for %s', text => {
    expect(evaluate(text)).toBeUndefined();
  });

  it('finds nothing that is inherited', () => {
    const find = jest.fn(() => undefined);
    evaluateExpression(parseExpression("variables['constructor']"), find);
    expect(find).toHaveBeenCalledWith('constructor');
  });

  it('gives what JavaScript gives for whatever can be said', () => {
    const random = createRandom(1);
    for (let count = 0; count < 4000; count += 1) {
      const text = randomExpression(random, 5);
      let expected: unknown;
      let ours: ExpressionValue;
      try {
        expected = javascript(text);
        ours = evaluate(text);
      } catch (error) {
        // JavaScript throws for what has no value: ours must not.
        expect(error).toBeInstanceOf(TypeError);
        evaluate(text);
        continue;
      }
      expect({ text, value: ours }).toEqual({ text, value: expected });
    }
  });

  it('refuses what JavaScript refuses, and nothing throws in another way', () => {
    const random = createRandom(2);
    let used = 0;
    for (let count = 0; count < 20000; count += 1) {
      const text = randomText(random);
      if (problemOf(text) === 'none') {
        used += 1;
        evaluate(text);
        // eslint-disable-next-line no-new-func -- what ours is compared with
        expect(() => new Function('variables', `return (${text}\n);`)).not.toThrow();
      }
    }
    expect(used).toBeGreaterThan(100);
  });

  it('reaches nothing but places, the length and the listed methods', () => {
    const reached = new Set<string>();
    const list = new Proxy(['a', 'b'], {
      get: (target, key, receiver) => {
        reached.add(String(key));
        return Reflect.get(target, key, receiver) as unknown;
      },
      has: (target, key) => {
        reached.add(String(key));
        return Reflect.has(target, key);
      }
    });
    const random = createRandom(3);
    for (let count = 0; count < 20000; count += 1) {
      const text = count % 2 ? randomText(random) : randomExpression(random, 4);
      if (problemOf(text) === 'none') {
        evaluate(text, { ...VALUES, list, text: list, guests: list });
      }
    }
    const listed = ['length', 'includes', 'indexOf'];
    // By these JavaScript itself makes a list a text.
    const conversion = ['Symbol(Symbol.toPrimitive)', 'valueOf', 'toString', 'join'];
    const others = [...reached].filter(
      key => !/^\d+$/.test(key) && ![...listed, ...conversion].includes(key)
    );
    expect(others).toEqual([]);
    expect([...reached]).toContain('length');
  });
});

describe('parseExpression()', () => {
  it.each([
    ['', '0 expression-syntax: the end is not expected here'],
    ['a >', '3 expression-syntax: the end is not expected here'],
    ['a b', '2 expression-syntax: "b" is not expected here'],
    ['(a, b)', '2 expression-syntax: "," is not expected here; ")" is expected'],
    ['[1 2]', '3 expression-syntax: "2" is not expected here; "," is expected'],
    ['-2 ** 2', '3 expression-syntax: a sign before the base of "**" needs brackets'],
    ['a ?? b || c', '2 expression-syntax: "??" beside "&&" or "||" needs brackets'],
    ["a == 'b", '5 expression-syntax: a quote is not closed'],
    ["'a\nb'", '0 expression-syntax: a quote is not closed before the end of its line'],
    ["'\\1'", '1 expression-syntax: "\\1" is not a known escape'],
    ["'\\u{110000}'", '1 expression-syntax: "\\u" is not a known escape'],
    ['012', '1 expression-syntax: "0" is followed by what belongs to no number'],
    ['3px', '1 expression-syntax: "3" is followed by what belongs to no number'],
    ['a § b', '2 expression-syntax: "§" is not expected'],
    ['a ? b', '5 expression-syntax: the end is not expected here; ":" is expected']
  ])('says where %j does not parse', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it.each([
    ['a = 1', '2', '='],
    ['a += 1', '2', '+='],
    ['a++', '1', '++'],
    ['a => 1', '2', '=>'],
    ['a; b', '1', ';'],
    ['{}', '0', '{'],
    ['/x/.test(a)', '0', '/'],
    ['a | b', '2', '|'],
    ['`a${b}`', '2', '${'],
    ['a?.b', '1', '?.'],
    ['...a', '0', '...'],
    ['new Date()', '0', 'new'],
    ['a instanceof b', '2', 'instanceof'],
    ['function () {}', '12', '{'],
    ['async x', '0', 'async'],
    ['this', '0', 'this'],
    ['eval("1")', '0', 'eval'],
    ['fetch("/")', '0', 'fetch()'],
    ['constructor', '0', 'constructor'],
    ['__proto__.x', '0', '__proto__'],
    ['a.constructor', '2', '.constructor'],
    ["a['constructor']", '2', "['constructor']"],
    ['a.__proto__', '2', '.__proto__'],
    ['a.toString()', '2', '.toString'],
    ["''.constructor.constructor('1')()", '3', '.constructor'],
    ['a.length()', '2', '.length'],
    ['a.trim', '2', '.trim'],
    ['a[0]()', '4', '(…)'],
    ['Math.random()', '0', 'Math.random'],
    ['Math.PI', '0', 'Math.PI'],
    ['Math.max', '0', 'Math.max'],
    ['variables[a]', '0', 'variables[…] without a text in quotes'],
    ['window.alert()', '7', '.alert'],
    ['a // b', '2', '//']
  ])('forbids %j', (text, offset, what) => {
    expect(problemOf(text)).toBe(
      `${offset} expression-forbidden: "${what}" is not allowed in an expression`
    );
  });

  it('has limits of length and depth', () => {
    expect(problemOf('1'.repeat(2001))).toContain(
      'expression-forbidden: an expression has at most 2000 characters; this one has 2001'
    );
    const nested = (levels: number) => `${'('.repeat(levels)}1${')'.repeat(levels)}`;
    expect(problemOf(nested(49))).toBe('none');
    expect(problemOf(nested(50))).toContain('expression-forbidden: an expression is at most 50');
    expect(problemOf('!'.repeat(1999) + '1')).toContain('expression-forbidden');
    expect(problemOf('1**'.repeat(600) + '1')).toContain('expression-forbidden');
    expect(evaluate(`${'0||'.repeat(660)}7`)).toBe(7);
  });
});
