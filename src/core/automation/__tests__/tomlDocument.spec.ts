import { formatProblem } from '../../problem';
import { parseToml } from '../tomlDocument';
import { findEntry, jsonObjectOf } from '../tree';

async function problemsOf(text: string): Promise<string[]> {
  return (await parseToml(text, 'a.toml')).problems.map(formatProblem);
}

async function jsonOf(text: string): Promise<unknown> {
  const { tree, problems } = await parseToml(text, 'a.toml');
  return tree ? jsonObjectOf(tree) : problems;
}

describe('parseToml()', () => {
  it('reads tables, arrays of tables, dotted keys and inline tables', async () => {
    const text = `
crosscompute = "0.9.4"
a.b = 1
[[input.variables]]
id = "x"
configuration = {min = 1, deep.er = [1, {k = 'v'}]}
[[input.variables]]
id = "y"
[input.variables.configuration]
max = 2
[environment]
batch = "single"
`;
    expect(await jsonOf(text)).toEqual({
      crosscompute: '0.9.4',
      a: { b: 1 },
      input: {
        variables: [
          { id: 'x', configuration: { min: 1, deep: { er: [1, { k: 'v' }] } } },
          { id: 'y', configuration: { max: 2 } }
        ]
      },
      environment: { batch: 'single' }
    });
  });

  it('knows the place of every key and value', async () => {
    const { tree } = await parseToml('\uFEFFa = 1\r\n[[ b ]]\r\n  "c" = {d = "ünï"}\r\n', 'a.toml');
    const b = tree && findEntry(tree, 'b');
    expect(b?.position).toEqual({ file: 'a.toml', line: 2, column: 4 });
    const item = b?.value.kind === 'list' ? b.value.items[0] : null;
    const c = item?.kind === 'mapping' ? findEntry(item, 'c') : null;
    expect(item?.position).toMatchObject({ line: 2, column: 1 });
    expect(c?.position).toMatchObject({ line: 3, column: 3 });
    expect(c?.value.position).toMatchObject({ line: 3, column: 9 });
    const d = c?.value.kind === 'mapping' ? findEntry(c.value, 'd') : null;
    expect(d?.value).toMatchObject({ isQuoted: true, text: 'ünï', position: { column: 14 } });
  });

  it('keeps the written characters of numbers, booleans and dates', async () => {
    const { tree } = await parseToml(
      'a = 1.10\nb = 0x1F\nc = true\nd = 2024-01-02\ne = 1979-05-27T07:32:00Z\nf = inf\n',
      'a.toml'
    );
    const texts = tree?.entries.map(({ value }) => (value.kind === 'scalar' ? value.text : ''));
    expect(texts).toEqual(['1.10', '0x1F', 'true', '2024-01-02', '1979-05-27T07:32:00Z', 'inf']);
  });

  it.each([
    ['a = 1\nb = 2\na = 3', '3:1 error duplicate-key: "a" is given twice; first at line 1'],
    ['[x]\na = 1\n\na = 3', '4:1 error duplicate-key: "a" is given twice; first at line 2'],
    ['[x]\n[y]\n[x]', '3:2 error duplicate-key: "x" is given twice; first at line 1'],
    ['a = [\n1]\na = 3', '3:1 error duplicate-key: "a" is given twice; first at line 1'],
    ['a = {b = 1}\n[a.b]', '2:2 error duplicate-key: "a" is given twice; keep one'],
    ['a = ', '1:5 error syntax: unspecified values are invalid'],
    ['a = x', '1:5 error syntax: unexpected character; put text in quotes'],
    ['name: x', '1:5 error syntax: unexpected character; TOML writes key = value'],
    ['a = "x\nb = 1', '1:7 error syntax: unterminated string constant'],
    [`a = ${'['.repeat(200)}${']'.repeat(200)}`, 'syntax: the file is nested too deeply'],
    [`a = ${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'syntax: the file is nested too deeply'],
    [`${'a.'.repeat(200)}b = 1`, '1:1 error syntax: the file is nested too deeply'],
    [`[${'a.'.repeat(200)}b]`, '1:1 error syntax: the file is nested too deeply']
  ])('reports %.40j', async (text, expected) => {
    const lines = await problemsOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it('lets keys be called like what every object has', async () => {
    expect(await jsonOf('__proto__ = 1\n[constructor]\na = 1')).toEqual(
      JSON.parse('{"__proto__": 1, "constructor": {"a": 1}}')
    );
  });
});
