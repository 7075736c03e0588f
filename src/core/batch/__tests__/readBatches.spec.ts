import { MemoryFiles } from '../../../testing/memoryFiles';
import { fakeViews } from '../../automation/__tests__/fakeViews';
import { formatProblem } from '../../problem';
import type { IReadBatches } from '../readBatches';
import { readBatches } from '../readBatches';
import { automationFor } from './automationFor';

const INPUTS = `input:
  variables:
  - {id: bill, view: number, path: variables.dictionary}
  - {id: city, view: string, path: city.txt}
`;

const ONE_INPUT = `input:
  variables: [{id: city, view: string, path: city.txt}]
`;

async function read(
  batches: string,
  more: Record<string, string | Uint8Array> = {},
  { inputs = INPUTS, prepare = (_files: MemoryFiles): void => {} } = {}
): Promise<IReadBatches & { lines: string[] }> {
  const files = new MemoryFiles({
    '/tip/automate.yaml': `crosscompute: 0.9.4\n${inputs}output:\nbatches:\n${batches}`,
    ...more
  });
  prepare(files);
  const automation = await automationFor(files);
  const result = await readBatches(files, automation, { views: fakeViews });
  const lines = result.problems.map(problem =>
    formatProblem({ ...problem, file: problem.file.replace('/tip/', '') })
  );
  return { ...result, lines };
}

const ROWS = "- {folder: 'batches/{city | slug}', name: '{city}', configuration: {path: b.csv}}\n";

const STANDARD = {
  '/tip/batches/standard/input/variables.dictionary': '{"bill": 10}',
  '/tip/batches/standard/input/city.txt': 'Rome\n'
};

