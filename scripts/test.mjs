// npm test: set up, then every part of the tests. `node scripts/test.mjs unit src/core` runs one part; what
// follows its name goes to its tool. Ends with one line: N passed, N failed.
import { addResults, createResults } from './steps/results.mjs';
import { runMain, StepError } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';
import { installTestTools, PARTS, SIDE_BY_SIDE } from './steps/testParts.mjs';

await runMain(async words => {
  const end = words.findIndex(word => !(word in PARTS));
  const chosen = end < 0 ? words : words.slice(0, end);
  const rest = end < 0 ? [] : words.slice(end);
  if (rest.length && chosen.length !== 1) {
    throw new StepError(
      `Usage: node scripts/test.mjs [PART…] or PART ARGUMENTS…; parts are ${Object.keys(PARTS).join(', ')}.`
    );
  }
  const all = [await attempt('set-up', async () => (await setUp(), createResults()))];
  if (!all[0].failed.length) {
    if (!chosen.length) {
      // While checks use the processor; the unit tests wait for it, and say what is wrong with it.
      installTestTools().catch(() => undefined);
    }
    for (const names of groupParts(chosen.length ? chosen : Object.keys(PARTS))) {
      all.push(...(await Promise.all(names.map(name => attempt(name, () => PARTS[name](rest))))));
    }
  }
  return report(addResults(all));
});

/** Parts one after the other, but for those that run side by side. */
function groupParts(names) {
  const isBeside = name => SIDE_BY_SIDE.includes(name);
  const alone = names.filter(name => !isBeside(name)).map(name => [name]);
  const beside = names.filter(isBeside);
  return beside.length ? [...alone, beside] : alone;
}

/** A part that cannot run is one failure, and the others run all the same. */
async function attempt(name, work) {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof StepError ? error.message : (error?.stack ?? String(error));
    process.stderr.write(`\n${reason}\n`);
    return { ...createResults(), failed: [`${name} could not run`] };
  }
}

function report({ passed, failed, skipped, repeated }) {
  const list = (title, names) =>
    names.length ? `\n${title}:\n${names.map(name => `  ${name}\n`).join('')}` : '';
  process.stdout.write(
    list('Skipped', skipped) +
      list('Failed beside others and passed alone: to be mended', repeated) +
      list('Failed', failed)
  );
  const counts = [`${passed} passed`, `${failed.length} failed`];
  if (skipped.length) {
    counts.push(`${skipped.length} skipped`);
  }
  process.stdout.write(`\n${counts.join(', ')}\n`);
  return failed.length ? 1 : 0;
}
