import path from 'node:path';
import { createEnvironment, findNode } from './node.mjs';
import { ROOT, TOOLS } from './paths.mjs';
import { announce, runStatus } from './run.mjs';

/** Type checks: what is shipped, with the libraries of each folder, and then everything with its tests. */
export const TYPE_CHECKS = [
  {
    name: 'types of core, page and lab',
    tool: TOOLS.typescript,
    words: ['--build', 'tsconfig.json']
  },
  { name: 'types of server', tool: TOOLS.typescript, words: ['-p', 'src/server', '--noEmit'] },
  {
    name: 'types of tests',
    tool: TOOLS.typescript,
    words: ['-p', 'tsconfig.test.json', '--noEmit']
  }
];

/** Rules that are not of types. */
export const LINT_CHECKS = [
  { name: 'eslint', tool: TOOLS.eslint, words: ['--max-warnings', '0', '.'] },
  { name: 'prettier', tool: TOOLS.prettier, words: ['--check', '.'] },
  {
    name: 'stylelint',
    tool: TOOLS.stylelint,
    words: ['--allow-empty-input', 'style/**/*.css', 'src/**/*.css']
  }
];

/** What has no test runner of its own. */
export const SCRIPT_CHECKS = [
  {
    name: 'arithmetic of the benchmarks',
    tool: path.join(ROOT, 'benchmarks', 'table.test.mjs'),
    words: []
  }
];

/**
 * Run checks one after the other, all of them, whatever fails.
 *
 * @returns names of those that failed
 */
export async function runChecks(checks) {
  const node = findNode();
  const env = node ? createEnvironment() : process.env;
  const failed = [];
  for (const { name, tool, words } of checks) {
    announce(name);
    if ((await runStatus(node ?? process.execPath, [tool, ...words], { env })) !== 0) {
      failed.push(name);
    }
  }
  return failed;
}
