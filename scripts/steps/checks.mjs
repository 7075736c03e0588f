import path from 'node:path';
import { createEnvironment, findNode } from './node.mjs';
import { ROOT, TOOLS } from './paths.mjs';
import { announce, runWhole } from './run.mjs';

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

/** Checks at once; more would only wait for each other on a small machine. */
const PARALLEL_CHECKS = 2;

/**
 * Run checks, all of them, whatever fails; each one's output is shown as a whole.
 *
 * @returns names of those that failed, in the order of the checks
 */
export async function runChecks(checks) {
  const node = findNode();
  const env = node ? createEnvironment() : process.env;
  const failed = new Set();
  const waiting = checks.values();
  const work = async () => {
    for (const { name, tool, words } of waiting) {
      const { status, text } = await runWhole(node ?? process.execPath, [tool, ...words], { env });
      announce(name);
      process.stdout.write(text);
      if (status !== 0) {
        failed.add(name);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_CHECKS }, work));
  return checks.map(({ name }) => name).filter(name => failed.has(name));
}
