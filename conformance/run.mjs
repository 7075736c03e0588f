// npm run test:conformance: the automations of this folder against this server, and against the original
// framework where it is installed. --only NAME for some, --json FILE for the results.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../scripts/steps/run.mjs';
import { createResults } from '../scripts/steps/results.mjs';
import { checkBroken } from './runner/broken.mjs';
import { readCases, slugOf } from './runner/cases.mjs';
import { judgeAbsent, judgeFiles } from './runner/files.mjs';
import { expectationOf, sendRequests } from './runner/requests.mjs';
import { createSite } from './runner/site.mjs';
import { findOriginal, OURS, runBatches, serveSite } from './runner/systems.mjs';

await runMain(async words => {
  const { values } = parseArgs({
    args: words,
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      keep: { type: 'boolean' },
      system: { type: 'string' }
    }
  });
  const results = createResults();
  const cases = readCases('automations', values.only);
  const original = findOriginal();
  for (const system of [OURS, ...(original ? [original] : [])]) {
    if (values.system && values.system !== system.name) {
      continue;
    }
    await conform(system, cases, results, values.keep);
  }
  if (!original) {
    results.skipped.push(
      'comparison with the original: it is not installed; npm run conformance:original does it'
    );
  }
  await checkBroken(readCases('broken', values.only), results);
  if (values.json) {
    writeFileSync(values.json, JSON.stringify(results));
  }
  process.stdout.write(`${results.passed} passed, ${results.failed.length} failed\n`);
  return results.failed.length ? 1 : 0;
});

async function conform(system, all, results, isKept) {
  const folder = mkdtempSync(path.join(tmpdir(), `conformance-${system.name}-`));
  const cases = all.filter(item => expectationOf(item, system.name).skip === undefined);
  process.stdout.write(`\n› ${cases.length} automations against ${system.name}\n`);
  try {
    const configuration = createSite(folder, cases);
    const ran = await runBatches(system, configuration);
    if (isKept) {
      process.stdout.write(ran.text);
    }
    const site = await serveSite(system, configuration);
    try {
      for (const item of cases) {
        await conformOne(system, item, { folder: path.join(folder, item.name), site }, results);
      }
    } finally {
      await site.stop();
    }
  } finally {
    if (isKept) {
      process.stdout.write(`kept: ${folder}\n`);
    } else {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function conformOne(system, item, { folder, site }, results) {
  const expected = expectationOf(item, system.name);
  const context = { uri: site.uri, slug: slugOf(item), folder, system: system.name };
  const differences = [
    ...(await judgeCodes(context, expected.run)),
    ...judgeFiles(folder, expected.files),
    ...judgeAbsent(folder, expected['absent-files'])
  ];
  record(results, `${system.name} › ${item.name} › run`, differences);
  for (const { title, differences: found } of await sendRequests(expected.requests, context)) {
    record(results, `${system.name} › ${item.name} › ${title}`, found);
  }
}

/** Return codes of batches, as their pages tell them. */
async function judgeCodes(context, codes) {
  const lines = await Promise.all(
    Object.entries(codes ?? {}).map(async ([slug, code]) => {
      const batch = `${context.uri}/a/${encodeURIComponent(context.slug)}/b/${encodeURIComponent(slug)}`;
      const response = await fetch(`${batch}/d/return_code`);
      const found = response.ok ? Number(await response.text()) : null;
      return found === code ? [] : [`${slug}: expected return code ${code}, found ${found}`];
    })
  );
  return lines.flat();
}

function record(results, name, differences) {
  if (differences.length) {
    results.failed.push(name);
    process.stdout.write(`✘ ${name}\n${differences.map(line => `    ${line}\n`).join('')}`);
  } else {
    results.passed += 1;
  }
}
