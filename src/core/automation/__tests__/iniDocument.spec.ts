import { formatProblem } from '../../problem';
import { parseIni } from '../iniDocument';
import { findEntry, jsonObjectOf } from '../tree';

function problemsOf(text: string): string[] {
  return parseIni(text, 'a.ini').problems.map(formatProblem);
}

function jsonOf(text: string): unknown {
  const { tree, problems } = parseIni(text, 'a.ini');
  return tree ? jsonObjectOf(tree) : problems;
}

describe('parseIni()', () => {
  it('reads sections as paths, with numbers for the items of lists', () => {
    const text = `
# of the whole
crosscompute = 0.9.4
name: Tip: the calculator
[input.variables.2]
id = b
[input.variables.1]
; the first
id = a
configuration = {"min": 1, "options": [{"value": "x"}]}
[output]
`;
    expect(jsonOf(text)).toEqual({
      crosscompute: '0.9.4',
      name: 'Tip: the calculator',
      input: {
        variables: [{ id: 'a', configuration: { min: 1, options: [{ value: 'x' }] } }, { id: 'b' }]
      },
      output: {}
    });
  });

  it('takes values as JSON where they are, else as text', () => {
    const text =
      'a = 1.10\nb = true\nc = "x y"\nd = [1,\n  2]\ne = {id}\nf = null\ng =\nh = x = y\n';
    expect(jsonOf(text)).toEqual({
      a: 1.1,
      b: true,
      c: 'x y',
      d: [1, 2],
      e: '{id}',
      g: '',
      h: 'x = y'
    });
    const { tree } = parseIni(text, 'a.ini');
    expect(tree?.entries[0].value).toMatchObject({ text: '1.10' });
  });

  it('continues a value on lines that are indented more', () => {
    expect(jsonOf('  a = one\n     two\r\n\n     three\n  b = x\n')).toEqual({
      a: 'one\ntwo\n\nthree',
      b: 'x'
    });
  });

  it('knows the place of every key and value, inside of JSON too', () => {
    const { tree } = parseIni('\uFEFFa = 1\r\n[b.1]\r\n  c : {"k":\r\n     "v"}\r\n', 'a.ini');
    const b = tree && findEntry(tree, 'b');
    expect(b?.position).toEqual({ file: 'a.ini', line: 2, column: 2 });
    const item = b?.value.kind === 'list' ? b.value.items[0] : null;
    expect(item?.position).toMatchObject({ line: 2, column: 4 });
    const c = item?.kind === 'mapping' ? findEntry(item, 'c') : null;
    expect(c?.position).toMatchObject({ line: 3, column: 3 });
    const k = c?.value.kind === 'mapping' ? findEntry(c.value, 'k') : null;
    expect(k?.position).toMatchObject({ line: 3, column: 8 });
    expect(k?.value.position).toMatchObject({ line: 4, column: 6 });
  });

  it.each([
    ['a = 1\nb\n', '2:1 error syntax: a line must be "key = value", a [section] or a comment'],
    ['= 1', '1:1 error syntax: a line must be "key = value"'],
    ['[a', '1:1 error syntax: a section must look like [input.variables.1]'],
    ['[a..b]', '1:4 error syntax: a part of the name of the section is missing'],
    ['[a.0]', '1:4 error syntax: items of a list are numbered from 1'],
    ['[1]', '1:2 error syntax: items of a list are numbered from 1'],
    ['a = 1\na = 2', '2:1 error duplicate-key: "a" is given twice; first at line 1'],
    ['[a]\n[a ]', '2:1 error duplicate-key: "[a]" is given twice; first at line 1'],
    ['[a]\nb = 1\n[a.b]', '3:4 error duplicate-key: "b" is given twice; first at line 2'],
    ['[a]\nb = 1\n[a.1]', 'error'],
    ['a = {"b": 1,\n  "b": 2}', '2:3 error duplicate-key: "b" is given twice; first at line 1'],
    [`[${'a.'.repeat(200)}b]`, '1:2 error syntax: the file is nested too deeply']
  ])('reports %.40j', (text, expected) => {
    const lines = problemsOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it('reports all faults at once, up to a limit', () => {
    expect(problemsOf('x\n'.repeat(100))).toHaveLength(20);
  });
});
