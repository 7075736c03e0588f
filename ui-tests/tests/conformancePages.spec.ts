import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { IAutomationSummary, IBatchPage } from '../../src/core/api';
import { STEP_CODES, STEP_NAMES } from '../../src/core/automation/automation';
import { findCutOff, findUnreachable, installFocusLog, shapeOf } from './reach';
import { COMMAND, ServedSite } from './served';
import { rootFolder } from './tool';

const CASES = path.join(__dirname, '..', '..', 'conformance', 'automations');

/** What the cases find in their environment, see `conformance/runner/systems.mjs`. */
const ENVIRONMENT = {
  CONFORMANCE_SECRET: 'swordfish',
  CONFORMANCE_REGION: 'euwest',
  CONFORMANCE_TOKEN: 'conformance-token-of-ada'
};

/** In `access/tokens.yaml`: sees everything of the one case with rules. */
const TOKEN = 'head-token-of-the-head-0001';

/** A window of 1280 × 800 at 200 %, and the narrowest phone. */
const SIZES = [
  { name: '200 %', width: 640, height: 400 },
  { name: '320 px', width: 320, height: 640 }
];
const [WIDEST, NARROWEST] = SIZES;

/** Pages that are walked at once. */
const WALKERS = 2;

/** What passed needs no description, and style sheets are read as the browser has them. */
const AXE_OPTIONS = { resultTypes: ['violations' as const], preload: false };

type AxeResults = Awaited<ReturnType<AxeBuilder['analyze']>>;
type AxeWindow = Window & {
  axe?: { run(root: Document, options: object): Promise<AxeResults> };
};

test.describe('every page of every automation of the conformance cases', () => {
  let site: ServedSite;
  let addresses: string[];

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    const environment = { ...process.env, ...ENVIRONMENT };
    const folder = copyCases();
    try {
      execFileSync(COMMAND, ['run', folder], { env: environment, stdio: 'ignore' });
    } catch {
      // Some cases fail on purpose: their pages say so, and are looked at as the others are.
    }
    site = await ServedSite.start(folder, environment);
    addresses = await listAddresses(site.uri);
  });

  test.afterAll(() => site.stop());

  test('axe has nothing to say, all of it fits and is reached by keyboard', async ({ browser }) => {
    test.setTimeout(600_000);
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const found: string[] = [];
    const shapes = new Set<string>();
    const waiting = addresses.values();
    const walk = async () => {
      const page = await context.newPage();
      await page.addInitScript(installFocusLog);
      await page.emulateMedia({ colorScheme: 'light' });
      for (const address of waiting) {
        await page.goto(`${site.uri}${address}`, { waitUntil: 'load' });
        const problems = await judge(page, shapes);
        found.push(...problems.map(problem => `/${address}: ${problem}`));
      }
    };
    await Promise.all(Array.from({ length: WALKERS }, walk));
    await context.close();
    expect(addresses.length).toBeGreaterThan(250);
    expect(found).toEqual([]);
  });
});

/** @param shapes - of pages that were judged before */
async function judge(page: Page, shapes: Set<string>): Promise<string[]> {
  const shape = await page.evaluate(shapeOf);
  const problems = [];
  // Pages that differ in words, names and addresses alone are all the same to axe and to the Tab key, which take most of
  // the time.
  if (!shapes.has(shape)) {
    shapes.add(shape);
    problems.push(...(await judgeByAxe(page)), ...(await judgeKeyboard(page)));
  }
  return [...problems, ...(await judgeSizes(page))];
}

/** What axe says in light, and of the colours in dark: nothing else differs. */
async function judgeByAxe(page: Page): Promise<string[]> {
  await resize(page, WIDEST);
  // Legacy: without a page of its own for each report, which would take most of the time.
  const light = await new AxeBuilder({ page }).options(AXE_OPTIONS).setLegacyMode().analyze();
  await page.emulateMedia({ colorScheme: 'dark' });
  // It is in the page by now; to bring it there takes as long as it takes to judge.
  const dark = await page.evaluate(options => (window as AxeWindow).axe?.run(document, options), {
    ...AXE_OPTIONS,
    runOnly: ['color-contrast', 'link-in-text-block']
  });
  await page.emulateMedia({ colorScheme: 'light' });
  if (!dark) {
    throw new Error(`axe is not in the page ${page.url()}`);
  }
  const say = (scheme: string, results: AxeResults) =>
    results.violations.map(
      ({ id, help, nodes }) => `${scheme}, ${id}: ${help}, ${nodes[0].html.slice(0, 200)}`
    );
  return [...say('light', light), ...say('dark', dark)];
}

/** In the narrowest window, where most is hidden in menus. */
async function judgeKeyboard(page: Page): Promise<string[]> {
  await resize(page, NARROWEST);
  return (await findUnreachable(page)).map(text => `Tab does not reach ${text}`);
}

/** In all sizes, the present one first: the next page begins in the one that this page ends in. */
async function judgeSizes(page: Page): Promise<string[]> {
  const isNarrow = page.viewportSize()?.width === NARROWEST.width;
  const problems: string[] = [];
  for (const size of isNarrow ? [NARROWEST, WIDEST] : SIZES) {
    await resize(page, size);
    problems.push(...(await page.evaluate(findCutOff)).map(text => `${size.name}, ${text}`));
  }
  return problems;
}

/** Only where it differs: each time the page is laid out anew. */
async function resize(page: Page, { width, height }: (typeof SIZES)[number]): Promise<void> {
  if (page.viewportSize()?.width !== width) {
    await page.setViewportSize({ width, height });
  }
}

/** All cases below one configuration that imports them. @returns absolute folder */
function copyCases(): string {
  const folder = path.join(rootFolder(), 'conformance-pages');
  const names = fs.readdirSync(CASES).sort();
  const imports = names.map(name => {
    fs.cpSync(path.join(CASES, name), path.join(folder, name), { recursive: true });
    const file = fs.readdirSync(path.join(CASES, name)).find(text => /^automate\.\w+$/.test(text));
    return `  - {path: ${name}/${file}}`;
  });
  const lines = ['crosscompute: 0.9.4', 'name: Conformance', 'imports:', ...imports];
  fs.writeFileSync(path.join(folder, 'automate.yaml'), `${lines.join('\n')}\n`);
  return folder;
}

/** Home, the page of each automation, and all steps of all their batches; with pages that refuse. */
async function listAddresses(uri: string): Promise<string[]> {
  const ask = async <T>(address: string): Promise<T> => {
    const response = await fetch(`${uri}api/${address}`, {
      headers: { authorization: `Bearer ${TOKEN}` }
    });
    expect([address, response.status]).toEqual([address, 200]);
    return (await response.json()) as T;
  };
  const addresses = ['', 'nowhere', 'a/access', `?_token=${TOKEN}`];
  const automations = await ask<IAutomationSummary[]>('automations');
  for (const automation of automations.filter(({ uri: own }) => own !== '')) {
    addresses.push(automation.uri);
    const { batches } = await ask<IBatchPage>(`automations/${automation.id}/batches?limit=4`);
    for (const { slug } of batches) {
      const at = `${automation.uri}/b/${encodeURIComponent(slug)}/`;
      addresses.push(...STEP_NAMES.map(step => at + STEP_CODES[step]));
    }
  }
  return addresses;
}