describe('readBatches()', () => {
  it('gives a plain folder as it lies', async () => {
    const { batches, lines } = await read('- folder: ./batches/standard\n', STANDARD);
    expect(lines).toEqual([]);
    expect(batches).toMatchObject([
      {
        slug: 'standard',
        name: 'standard',
        folder: 'batches/standard',
        kind: 'folder',
        values: null,
        position: { file: '/tip/automate.yaml', line: 8, column: 3 }
      }
    ]);
  });

  it('makes a batch of every row', async () => {
    const { batches, lines } = await read(ROWS, {
      '/tip/b.csv': 'city,bill,note\nNew York,10.0,x\nKöln,1e3,y\n'
    });
    expect(lines).toEqual([]);
    expect(batches).toMatchObject([
      {
        slug: 'new-york',
        name: 'New York',
        folder: 'batches/new-york',
        kind: 'row',
        values: { city: 'New York', bill: 10 },
        position: { file: '/tip/b.csv', line: 2, column: 1 }
      },
      { slug: 'köln', folder: 'batches/köln', values: { city: 'Köln', bill: 1000 } }
    ]);
    expect(batches[0].values).not.toHaveProperty('note');
  });

  it('writes the parsed number into names, and other columns as they are', async () => {
    const { batches } = await read(
      "- {folder: 'b/{bill}-{note}', configuration: {path: b.csv}}\n",
      { '/tip/b.csv': 'city,bill,note\nA, 10.0,01.0\n' }
    );
    expect(batches[0]).toMatchObject({ folder: 'b/10-01.0', name: '10-01.0', slug: '10-01-0' });
  });

  it('makes a batch of every line of a TXT', async () => {
    const { batches, lines } = await read(
      "- {folder: 'b/{city}', slug: 'x-{city}', configuration: {path: b.txt}}\n",
      { '/tip/b.txt': '\uFEFF# cities\r\n\r\n  Rome \r\nOslo' },
      { inputs: ONE_INPUT }
    );
    expect(lines).toEqual([]);
    expect(batches).toMatchObject([
      { name: 'Rome', slug: 'x-rome', values: { city: 'Rome' }, position: { line: 3, column: 3 } },
      { name: 'Oslo', slug: 'x-oslo', position: { line: 4, column: 1 } }
    ]);
  });

  it('wants one input for a TXT', async () => {
    const { lines } = await read("- {folder: 'b/{city}', configuration: {path: b.txt}}\n", {
      '/tip/b.txt': 'a'
    });
    expect(lines.join()).toContain(
      'error txt-variables: a .txt needs exactly one input variable; use .csv'
    );
  });

  it('fills a row from the reference', async () => {
    const { batches, lines } = await read(
      "- {folder: 'b/{city}-{bill}', configuration: {path: b.csv}, reference: {folder: batches/standard}}\n",
      { ...STANDARD, '/tip/b.csv': 'city\nOslo\n' }
    );
    expect(lines).toEqual([]);
    expect(batches).toMatchObject([{ folder: 'b/Oslo-10', values: { city: 'Oslo', bill: 10 } }]);
  });

  it('makes one batch of a reference alone', async () => {
    const { batches, lines } = await read(
      "- {folder: 'b/{city}', reference: {folder: batches/standard}}\n",
      STANDARD
    );
    expect(lines).toEqual([]);
    expect(batches).toMatchObject([
      { folder: 'b/Rome', kind: 'row', values: { city: 'Rome', bill: 10 } }
    ]);
  });

  it('names the cell that a view refuses, and leaves only that row out', async () => {
    const { batches, problems, lines } = await read(ROWS, {
      '/tip/b.csv': 'city,bill\nA,1\n"B, C",foo\nD,\nE,2\n'
    });
    expect(batches.map(({ name }) => name)).toEqual(['A', 'E']);
    expect(lines).toEqual([
      'b.csv:3:8 error batch-value-invalid: "foo" is not a number for "bill"',
      'b.csv:4:3 error batch-value-invalid: "" is not a number for "bill"'
    ]);
    expect(problems.map(({ blocks }) => blocks)).toEqual(['batch', 'batch']);
  });

  it('keeps a row without a value, but it cannot run', async () => {
    const { batches, problems, lines } = await read(ROWS, { '/tip/b.csv': 'city,bill\nA\n' });
    expect(batches).toMatchObject([{ values: { city: 'A' }, problems }]);
    expect(lines).toEqual([
      'b.csv:2:1 error batch-value-missing: input "bill" has no value in batch "A"'
    ]);
    expect(problems[0].blocks).toBe('batch');
  });

  it('does not miss optional inputs, nor those of the environment', async () => {
    const { lines } = await read(
      ROWS,
      { '/tip/b.csv': 'city,bill\nA,\n' },
      {
        inputs: INPUTS.replace('view: number,', 'view: number, required: false,').concat(
          '  - {id: KEY, view: string, path: ENVIRONMENT}\n'
        )
      }
    );
    expect(lines).toEqual([]);
  });

  it('misses an empty text only where required is written out', async () => {
    const csv = { '/tip/b.csv': 'city,bill,note\n,1,a\n' };
    const batch = "- {folder: 'b/{note}', configuration: {path: b.csv}}\n";
    expect((await read(batch, csv)).batches).toMatchObject([{ values: { city: '' } }]);
    const inputs = INPUTS.replace('view: string,', 'view: string, required: true,');
    expect((await read(batch, csv, { inputs })).lines.join()).toContain('batch-value-missing');
  });

  it.each([
    [
      '- folder: none\n',
      {},
      'automate.yaml:8:3 warning batch-folder-missing: batch folder "none" does not exist; its inputs are empty'
    ],
    [
      '- folder: a\n',
      { '/tip/a/input/city.txt': 'x' },
      'automate.yaml:8:3 warning batch-value-missing: input "bill" has no value in batch "a"'
    ],
    [
      '- folder: a\n',
      { '/tip/a/input/variables.dictionary': '{' },
      'a/input/variables.dictionary:1:2 error syntax: "variables.dictionary" is not JSON: expected a key'
    ],
    ["- folder: 'a/{city}'\n", {}, 'warning batch-template-unused: "{city}" is not filled in'],
    [
      '- folder: ../b\n',
      {},
      'error batch-folder-outside: batch folder "../b" must stay inside the automation'
    ],
    [
      "- {folder: '{ciity}', configuration: {path: b.csv}}\n",
      { '/tip/b.csv': 'city,bill\na,1\nb,2\n' },
      'automate.yaml:8:3 error batch-variable: "{ciity}" is not a column of "b.csv"; did you mean "city"?'
    ],
    [
      "- {folder: '{city | upper}', configuration: {path: b.csv}}\n",
      { '/tip/b.csv': 'city,bill\na,1\n' },
      'error batch-filter: filter "upper" is not supported here; use slug or title'
    ],
    [
      ROWS,
      { '/tip/b.csv': 'city,bill\n!!!,1\n' },
      'b.csv:2:1 error batch-slug-empty: batch "!!!" has an empty slug; give it one'
    ],
    [
      ROWS,
      { '/tip/b.csv': 'city,bil\na,1\n' },
      'b.csv:1:6 warning csv-column: column "bil" is not an input; did you mean "bill"?'
    ],
    [ROWS, { '/tip/b.csv': '' }, 'b.csv:1:1 warning csv-empty'],
    [ROWS, { '/tip/b.csv': new Uint8Array([0xff]) }, 'b.csv:1:1 error encoding: "b.csv" is']
  ])('%#', async (batches, files, expected) => {
    expect((await read(batches, files as Record<string, string>)).lines.join('\n')).toContain(
      expected
    );
  });

  it('reports an unknown column once, not for each row', async () => {
    const { lines } = await read(
      "- {folder: 'b/{city}', name: '{nome} {city}', configuration: {path: b.csv}}\n",
      { '/tip/b.csv': 'city,bill\na,1\nb,2\n' }
    );
    expect(lines.filter(line => line.includes('batch-variable'))).toHaveLength(1);
  });

  it('says only that a column is unknown, not what follows from it', async () => {
    const { lines } = await read("- {folder: 'b/{ciity}', configuration: {path: b.csv}}\n", {
      '/tip/b.csv': 'town,bill\na,1\nb,2\n'
    });
    expect(lines).toEqual([
      'automate.yaml:8:3 error batch-variable: "{ciity}" is not a column of "b.csv"'
    ]);
  });

  it('leaves out a row without the cell that names its batch, and keeps the others', async () => {
    const { batches, lines } = await read(
      "- {folder: 'b/{bill}', configuration: {path: b.csv}}\n",
      { '/tip/b.csv': 'city,bill\na,1\nb\nc,3\n' }
    );
    expect(batches.map(({ slug }) => slug)).toEqual(['1', '3']);
    expect(lines).toEqual([
      'b.csv:3:1 error csv-row: row has no cell for "bill", which names its batch; the header has 2 columns'
    ]);
  });

  it.each([
    [';', 'semicolons'],
    ['\t', 'tabs']
  ])('says that cells are separated by %j', async (separator, name) => {
    const { batches, lines } = await read(ROWS, {
      '/tip/b.csv': 'city,bill\na,"1,5"\nb,2\n'.replaceAll(/,(?!5)/g, separator)
    });
    expect(batches).toEqual([]);
    expect(lines).toEqual([
      `b.csv:1:1 error csv-separator: the cells seem to be separated by ${name}; separate them by commas, and put quotes around cells that hold a comma`
    ]);
  });

  it('misses no folder where there are no inputs', async () => {
    const { batches, lines } = await read('- folder: none\n', {}, { inputs: '' });
    expect(batches.map(({ slug }) => slug)).toEqual(['none']);
    expect(lines).toEqual([]);
  });

  it('names both places of a folder, name or slug that is used twice', async () => {
    const { batches, lines } = await read(`- folder: batches/standard\n${ROWS}`, {
      ...STANDARD,
      '/tip/b.csv': 'city,bill\nstandard,1\nb,2\n'
    });
    expect(batches.map(({ slug }) => slug)).toEqual(['standard', 'b']);
    expect(lines).toEqual([
      'b.csv:2:1 error not-unique: batch folder "batches/standard" is used twice; first at automate.yaml:8:3',
      'b.csv:2:1 error not-unique: batch name "standard" is used twice; first at automate.yaml:8:3',
      'b.csv:2:1 error not-unique: batch slug "standard" is used twice; first at automate.yaml:8:3'
    ]);
  });

  it.each(['../../x', '..', '/etc', 'a/../../..', 'a\0b'])(
    'keeps the value %j inside',
    async value => {
      const { batches, lines } = await read(
        "- {folder: '{city}', name: '{bill}', configuration: {path: b.csv}}\n",
        { '/tip/b.csv': `city,bill\n"${value}",1\n` }
      );
      expect(batches).toEqual([]);
      expect(lines.join()).toContain('batch-folder-outside');
    }
  );

  it('refuses a batch in the folder of another', async () => {
    const { batches, lines } = await read('- folder: a/b\n- folder: a\n', {
      '/tip/a/x': '',
      '/tip/a/b/x': ''
    });
    expect(batches.map(({ folder }) => folder)).toEqual(['a']);
    expect(lines.join()).toContain('error batch-folder-outside: batch folder "a/b"');
  });

  it('refuses folders behind a link that leads out', async () => {
    const options = {
      prepare: (files: MemoryFiles) => files.addLink('/tip/batches', '/elsewhere')
    };
    const rows = await read(
      ROWS,
      { '/tip/b.csv': 'city,bill\na,1\n', '/elsewhere/x': '' },
      options
    );
    expect(rows.batches).toEqual([]);
    const plain = await read('- folder: batches/x\n', { '/elsewhere/x/y': '' }, options);
    expect(plain.batches).toEqual([]);
    expect(plain.lines.join()).toContain('batch-folder-outside');
  });

  it('closes nothing for what is wrong with a row, but for what is wrong in the configuration', async () => {
    const rows = 'city,bill\nA,1\nA,2\n!!!,3\n../../x,4\nB,5\n';
    const { batches, problems } = await read(ROWS.replace('| slug', ''), { '/tip/b.csv': rows });
    expect(batches.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(new Set(problems.map(({ blocks }) => blocks))).toEqual(new Set(['batch']));
    const twice = await read('- folder: a\n- folder: a\n', { '/tip/a/x': '' });
    expect(twice.problems.map(({ code, blocks }) => [code, blocks])).toContainEqual([
      'not-unique',
      'all'
    ]);
  });

  it('writes numbers of a reference as they are written there, those of a row in full digits', async () => {
    const { batches, lines } = await read(
      "- {folder: 'b/{bill}-{city}', reference: {folder: r}}\n" +
        "- {folder: 'c/{bill}', configuration: {path: b.csv}, reference: {folder: r}}\n",
      {
        '/tip/r/input/variables.dictionary': '{"bill": 3.0}',
        '/tip/r/input/city.txt': ' 2.50 ',
        '/tip/b.csv': 'bill\n3.0\n1e21\n.00001\n-0.5\n'
      }
    );
    expect(lines).toEqual([]);
    expect(batches.map(({ folder }) => folder)).toEqual([
      'b/3.0-2.50',
      'c/3',
      'c/1000000000000000000000',
      'c/1e-05',
      'c/-0.5'
    ]);
  });

  it('filters a number as the text that it is', async () => {
    const { batches } = await read(
      "- {folder: 'b/{bill | slug}', name: '{bill|title}', configuration: {path: b.csv}}\n",
      { '/tip/b.csv': 'city,bill\na,3.50\n' }
    );
    expect(batches).toMatchObject([{ folder: 'b/3-5', name: '3.5', slug: '3-5' }]);
  });

  it('leaves the id in braces for a file, which has no text', async () => {
    const { batches } = await read("- {folder: 'b/{city}', name: 'n', reference: {folder: r}}\n", {
      '/tip/r/input/variables.dictionary': '{"bill": 1}',
      '/tip/r/input/city.txt': new Uint8Array([0xff, 0xfe])
    });
    expect(batches).toMatchObject([{ folder: 'b/{city}', values: { bill: 1 } }]);
  });

  describe('of a form that passes over templates', () => {
    const inputs = `${INPUTS}  templates:\n  - path: a.md\n  - {path: b.md, expression: bill > 5}\n`;
    const pages = { '/tip/a.md': '{bill}', '/tip/b.md': '{city}' };

    it('misses only what is reached', async () => {
      const batch = "- {folder: 'b/{bill}', configuration: {path: b.csv}}\n";
      const { lines } = await read(batch, { ...pages, '/tip/b.csv': 'bill\n5\n6\n' }, { inputs });
      expect(lines).toEqual([
        'b.csv:3:1 error batch-value-missing: input "city" has no value in batch "6"'
      ]);
    });
  });

  describe('in 1.0', () => {
    const prepare = (files: MemoryFiles) =>
      files.write(
        '/tip/automate.yaml',
        `crosscompute: 1.0.0\n${INPUTS}output:\nbatches:\n- {folder: 'b/{city}', slug: '{city}', configuration: {path: b.csv}}\n`
      );

    it('keeps a slug that an address can hold', async () => {
      const csv = 'city,bill\nNew_York.1,1\nNew York,2\n';
      const { batches } = await read('', { '/tip/b.csv': csv }, { prepare });
      expect(batches.map(({ slug }) => slug)).toEqual(['New_York.1', 'new-york']);
    });

    it('wants a cell for each column', async () => {
      const csv = 'city,bill\nA,1\nB\nC,2,3\n';
      const { batches, lines } = await read('', { '/tip/b.csv': csv }, { prepare });
      expect(batches.map(({ name }) => name)).toEqual(['A']);
      expect(lines).toEqual([
        'b.csv:3:1 error csv-row: row has 1 cells; the header has 2',
        'b.csv:4:5 error csv-row: row has 3 cells; the header has 2'
      ]);
    });
  });

  it('does not take an inherited name for a column', async () => {
    const { lines } = await read(
      "- {folder: 'b/{city}', name: '{constructor}', configuration: {path: b.csv}}\n",
      { '/tip/b.csv': 'city,bill\na,1\n' }
    );
    expect(lines.join()).toContain('batch-variable: "{constructor}"');
  });

  it('reads ten thousand rows and their file once', async () => {
    const count = 10_000;
    const rows = Array.from({ length: count }, (_, index) => `"City, ${index}",${index / 7}`);
    const files = new MemoryFiles({
      '/tip/automate.yaml': `crosscompute: 0.9.4\n${INPUTS}output:\nbatches:\n${ROWS}`,
      '/tip/b.csv': ['city,bill', ...rows].join('\n')
    });
    const automation = await automationFor(files);
    const readsBefore = files.readCount;
    const { batches, problems } = await readBatches(files, automation, { views: fakeViews });
    expect(problems).toEqual([]);
    expect(batches).toHaveLength(count);
    expect(batches[count - 1]).toMatchObject({ slug: 'city-9999', position: { line: count + 1 } });
    expect(files.readCount - readsBefore).toBe(1);
  });
});
