import { MemoryFiles } from '../../../testing/memoryFiles';
import { fakeViews } from '../../automation/__tests__/fakeViews';
import { readBatches } from '../readBatches';
import { automationFor } from './automationFor';

const CONFIGURATION = `crosscompute: 0.9.4
input:
  variables:
  - {id: city, view: string, path: variables.dictionary}
  - {id: n, view: number, path: variables.dictionary}
  - {id: town name, view: string, path: variables.dictionary}
output:
batches:
`;

const ROWS =
  'city,n,town name,note\nONETwo_Three  Four! é9,1,a,x1y2\n"Ice Cream, 2 scoops",2.0,b,y2.5\nrowXColumn12b,0.00001,c,3.50\nHTMLPage,1e21,d,-3\na--b,3.10,e,a/b\nStraße,-4,they\'re,日本 語\n日本 語,1e3,new-york CITY,Zz\nnew-york CITY,0.1,Foo BAR,01.0\n';

/** Items of `batches`, further files, and what the original framework 0.9.4.13 makes of them: folder, name, slug. */
const CASES: readonly [string, Record<string, string>, readonly (readonly string[])[]][] = [
  [
    "- {folder: 'b/{ city | title | slug }-{note | slug}', name: '{ town name | title } in {city}', slug: '{note|title}x{city}', configuration: {path: b.csv}}\n",
    { '/tip/b.csv': ROWS },
    [
      ['b/onetwo-three-four-é9-x1y2', 'A in ONETwo_Three  Four! é9', 'x1y2xonetwo-three-four-é9'],
      ['b/ice-cream-2-scoops-y2-5', 'B in Ice Cream, 2 scoops', 'y2-5xice-cream-2-scoops'],
      ['b/rowxcolumn12b-3-50', 'C in rowXColumn12b', '3-50xrowxcolumn12b'],
      ['b/htmlpage-3', 'D in HTMLPage', '3xhtmlpage'],
      ['b/a-b-a-b', 'E in a--b', 'a-bxa-b'],
      ['b/straße-日本-語', "They'Re in Straße", '日本-語xstraße'],
      ['b/日本-語-zz', 'New-York City in 日本 語', 'zzx日本-語'],
      ['b/new-york-city-01-0', 'Foo Bar in new-york CITY', '01-0xnew-york-city']
    ]
  ],
  [
    "- {folder: 'b/{city | slug}', configuration: {path: b.csv}}\n",
    { '/tip/b.csv': ROWS },
    [
      ['b/onetwo-three-four-é9', 'onetwo-three-four-é9', 'onetwo-three-four-é9'],
      ['b/ice-cream-2-scoops', 'ice-cream-2-scoops', 'ice-cream-2-scoops'],
      ['b/rowxcolumn12b', 'rowxcolumn12b', 'rowxcolumn12b'],
      ['b/htmlpage', 'htmlpage', 'htmlpage'],
      ['b/a-b', 'a-b', 'a-b'],
      ['b/straße', 'straße', 'straße'],
      ['b/日本-語', '日本-語', '日本-語'],
      ['b/new-york-city', 'new-york-city', 'new-york-city']
    ]
  ],
  [
    "- {folder: 'b/{n}', name: 'n {n} {note}', configuration: {path: b.csv}}\n",
    { '/tip/b.csv': ROWS },
    [
      ['b/1', 'n 1 x1y2', 'n-1-x1y2'],
      ['b/2', 'n 2 y2.5', 'n-2-y2-5'],
      ['b/1e-05', 'n 1e-05 3.50', 'n-1e-05-3-50'],
      ['b/1000000000000000000000', 'n 1000000000000000000000 -3', 'n-1000000000000000000000-3'],
      ['b/3.1', 'n 3.1 a/b', 'n-3-1-a-b'],
      ['b/-4', 'n -4 日本 語', 'n-4-日本-語'],
      ['b/1000', 'n 1000 Zz', 'n-1000-zz'],
      ['b/0.1', 'n 0.1 01.0', 'n-0-1-01-0']
    ]
  ],
  [
    "- {folder: 'x/{city}', name: '{note} of {town name}', reference: {folder: ref}, configuration: {path: b.csv}}\n- {folder: 'y/{n}-{city}', reference: {folder: ref}}\n- {folder: batches/Plain One}\n- {folder: batches/two, name: Second Batch}\n- {folder: batches/three, name: Third, slug: My Slug_3}\n",
    {
      '/tip/b.csv': 'city,note\nOslo,n1\nRio de Janeiro,n 2\n',
      '/tip/ref/input/variables.dictionary':
        '{"city": "Ref City", "n": 3.0, "town name": "Ref Town"}'
    },
    [
      ['x/Oslo', 'n1 of Ref Town', 'n1-of-ref-town'],
      ['x/Rio de Janeiro', 'n 2 of Ref Town', 'n-2-of-ref-town'],
      ['y/3.0-Ref City', '3.0-Ref City', '3-0-ref-city'],
      ['batches/Plain One', 'Plain One', 'plain-one'],
      ['batches/two', 'Second Batch', 'second-batch'],
      ['batches/three', 'Third', 'my-slug-3']
    ]
  ]
];

describe('names of batches', () => {
  it.each(CASES)('are those of the original framework: %s', async (items, more, expected) => {
    const files = new MemoryFiles({ '/tip/automate.yaml': CONFIGURATION + items, ...more });
    const automation = await automationFor(files);
    const { batches } = await readBatches(files, automation, { views: fakeViews });
    expect(batches.map(({ folder, name, slug }) => [folder, name, slug])).toEqual(expected);
  });
});
