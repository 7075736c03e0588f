import { constants, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { HttpError } from '../httpError';

/** Names of programs that print as Chromium does, best first. */
const PROGRAMS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge'
] as const;

/** Where they lie when they are not on the PATH. */
const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
  ]
};

/**
 * Find the browser that prints: the one that `CHROMIUM_PATH` names, else the first that is installed.
 *
 * @param environment - `CHROMIUM_PATH` and `PATH` are looked at
 * @param platform - default that of this process
 * @returns absolute path of a program
 * @throws {HttpError} 503 `printer-unavailable` with what to do
 */
export async function findBrowser(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform
): Promise<string> {
  const named = environment.CHROMIUM_PATH;
  if (named) {
    if (await isProgram(named)) {
      return path.resolve(named);
    }
    throw unavailable(`CHROMIUM_PATH names "${named}", which is no program; correct it`);
  }
  const suffix = platform === 'win32' ? '.exe' : '';
  const folders = (environment.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = PROGRAMS.flatMap(name => folders.map(folder => path.join(folder, name + suffix)));
  for (const candidate of [...onPath, ...(PLACES[platform] ?? [])]) {
    if (await isProgram(candidate)) {
      return candidate;
    }
  }
  throw unavailable(
    'no Chromium was found; printing is off. Install Chromium or Chrome, or set CHROMIUM_PATH'
  );
}

function unavailable(message: string): HttpError {
  return new HttpError(503, 'printer-unavailable', message);
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await fs.access(file, constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    // Absent, or not ours to start: in either case it is not the one.
    return false;
  }
}
