import { MemoryFiles } from '../../../testing/memoryFiles';
import { formatProblem } from '../../problem';
import { readAutomation } from '../readAutomation';
import { fakeViews } from './fakeViews';

async function problemsOf(expression: string): Promise<string[]> {
  const text = `crosscompute: 0.9.4
input:
  variables:
  - {id: guests, view: number, path: v.dictionary}
  - {id: town name, view: string, path: v.dictionary}
  templates:
  - path: a.md
    expression: ${expression}
output:
batches: [{folder: batches/standard}]
`;
  const files = new MemoryFiles({ '/root/automate.yaml': text, '/root/a.md': 'A' });
  const { problems } = await readAutomation(files, '/root/automate.yaml', {
    views: fakeViews,
    environment: () => undefined,
    rootFolder: '/root'
  });
  return problems
    .filter(({ code }) => code.startsWith('expression-'))
    .map(problem => formatProblem({ ...problem, file: 'automate.yaml' }));
}

describe('checkExpressions()', () => {
  it.each(["guests > 4 && variables['town name'] !== ''", '~', "''", 'true', '" guests "'])(
    'has nothing against %s',
    async expression => {
      expect(await problemsOf(expression)).toEqual([]);
    }
  );

  it.each([
    [
      'guests >',
      'automate.yaml:8:25 error expression-syntax: expression: the end is not expected here at column 9'
    ],
    [
      '"  guests = 4"',
      'automate.yaml:8:27 error expression-forbidden: expression: "=" is not allowed in an expression at column 8'
    ],
    [
      "'guest > 4'",
      'automate.yaml:8:18 error expression-variable: expression uses "guest", which is not an input variable; did you mean "guests"?'
    ],
    [
      "guests && variables['town'].trim()",
      'automate.yaml:8:27 error expression-variable: expression uses "town", which is not an input variable'
    ],
    [
      'guests.constructor',
      'automate.yaml:8:24 error expression-forbidden: expression: ".constructor" is not allowed in an expression at column 8'
    ]
  ])('says where %s is wrong', async (expression, line) => {
    expect(await problemsOf(expression)).toEqual([line]);
  });

  it('names each variable that is no input', async () => {
    expect(await problemsOf('"guests ? window : fetch(guests)"')).toEqual([
      expect.stringContaining('expression-forbidden: expression: "fetch()" is not allowed')
    ]);
    expect(await problemsOf('window == document')).toHaveLength(2);
  });
});
