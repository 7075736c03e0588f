import * as fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { HACKED, hostileAutomation } from '../../src/testing/hostileAutomation';
import { ServedSite } from './served';
import { rootFolder } from './tool';

const STEP = 'a/hostile/b/standard';

test.describe('hostile values on every view, in a browser', () => {
  // Every view, several times over, on ten pages.
  test.slow();

  let canary: Server;
  let hits: string[];
  let address: string;
  let folder: string;
  let site: ServedSite;

  test.beforeEach(async ({}, { title }) => {
    hits = [];
    canary = createServer((request, response) => {
      hits.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>(resolve => canary.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/hit`;
    folder = path.join(rootFolder(), `hostile-${title.replace(/[^a-z]+/gi, '-')}`);
    write(hostileAutomation(address));
    site = await ServedSite.start(folder);
  });

  test.afterEach(async () => {
    await site.stop();
    canary.closeAllConnections();
    await new Promise(resolve => canary.close(resolve));
  });

  function write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  }

  /** Bring every drawing into sight, and wait until each is drawn or given up. */
  async function settle(page: Page): Promise<void> {
    await expect
      .poll(() =>
        page.evaluate(() => {
          const waiting = document.querySelectorAll('[data-draw]:not([data-ready])');
          waiting[0]?.scrollIntoView();
          return waiting.length;
        })
      )
      .toBe(0);
    for (const element of await page.locator('[data-view]').all()) {
      await element.evaluate(shown => shown.scrollIntoView());
    }
  }

  async function expectHarmless(page: Page): Promise<void> {
    for (const frame of page.frames()) {
      const value = await frame.evaluate(name => Reflect.get(window, name) as unknown, HACKED);
      expect([frame.url(), value]).toEqual([frame.url(), undefined]);
    }
    expect(page.url()).toContain(site.uri);
    expect(hits).toEqual([]);
  }

  test('do nothing on any page, nor in its forms', async ({ page }) => {
    const steps = ['i', 'o', 'l', 'd', 'o?_print', 'o?_embed'].map(step => `${STEP}/${step}`);
    for (const uri of ['', 'a/hostile', ...steps]) {
      await page.goto(`${site.uri}${uri}`);
      await settle(page);
      await expectHarmless(page);
    }
    const value = encodeURIComponent(`"><img src=x onerror="window.${HACKED}=1">`);
    await page.goto(
      `${site.uri}${STEP}/i?in_string=${value}&in_text=${value}&in_markdown=${value}`
    );
    await settle(page);
    await expectHarmless(page);
  });

  test('do nothing when they arrive while a page is open', async ({ page }) => {
    await page.goto(`${site.uri}${STEP}/o`);
    const marker = page.locator('[data-variable="marker"]');
    await expect(marker).toContainText('first');
    await settle(page);
    const later = Object.entries(hostileAutomation(`${address}?later`, 'second'));
    write(Object.fromEntries(later.filter(([name]) => name.includes('/output/'))));
    await expect(marker).toContainText('second');
    await settle(page);
    await expectHarmless(page);
  });
});
