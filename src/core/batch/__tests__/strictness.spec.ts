import { MemoryFiles } from '../../../testing/memoryFiles';
import { fakeViews } from '../../automation/__tests__/fakeViews';
import { formatProblem } from '../../problem';
import { readBatches } from '../readBatches';
import { automationFor } from './automationFor';

const HEAD = 'input: {variables: [{id: a, view: string, path: a.dictionary}]}\noutput: {}\n';

async function read(version: string, batches: string, more: Record<string, string> = {}) {
  const files = new MemoryFiles({
    '/tip/automate.yaml': `crosscompute: ${version}\n${HEAD}batches: ${batches}\n`,
    ...more
  });
  const automation = await automationFor(files);
  const { batches: read, problems } = await readBatches(files, automation, { views: fakeViews });
  return { slugs: read.map(({ slug }) => slug), lines: problems.map(formatProblem) };
}

describe('the rows of 1.0', () => {
  const batches = "[{folder: 'batches/{a}', configuration: {path: b.csv}}]";
  const files = { '/tip/b.csv': 'a,b\n1,2\n3\n4,5,\n' };

  it('must have all columns', async () => {
    const { lines } = await read('1.0', batches, files);
    expect(lines).toEqual([
      '/tip/b.csv:3:1 error csv-row: row has 1 cells; the header has 2',
      '/tip/b.csv:4:5 error csv-row: row has 3 cells; the header has 2'
    ]);
  });

  it('need not in 0.9', async () => {
    const { lines, slugs } = await read('0.9.4', batches, files);
    expect(lines).toEqual([]);
    expect(slugs).toEqual(['1', '3', '4']);
  });
});

describe('the slug of a batch', () => {
  const batches = '[{folder: b, slug: My_Batch}, {folder: c, slug: a b}]';
  const files = {
    '/tip/b/input/a.dictionary': '{"a": 1}',
    '/tip/c/input/a.dictionary': '{"a": 1}'
  };

  it('stays as written in 1.0 where an address can hold it', async () => {
    expect((await read('1.0', batches, files)).slugs).toEqual(['My_Batch', 'a-b']);
  });

  it('is made into one in 0.9', async () => {
    expect((await read('0.9.4', batches, files)).slugs).toEqual(['my-batch', 'a-b']);
  });
});

describe('dynamic configuration', () => {
  it.each([
    ['{"min": 1}', []],
    [
      '[1]',
      ['1:1 warning dynamic-configuration: "a.dictionary.configuration" must hold a JSON object']
    ],
    [
      '{"min":\n 1,}',
      [
        '2:4 warning dynamic-configuration: "a.dictionary.configuration" must hold a JSON object; a text is expected'
      ]
    ]
  ])('that holds %j', async (content, expected) => {
    const { lines } = await read('0.9.4', '[{folder: b}]', {
      '/tip/b/input/a.dictionary': '{"a": 1}',
      '/tip/b/input/a.dictionary.configuration': content
    });
    const place = '/tip/b/input/a.dictionary.configuration:';
    expect(lines).toEqual(expected.map(line => place + line));
  });
});
