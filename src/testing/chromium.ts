import { existsSync } from 'node:fs';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome'
];

/** Path of a real Chromium for specs; null where none is installed. */
export const CHROMIUM = CANDIDATES.find(path => path && existsSync(path)) ?? null;

/** `describe` for specs that print with a real Chromium; skipped, with the reason in its name, where none is. */
export const describeWithChromium: typeof describe = CHROMIUM
  ? describe
  : Object.assign(
      (name: string, work: () => void) =>
        describe.skip(`${name} (skipped: no Chromium is installed)`, work),
      describe
    );
