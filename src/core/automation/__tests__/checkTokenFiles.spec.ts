import { MemoryFiles } from '../../../testing/memoryFiles';
import { createViewRegistry } from '../../view/registry';
import { readAutomation } from '../readAutomation';

const CONFIGURATION = `crosscompute: 0.9.4
authorization: {tokens: [{path: tokens.yaml}]}
`;

describe('checkTokenFiles()', () => {
  async function check(tokens: string) {
    const files = new MemoryFiles({ '/x/automate.yaml': CONFIGURATION, '/x/tokens.yaml': tokens });
    const { problems } = await readAutomation(files, '/x/automate.yaml', {
      views: createViewRegistry(),
      environment: name => (name === 'LONG_TOKEN' ? 'x'.repeat(32) : undefined),
      rootFolder: '/x'
    });
    return problems;
  }

  it('has nothing to say of good tokens', async () => {
    expect(await check('sufficiently-long-token: {role: a}\n"{LONG_TOKEN}":\n')).toEqual([]);
  });

  it('names short tokens, identities that are none and variables that are not set by their place', async () => {
    const problems = await check('swordfish: {}\nsufficiently-long-token: yes\n"{NOWHERE}": {}\n');
    expect(problems.map(({ line, severity, code }) => [line, severity, code])).toEqual([
      [1, 'warning', 'token-weak'],
      [2, 'error', 'token-identity'],
      [3, 'error', 'token-variable']
    ]);
  });

  it('never says a token', async () => {
    for (const text of ['swordfish: 1\n', 'swordfish: {\n', 'swordfish\n: :']) {
      expect(JSON.stringify(await check(text))).not.toContain('swordfish');
    }
  });
});
