import { read } from './reading';

const FILE = `crosscompute: 0.9.4
input:
  variables:
    - {id: host, view: string, path: variables.dictionary}
    - {id: token, view: string, path: ENVIRONMENT}
output:
  variables:
    - {id: report, view: text, path: report.txt}
    - {id: count, view: number, path: variables.dictionary}
batches:
  - folder: batches/standard
scripts:
  - command: ./process.py
`;

describe('scripts with a protocol', () => {
  it('get arguments and a result', async () => {
    const { automation, problems } = await read(
      `${FILE}    protocol: progress\n    arguments: [host]\n    result: report\n`
    );
    expect(automation?.scripts[0]).toMatchObject({
      protocol: 'progress',
      parameters: { inputs: ['host'], result: 'report' }
    });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each([
    ['arguments: [host, token]', 'argument-secret'],
    ['arguments: [hots]', 'argument-unknown'],
    ['result: count', 'script-result'],
    ['result: reports', 'script-result']
  ])('refuse %s', async (line, code) => {
    const { problems } = await read(`${FILE}    protocol: progress\n    ${line}\n`);
    expect(problems).toContainEqual(expect.objectContaining({ code, severity: 'error', line: 15 }));
  });

  it('are told of keys that have no effect without it', async () => {
    const { automation, problems } = await read(`${FILE}    arguments: [host]\n`);
    expect(problems).toContainEqual(expect.objectContaining({ code: 'unused-key', line: 14 }));
    expect(automation?.scripts[0]).not.toHaveProperty('parameters');
  });
});
