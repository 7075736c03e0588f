import { existsSync } from 'node:fs';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Give the system's Chromium to some work, and close it afterwards.
 *
 * @template T
 * @param {(browser: import('@playwright/test').Browser) => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {Error} when Playwright is not installed, or no browser starts
 */
export async function withChromium(work) {
  const { chromium } = await importPlaywright();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? PATHS.find(file => existsSync(file)),
    args: ['--no-sandbox']
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

async function importPlaywright() {
  try {
    return await import('@playwright/test');
  } catch (error) {
    throw new Error('Playwright is not installed; run npm run setup', { cause: error });
  }
}
