import fc from 'fast-check';
import { formatProblem } from '../../problem';
import { parseDocument } from '../document';
import { findEntry, jsonObjectOf } from '../tree';

function problemsOf(text: string): string[] {
  return parseDocument(text, 'a.yaml').problems.map(formatProblem);
}

function jsonOf(text: string): unknown {
  const { tree } = parseDocument(text, 'a.yaml');
  return tree && jsonObjectOf(tree);
}

describe('parseDocument()', () => {
  it('knows the place of every key and value', () => {
    const { tree } = parseDocument('a: 1\nb:\n  - c: ünï\n    d: x\n', 'a.yaml');
    const b = tree && findEntry(tree, 'b');
    expect(b?.position).toEqual({ file: 'a.yaml', line: 2, column: 1 });
    const item = b?.value.kind === 'list' ? b.value.items[0] : null;
    const d = item?.kind === 'mapping' ? findEntry(item, 'd') : null;
    expect(d?.position).toEqual({ file: 'a.yaml', line: 4, column: 5 });
    expect(d?.value.position).toEqual({ file: 'a.yaml', line: 4, column: 8 });
  });

  it.each(['', '\n', '# only a comment\n', '---\n', 'null', '\uFEFF'])(
    'reads %j as empty',
    text => {
      expect(parseDocument(text, 'a.yaml')).toMatchObject({ tree: { entries: [] }, problems: [] });
    }
  );

  it('keeps the written characters of numbers, booleans and dates', () => {
    const { tree } = parseDocument(
      'a: 1.10\nb: 0x1F\nc: True\nd: 2024-01-02\ne: 12345678901234567890\nf: .inf\n',
      'a.yaml'
    );
    const texts = tree?.entries.map(({ value }) => (value.kind === 'scalar' ? value.text : ''));
    expect(texts).toEqual(['1.10', '0x1F', 'True', '2024-01-02', '12345678901234567890', '.inf']);
  });

  it('leaves null out of plain JSON, and writes what JSON cannot as text', () => {
    expect(jsonOf('a: null\nb: [1, ~, x]\nc: {d: }\ne: .nan')).toEqual({
      b: [1, 'x'],
      c: {},
      e: '.nan'
    });
  });

  it('skips a byte order mark without moving columns', () => {
    const { tree } = parseDocument('\uFEFFa: b', 'a.yaml');
    expect(tree?.entries[0].position.column).toBe(1);
    expect(tree?.entries[0].key).toBe('a');
  });

  it('reads Windows line ends', () => {
    expect(jsonOf('a: x\r\nb:\r\n- y\r\n')).toEqual({ a: 'x', b: ['y'] });
  });

  it('names the line of the first of two equal keys', () => {
    expect(problemsOf('a: 1\nb: 2\na: 3\n')).toEqual([
      'a.yaml:3:1 error duplicate-key: "a" is given twice; first at line 1'
    ]);
  });

  it('allows one document only', () => {
    expect(problemsOf('a: 1\n---\nb: 2\n')).toEqual([
      'a.yaml:2:1 error multiple-documents: only one document is allowed'
    ]);
    expect(problemsOf('---\na: 1\n...\n')).toEqual([]);
  });

  it.each(['- a\n- b', 'text', '5'])('wants a mapping, not %j', text => {
    expect(problemsOf(text)).toEqual([
      'a.yaml:1:1 error not-a-mapping: the configuration must be a mapping of keys to values'
    ]);
  });

  it('names the place of a syntax error', () => {
    const [problem] = parseDocument('a: 1\nb: "x\nc: 2\n', 'a.yaml').problems;
    expect(problem).toMatchObject({ code: 'syntax', line: 2, column: 4, blocks: 'all' });
    expect(problemsOf('a:\n\tb: 1')[0]).toContain('a.yaml:2:1 error syntax: ');
    expect(problemsOf('a:\n\tb: 1')[0]).toContain('indent with spaces');
  });

  it.each([
    ['a: 1\nb: "x\nc: \'y\n', '2:4', 'a quote that starts here is not closed'],
    ['a: 1\nb:\u00A0X\n', '2:1', 'a blank that is no plain space (U+00A0)'],
    ['a:1\nb: 2\n', '1:1', 'a space is missing after the colon'],
    ['name\nb: 2\n', '1:1', 'there is no colon after this key'],
    ['a:\n  - id: b\n   view: c\n', '3:1', 'this line is indented neither as its list'],
    ['a: b: c\n', '1:4', 'a second ": " stands in a value'],
    ['a: {b: 1\nc: 2\n', '2:1', 'a brace before this line is not closed; close it with }'],
    ['a: [b\nc: 2\n', '2:1', 'a bracket before this line is not closed; close it with ]'],
    ["a: 'it's'\n", '1:8', 'text follows where the value has ended'],
    ['a: "C:\\data"\n', '1:7', 'a backslash in double quotes'],
    ['a: @b\n', '1:4', 'put the value in quotes'],
    ['a: {{ b }}\n', '1:5', 'a brace opens within a brace; put a text in quotes'],
    [
      '<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n',
      '1:1',
      'two versions of this part are in the file; keep one of them'
    ]
  ])('says once what is wrong with %j', (text, place, words) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`a.yaml:${place} error syntax: `);
    expect(problems[0]).toContain(words);
  });

  it('asks for quotes around a template that starts with a brace', () => {
    expect(problemsOf('batches:\n- name: {id | slug}-x\n')).toEqual([
      `a.yaml:2:9 error not-quoted: "name" starts with a brace; put it in quotes: '{id | slug}-x'`
    ]);
  });

  it('resolves aliases and merge keys; what is written out wins', () => {
    const text = 'a: &base {x: 1, y: 2}\nb: *base\nc:\n  <<: *base\n  y: 3\n';
    expect(jsonOf(text)).toMatchObject({ b: { x: 1, y: 2 }, c: { x: 1, y: 3 } });
  });

  it.each([
    ['b: *nowhere', 'alias "*nowhere" names nothing before it'],
    ['a: &a [*a]', 'alias "*a" stands inside what it names'],
    ['? [a]\n: b', 'a key must be text']
  ])('refuses %j', (text, message) => {
    expect(problemsOf(text)).toHaveLength(1);
    expect(problemsOf(text)[0]).toContain(message);
  });

  it('refuses aliases that grow without bound', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      const items = Array(10)
        .fill(`*a${level - 1}`)
        .join(', ');
      lines.push(`a${level}: &a${level} [${items}]`);
    }
    expect(parseDocument(lines.join('\n'), 'a.yaml')).toMatchObject({
      tree: null,
      problems: [{ code: 'file-too-large' }]
    });
  });

  it.each([
    ['lists in brackets', '['.repeat(50_000)],
    ['lists in lines', `${'- '.repeat(50_000)}a`],
    ['dictionaries', 'a: {'.repeat(5000)]
  ])('refuses endless nesting of %s', (_what, text) => {
    expect(parseDocument(text, 'a.yaml').problems).toMatchObject([{ code: 'syntax' }]);
  });

  it('refuses more than a mebibyte', () => {
    const { tree, problems } = parseDocument(`a: ${'x'.repeat(1024 * 1024)}`, 'a.yaml');
    expect(tree).toBeNull();
    expect(problems[0].code).toBe('file-too-large');
  });

  it('keeps a key like __proto__ an ordinary one', () => {
    const json = jsonOf('__proto__: {polluted: true}');
    expect(Object.keys(json as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('never throws, and says why when there is no tree', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...['a', 'b', ': ', ':', '- ', '-', '\n', '\n  ', '\t', '{', '}', '[', ']', ',', '"', "'"],
        ...['|', '>', '&x ', '*x', '!t ', '#', '? ', '---\n', '...\n', '%', '<<: ', '\r', '\0', '~']
      ),
      fc.fullUnicodeString({ maxLength: 3 })
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        const { tree, problems } = parseDocument(pieces.join(''), 'a.yaml');
        expect(tree !== null || problems.length > 0).toBe(true);
        problems.forEach(problem => {
          expect(problem.line).toBeGreaterThan(0);
          expect(problem.column).toBeGreaterThan(0);
        });
      }),
      { numRuns: 2000 }
    );
  });

  it('reads back any JSON object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), value => {
        // Null counts as absent, and minus zero has no text of its own in JSON.
        fc.pre(!/null|-0\b/.test(JSON.stringify(value)) && !('<<' in value));
        expect(jsonOf(JSON.stringify(value, null, 1))).toEqual(JSON.parse(JSON.stringify(value)));
      })
    );
  });
});
