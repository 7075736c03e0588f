import { existsSync, readFileSync } from 'node:fs';

/**
 * What a part of the tests gave: counts, names of what failed, and why something was skipped.
 *
 * @typedef {{ passed: number, failed: string[], skipped: string[], repeated: string[] }} Results `repeated` names what
 *   failed beside the others and passed alone
 */

/** @returns {Results} */
export function createResults() {
  return { passed: 0, failed: [], skipped: [], repeated: [] };
}

/** Put the results of parts together. */
export function addResults(all) {
  return all.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: [...sum.failed, ...one.failed],
      skipped: [...sum.skipped, ...one.skipped],
      repeated: [...sum.repeated, ...one.repeated]
    }),
    createResults()
  );
}

/** More than so many failures are no matter of a busy machine. */
const MOST_REPEATED = 3;

/**
 * Run the few tests that failed once more, alone: two workers and a browser share the cores of a small machine, and what
 * fails for that alone is a test to mend, but no fault of the change. It is named, so that nobody overlooks it.
 *
 * @param {Results} first
 * @param {() => Promise<Results>} repeat - runs what failed, and perhaps its neighbours
 * @returns {Promise<Results>}
 */
export async function withSecondTry(first, repeat) {
  const { failed } = first;
  if (!failed.length || failed.length > MOST_REPEATED) {
    return first;
  }
  const again = await repeat();
  const repeated = failed.filter(name => !again.failed.includes(name));
  return { ...first, failed: again.failed, passed: first.passed + repeated.length, repeated };
}

/** @returns {string[]} paths of the files of which `jest --json` says that something failed */
export function readFailedFiles(file) {
  return JSON.parse(readFileSync(file, 'utf8')).testResults.flatMap(({ name, status }) =>
    status === 'failed' ? [name] : []
  );
}

/** Read what `jest --json` wrote. */
export function readJest(file) {
  return readResults(file, text => {
    const results = createResults();
    for (const suite of JSON.parse(text).testResults) {
      if (suite.status === 'failed' && !suite.assertionResults.some(isFailed)) {
        results.failed.push(suite.name); // it did not even load
      }
      for (const test of suite.assertionResults) {
        add(
          results,
          test.status === 'pending' || test.status === 'todo' ? 'skipped' : test.status,
          test.fullName
        );
      }
    }
    return results;
  });
}

const isFailed = ({ status }) => status === 'failed';

/** Read what `playwright test --reporter=json` wrote; a test that passed at the second try only has failed. */
export function readPlaywright(file) {
  return readResults(file, text => {
    const results = createResults();
    const report = JSON.parse(text);
    const visit = (suite, names) => {
      for (const spec of suite.specs ?? []) {
        const name = [...names, spec.title].filter(Boolean).join(' › ');
        for (const test of spec.tests) {
          const reason = test.annotations.find(({ type }) => type === 'skip')?.description;
          const state = { expected: 'passed', skipped: 'skipped' }[test.status] ?? 'failed';
          add(results, state, reason ? `${name}: ${reason}` : name);
        }
      }
      (suite.suites ?? []).forEach(inner => visit(inner, [...names, inner.title]));
    };
    report.suites.forEach(suite => visit(suite, [suite.title]));
    results.failed.push(
      ...report.errors.map(({ message }) => message ?? 'error outside of a test')
    );
    return results;
  });
}

/** Read what `pytest --junitxml` wrote. */
export function readPytest(file) {
  return readResults(file, text => {
    const results = createResults();
    for (const [, attributes, body = ''] of text.matchAll(
      /<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g
    )) {
      const name = `${readAttribute(attributes, 'classname')}.${readAttribute(attributes, 'name')}`;
      const skipped = /<skipped\b((?:[^>"]|"[^"]*")*)>/.exec(body);
      const state = /<(failure|error)\b/.test(body) ? 'failed' : skipped ? 'skipped' : 'passed';
      add(results, state, skipped ? `${name}: ${readAttribute(skipped[1], 'message')}` : name);
    }
    return results;
  });
}

function readAttribute(attributes, name) {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return found.replace(/&(quot|lt|gt|amp|apos);/g, (_, entity) => ENTITIES[entity]);
}

const ENTITIES = { quot: '"', lt: '<', gt: '>', amp: '&', apos: "'" };

function add(results, state, name) {
  if (state === 'passed') {
    results.passed += 1;
  } else {
    results[state].push(name);
  }
}

/** A report that was not written means that the tool itself failed. */
function readResults(file, parse) {
  if (!existsSync(file)) {
    return { ...createResults(), failed: [`no results in ${file}`] };
  }
  return parse(readFileSync(file, 'utf8'));
}
