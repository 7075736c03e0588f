import fc from 'fast-check';
import { ConfigError } from '../../problem';
import { parseDocument } from '../document';
import { addBatch } from '../edit';
import { jsonObjectOf } from '../tree';

const BATCH = { folder: 'batches/rainy-day', name: 'Rainy Day', slug: 'rainy-day' };

function batchesOf(text: string): unknown {
  const { tree } = parseDocument(text, 'a.yaml');
  return tree && jsonObjectOf(tree).batches;
}

describe('addBatch()', () => {
  it('adds to presets where the file has that word', () => {
    const text = 'crosscompute: 1.0 # new\npresets:\n  - folder: batches/a\n';
    const batch = { folder: 'batches/b', name: 'b', slug: 'b' };
    expect(addBatch(text, batch)).toBe(`${text}  - folder: batches/b\n`);
  });

  it('adds an item after the last, keeping comments, order and layout', () => {
    const text = `# mine
crosscompute:   0.9.4   # version

batches:
    # the first
    - folder: batches/standard   # here
      name: "Standard"

    # and nothing else
output: {variables: [ ]}
`;
    expect(addBatch(text, BATCH)).toBe(
      text.replace(
        '"Standard"\n',
        '"Standard"\n    - folder: batches/rainy-day\n      name: Rainy Day\n'
      )
    );
  });

  it('adds to a list that is not indented, at the end of a file without line break', () => {
    expect(addBatch('a: 1\nbatches:\n- folder: x', BATCH)).toBe(
      'a: 1\nbatches:\n- folder: x\n- folder: batches/rainy-day\n  name: Rainy Day\n'
    );
  });

  it.each([
    'a: 1\n',
    'a: 1',
    'a: 1\nbatches:\n',
    'a: 1\nbatches: # none yet\n',
    'a: 1\nbatches: []\n',
    ''
  ])('adds the first to %j', text => {
    const edited = addBatch(text, BATCH);
    expect(batchesOf(edited)).toEqual([{ folder: 'batches/rainy-day', name: 'Rainy Day' }]);
    expect(edited).toContain(text.includes('none yet') ? '# none yet' : '');
  });

  it('adds to a list in brackets', () => {
    expect(addBatch('batches: [{folder: a}, {folder: b},] # two\n', BATCH)).toBe(
      'batches: [{folder: a}, {folder: b}, {folder: "batches/rainy-day", name: "Rainy Day"}] # two\n'
    );
  });

  it.each([
    '{crosscompute: 0.9.4, batches: [{folder: a}]}',
    'batches: [\n  {folder: a} # c\n]\n',
    'batches:\n- folder: a\n...\n',
    'x: &b\n- folder: a\nbatches: *b\n'
  ])('falls back to writing %j anew', text => {
    expect(batchesOf(addBatch(text, BATCH))).toMatchObject([
      { folder: 'a' },
      { name: 'Rainy Day' }
    ]);
  });

  it('keeps Windows line ends', () => {
    expect(addBatch('batches:\r\n- folder: a\r\nb: 1\r\n', BATCH)).toBe(
      'batches:\r\n- folder: a\r\n- folder: batches/rainy-day\r\n  name: Rainy Day\r\nb: 1\r\n'
    );
  });

  it('does not write what the defaults say, and writes what they do not', () => {
    const text = 'batches:\n- folder: a\n';
    expect(addBatch(text, { folder: 'batches/b', name: 'b', slug: 'b' })).toBe(
      `${text}- folder: batches/b\n`
    );
    expect(batchesOf(addBatch(text, { folder: 'b', name: 'B', slug: 'other' }))).toMatchObject([
      {},
      { folder: 'b', name: 'B', slug: 'other' }
    ]);
  });

  it('refuses text that cannot be parsed, and batches that are no list', () => {
    expect(() => addBatch('a: "x', BATCH)).toThrow(ConfigError);
    expect(() => addBatch('batches: 5', BATCH)).toThrow('"batches" must be a list');
  });

  it('writes any name so that it reads back', () => {
    fc.assert(
      fc.property(fc.fullUnicodeString({ minLength: 1 }), fc.boolean(), (name, isFlow) => {
        const text = isFlow ? 'batches: [{folder: a}]\n' : 'batches:\n- folder: a\n';
        const edited = addBatch(text, { folder: 'folder', name, slug: 's' });
        const [, added] = batchesOf(edited) as { name?: string }[];
        expect(added.name ?? 'folder').toBe(name);
      })
    );
  });
});
