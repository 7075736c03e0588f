import { spawn } from 'node:child_process';
import path from 'node:path';
import { OURS } from './systems.mjs';

/**
 * Check the configurations that have mistakes: each problem must be told with its code at its line.
 *
 * @param results - gets what passed and failed
 */
export async function checkBroken(cases, results) {
  for (const item of cases) {
    const { status, text } = await check(path.join(item.folder, item.configuration));
    const found = JSON.parse(text).problems.map(
      ({ file, line, code }) => `${path.basename(file)}:${line} ${code}`
    );
    const missing = item.problems.filter(problem => !found.includes(problem));
    const further = found.filter(problem => !item.problems.includes(problem));
    const name = `broken › ${item.name}`;
    if (missing.length || further.length || status !== (item.status ?? 2)) {
      results.failed.push(name);
      const lines = [...missing.map(p => `missing: ${p}`), ...further.map(p => `unexpected: ${p}`)];
      process.stdout.write(
        `✘ ${name} (exit status ${status})\n${lines.map(l => `    ${l}\n`).join('')}`
      );
    } else {
      results.passed += 1;
    }
  }
}

function check(configuration) {
  const [command, words] = OURS.command(['check', '--json', configuration]);
  const child = spawn(command, words, {
    env: OURS.environment(),
    stdio: ['ignore', 'pipe', 'inherit']
  });
  let text = '';
  child.stdout.on('data', chunk => (text += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => resolve({ status, text }));
  });
}
