import { createViewRegistry } from '../../../core/view/registry';
import { MemoryFiles } from '../../../testing/memoryFiles';
import { readSiteContent } from '../siteContent';

const CONFIGURATION = `crosscompute: 0.9.4
input:
  variables:
    - {id: number, view: number, path: variables.dictionary}
    - {id: name, view: strin, path: variables.dictionary}
output:
  variables:
    - {id: double, view: number, path: variables.dictionary}
batches:
  - {folder: 'batches/{number}', configuration: {path: rows.csv}}
  - {folder: batches/standard}
`;

describe('readSiteContent()', () => {
  const read = (files: Record<string, string>) =>
    readSiteContent(
      {
        files: new MemoryFiles(files),
        views: createViewRegistry(),
        rootFolder: '/x',
        environment: () => undefined
      },
      '/x/automate.yaml',
      () => null
    );

  it('tells the mistakes in rows beside those of the configuration', async () => {
    const { problems, members } = await read({
      '/x/automate.yaml': CONFIGURATION,
      '/x/rows.csv': 'number,name,name\nmany,a,b\n'
    });
    expect(problems.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      '/x/automate.yaml:5 unknown-view',
      '/x/rows.csv:1 csv-header',
      '/x/rows.csv:2 batch-value-invalid'
    ]);
    expect(members[0].content).toMatchObject({ automation: null, batches: [], isInvalid: true });
  });
});
