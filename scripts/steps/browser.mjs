import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findExecutable, ROOT } from './paths.mjs';
import { announce, run, StepError } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
];

/**
 * Find a Chromium for the browser tests; as root on Debian and its kin, install one where it is missing.
 *
 * @returns path of the executable
 * @throws {StepError} when there is none, with what to do
 */
export async function requireBrowser() {
  const found = findBrowser();
  if (found) {
    return found;
  }
  const installer = findExecutable('apt-get');
  if (process.getuid?.() === 0 && installer) {
    announce('Installing Chromium');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run(installer, ['update'], { env });
    await run(installer, ['install', '--yes', '--no-install-recommends', 'chromium'], { env });
  }
  const installed = findBrowser();
  if (!installed) {
    throw new StepError(
      'The browser tests need Chromium, and it was not found. Install it (Debian and Ubuntu: apt-get install ' +
        'chromium), name it (CROSSCOMPUTE_CHROMIUM=/path/to/chromium), or run: npx playwright install chromium'
    );
  }
  return installed;
}

function findBrowser() {
  const named = process.env.CROSSCOMPUTE_CHROMIUM;
  if (named) {
    if (!existsSync(named)) {
      throw new StepError(`CROSSCOMPUTE_CHROMIUM names "${named}", which does not exist.`);
    }
    return named;
  }
  const installed =
    NAMES.map(findExecutable).find(Boolean) ?? PLACES.find(place => existsSync(place));
  if (installed) {
    return installed;
  }
  const downloaded = createRequire(`${ROOT}/package.json`)(
    '@playwright/test'
  ).chromium.executablePath();
  return existsSync(downloaded) ? downloaded : null;
}
