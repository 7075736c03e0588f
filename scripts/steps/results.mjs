import { existsSync, readFileSync } from 'node:fs';

/**
 * What a part of the tests gave: counts, names of what failed, and why something was skipped.
 *
 * @typedef {{ passed: number, failed: string[], skipped: string[] }} Results
 */

/** @returns {Results} */
export function createResults() {
  return { passed: 0, failed: [], skipped: [] };
}

/** Put the results of parts together. */
export function addResults(all) {
  return all.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: [...sum.failed, ...one.failed],
      skipped: [...sum.skipped, ...one.skipped]
    }),
    createResults()
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
