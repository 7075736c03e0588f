import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runBounded } from './bounded.mjs';
import { requireBrowser } from './browser.mjs';
import { LINT_CHECKS, runChecks, SCRIPT_CHECKS, TYPE_CHECKS } from './checks.mjs';
import { installGateways } from './gateways.mjs';
import { installKernels } from './kernels.mjs';
import { createEnvironment, requireNode } from './node.mjs';
import { PYTHON, ROOT, SETUP_FOLDER, TOOLS } from './paths.mjs';
import {
  createResults,
  readFailedFiles,
  readJest,
  readPlaywright,
  readPytest,
  withSecondTry
} from './results.mjs';
import { announce, StepError } from './run.mjs';
import { buildWheel } from './wheel.mjs';

const RESULTS_FOLDER = path.join(SETUP_FOLDER, 'results');

/** More than any part takes on two slow cores. */
const LIMIT_MS = 20 * 60_000;

/**
 * The parts of the tests in the order in which they run, quick ones first.
 *
 * Each takes the words for its tool and gives its results; a check counts as a test.
 */
export const PARTS = {
  check: runAllChecks,
  unit: runJest,
  conformance: runConformance,
  browser: runPlaywright,
  python: runPythonTests,
  package: async words =>
    runPytest('package', ['-m', 'package', ...words], {
      variables: { CROSSCOMPUTE_WHEEL: await buildWheel() }
    })
};

/** Parts that run side by side: the one waits for its clocks, the other for the network. */
export const SIDE_BY_SIDE = ['python', 'package'];

async function runAllChecks() {
  const checks = [...TYPE_CHECKS, ...LINT_CHECKS, ...SCRIPT_CHECKS];
  const failed = await runChecks(checks);
  return { ...createResults(), passed: checks.length - failed.length, failed };
}

let installing = null;

/**
 * Install what unit tests talk to, such as gateways and kernels of other languages; only the first call does it. It
 * waits for the network more than for a processor.
 */
export function installTestTools() {
  installing ??= (async () => {
    await installGateways();
    await installKernels();
  })();
  return installing;
}

async function runJest(words) {
  if (!words.length) {
    await installTestTools();
  }
  announce('Unit tests');
  const file = prepareResultFile('unit.json');
  const first = await runJestOnce(file, words);
  const failed = existsSync(file) ? readFailedFiles(file) : [];
  if (!failed.length) {
    return first;
  }
  return withSecondTry(first, () => {
    announce('Unit tests that failed, alone');
    const again = prepareResultFile('unit-again.json');
    return runJestOnce(again, ['--runInBand', '--runTestsByPath', ...failed]);
  });
}

async function runJestOnce(file, words) {
  const status = await runTool(
    file,
    requireNode(),
    [TOOLS.jest, '--json', `--outputFile=${file}`, ...words],
    // With --json jest prints the report as well; the readable one goes to standard error.
    { env: createEnvironment(), stdio: ['inherit', 'ignore', 'inherit'] }
  );
  return requireStatus(readJest(file), status, 'jest');
}

/** What they print is shown at their end, where another part may be talking meanwhile. */
async function runPythonTests(words) {
  const file = prepareResultFile('python.log');
  const said = openSync(file, 'w');
  try {
    const stdio = words.length ? 'inherit' : ['ignore', said, said];
    return await runPytest('python', words, { stdio });
  } finally {
    closeSync(said);
    process.stdout.write(readFileSync(file));
  }
}

async function runPytest(name, words, { variables = {}, ...options } = {}) {
  announce(name === 'package' ? 'Tests of the wheel' : 'Python tests');
  const file = prepareResultFile(`${name}.xml`);
  const status = await runTool(file, PYTHON, ['-m', 'pytest', `--junitxml=${file}`, ...words], {
    env: createEnvironment(variables),
    ...options
  });
  return requireStatus(readPytest(file), status, 'pytest');
}

async function runPlaywright(words) {
  announce('Browser tests');
  const config = path.join(ROOT, 'ui-tests', 'playwright.config.js');
  if (!existsSync(config)) {
    throw new StepError(`There are no browser tests: ${config} is missing.`);
  }
  return withSecondTry(await runPlaywrightOnce('browser.json', config, words), () => {
    announce('Browser tests that failed, alone');
    const again = ['--last-failed', '--workers=1', '--trace=retain-on-failure'];
    return runPlaywrightOnce('browser-again.json', config, again);
  });
}

async function runPlaywrightOnce(name, config, words) {
  const file = prepareResultFile(name);
  const status = await runTool(
    file,
    requireNode(),
    [TOOLS.playwright, 'test', '--config', config, '--reporter=list,json', ...words],
    {
      env: createEnvironment({
        CROSSCOMPUTE_CHROMIUM: await requireBrowser(),
        PLAYWRIGHT_JSON_OUTPUT_FILE: file,
        PLAYWRIGHT_JSON_OUTPUT_NAME: file
      })
    }
  );
  return requireStatus(readPlaywright(file), status, 'playwright');
}

async function runConformance(words) {
  announce('Conformance');
  const file = prepareResultFile('conformance.json');
  await runTool(
    file,
    requireNode(),
    [path.join(ROOT, 'conformance', 'run.mjs'), '--json', file, ...words],
    {
      env: createEnvironment()
    }
  );
  return existsSync(file)
    ? { ...createResults(), ...JSON.parse(readFileSync(file, 'utf8')) }
    : { ...createResults(), failed: ['the conformance cases could not run'] };
}

/** @param file - that the tool writes its results to when it is through */
function runTool(file, command, words, options) {
  const isDone = () => existsSync(file);
  return runBounded(command, words, { ...options, isDone, limitMs: LIMIT_MS });
}

function prepareResultFile(name) {
  const file = path.join(RESULTS_FOLDER, name);
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  rmSync(file, { force: true });
  return file;
}

/** A tool that failed although none of its tests did is a failure of its own. */
function requireStatus(results, status, tool) {
  return status !== 0 && results.failed.length === 0
    ? { ...results, failed: [`${tool} ended with status ${status}`] }
    : results;
}
