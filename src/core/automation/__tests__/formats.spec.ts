import { MemoryFiles } from '../../../testing/memoryFiles';
import type { IAutomation } from '../automation';
import { findConfiguration } from '../discover';
import { read } from './reading';

const YAML = `
crosscompute: 0.9.4
name: Tip
version: 1.10
input:
  variables:
    - id: bill
      view: number
      path: variables.dictionary
      configuration: {min: 1}
    - {id: note, view: text, path: note.txt}
output:
  variables: [{id: total, view: number, path: variables.dictionary}]
batches: [{folder: batches/standard}]
scripts: [{path: tip.py}]
`;

const TOML = `
crosscompute = "0.9.4"
name = "Tip"
version = 1.10
batches = [{folder = "batches/standard"}]
[[input.variables]]
id = "bill"
view = "number"
path = "variables.dictionary"
configuration = {min = 1}
[[input.variables]]
id = "note"
view = "text"
path = "note.txt"
[[output.variables]]
id = "total"
view = "number"
path = "variables.dictionary"
[[scripts]]
path = "tip.py"
`;

const INI = `
crosscompute = 0.9.4
name = Tip
version = 1.10
batches = [{"folder": "batches/standard"}]
[input.variables.1]
id = bill
view = number
path = variables.dictionary
configuration = {"min": 1}
[input.variables.2]
id = note
view = text
path = note.txt
[output.variables.1]
id = total
view = number
path = variables.dictionary
[scripts.1]
path = tip.py
`;

/** Without places and the name of the file, which differ. */
function withoutPlaces(automation: IAutomation | null): unknown {
  const text = JSON.stringify({ ...automation, configuration: '' }, (key, value: unknown) =>
    /position/i.test(key) ? undefined : value
  );
  return JSON.parse(text);
}

describe('a configuration in another syntax', () => {
  it.each([
    ['automate.toml', TOML],
    ['automate.ini', INI],
    ['tip.cfg', INI]
  ])('says the same: %s', async (name, text) => {
    const expected = await read(YAML);
    const { automation, lines } = await read(text, {}, undefined, name);
    expect(lines).toEqual([]);
    expect(expected.lines).toEqual([]);
    expect(withoutPlaces(automation)).toEqual(withoutPlaces(expected.automation));
  });

  it.each([
    [
      'automate.toml',
      TOML.replace('view = "text"', 'view = "txet"'),
      'automate.toml:13:8 error unknown-view: view "txet" is not known; did you mean "text"?'
    ],
    [
      'automate.ini',
      INI.replace('view = text', 'veiw = text'),
      'automate.ini:13:1 warning unknown-key: key "veiw" is not known in a variable; did you mean "view"?'
    ],
    [
      'automate.ini',
      INI.replace('view = text', 'view = 5'),
      'automate.ini:13:8 error unknown-view: view "5" is not known'
    ]
  ])('has its problems at their place: %s', async (name, text, expected) => {
    const { lines } = await read(text, {}, undefined, name);
    expect(lines).toContain(expected);
  });

  it('is refused when it is none of them', async () => {
    const { lines } = await read('{}', {}, undefined, 'automate.json');
    expect(lines).toEqual([
      'automate.json:1:1 error format-unsupported: suffix ".json" is not supported; use .yaml, .toml or .ini'
    ]);
  });

  it.each(['a.toml', 'a.ini', 'a.cfg'])('is too large: %s', async name => {
    const { lines } = await read('#'.repeat(1024 * 1024 + 1), {}, undefined, name);
    expect(lines[0]).toContain(`${name}:1:1 error file-too-large`);
  });

  it.each([
    ['x.toml', TOML, true],
    ['x.toml', '"crosscompute" = "1.0"\n', true],
    ['x.toml', '[tool]\ncrosscompute = "0.9.4"\n', false],
    ['x.ini', INI, true],
    ['x.cfg', '[metadata]\nname = x\n', false]
  ])('is found in a folder when it has the key: %s %.20j', async (name, text, isFound) => {
    const files = new MemoryFiles({ [`/f/${name}`]: text });
    const { path } = await findConfiguration(files, '/f');
    expect(path).toBe(isFound ? `/f/${name}` : null);
  });
});
