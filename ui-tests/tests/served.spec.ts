import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { ServedSite } from './served';
import { copyExample, rootFolder } from './tool';

test.describe('pages for people without Jupyter', () => {
  let site: ServedSite;

  test.afterEach(() => site.stop());

  async function serve(example: string, title: string): Promise<string> {
    const folder = path.join(rootFolder(), copyExample(example, title));
    site = await ServedSite.start(folder);
    return folder;
  }

  test('a form, a run, a report', async ({ page }, { title }) => {
    await serve('rainfall', title);
    await page.goto(`${site.uri}a/rainfall/b/standard/i`);
    await page.getByLabel('Last year').fill('2012');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
    await expect(page.getByRole('heading', { name: /Rain at .*–2012/ })).toBeVisible();
    await expect(page.getByRole('img', { name: /Bars of the rain/ })).toBeVisible();
    await expect(page.getByRole('columnheader', { name: 'Month' })).toBeVisible();
  });

  test('a refused value is told beside its field', async ({ page }, { title }) => {
    await serve('rainfall', title);
    await page.goto(`${site.uri}a/rainfall/b/standard/i`);
    const year = page.getByLabel('Last year');
    await year.fill('');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(year).toHaveAttribute('aria-invalid', 'true');
    await expect(year).toBeFocused();
  });

  test('progress while it runs, a reload in the middle, and Stop', async ({ page }, { title }) => {
    await serve('slow-steps', title);
    await page.goto(`${site.uri}a/slow-steps/b/standard/i`);
    await page.getByLabel(/How many seconds/).fill('5');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByRole('progressbar')).toBeVisible();
    // The table of steps is written and shown while the next steps go on.
    await expect(page.getByRole('cell', { name: 'set up' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('cell', { name: 'set up' })).toBeVisible();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.locator('._banner').getByRole('status')).toContainText(/stopped/i);
    await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  });

  test('an uploaded file is counted by a command', async ({ page }, { title }) => {
    await serve('word-count', title);
    await page.goto(`${site.uri}a/word-count/b/lighthouse/i`);
    await page.locator('input[type=file]').setInputFiles({
      name: 'three.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('one two three')
    });
    await expect(page.getByText('three.txt').first()).toBeVisible();
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
    await expect(
      page.locator('[data-variable]').getByText('3', { exact: true }).first()
    ).toBeVisible();
  });

  test('a failure says where and why', async ({ page }, { title }) => {
    await serve('broken', title);
    await page.goto(`${site.uri}a/broken/b/standard/i`);
    await page.getByRole('button', { name: 'Run' }).click();
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Cell 3');
    await expect(alert).toContainText('ValueError');
    await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  });

  test('a killed server: the run is lost, with Retry; what was done is there', async ({ page }, {
    title
  }) => {
    const folder = await serve('slow-steps', title);
    await page.goto(`${site.uri}a/slow-steps/b/standard/i`);
    await page.getByLabel(/How many seconds/).fill('30');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.locator('._banner').getByRole('status')).toContainText(/running/i);
    const address = new URL(page.url()).pathname;
    await site.kill();
    site = await ServedSite.start(folder);
    await page.goto(new URL(address, site.uri).href);
    await expect(page.locator('._banner').getByRole('status')).toContainText(/lost/i);
    await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  });

  test('readable without JavaScript, on a narrow screen, and axe has nothing to say', async ({
    browser
  }, { title }) => {
    await serve('rainfall', title);
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await page.goto(`${site.uri}a/rainfall`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('link', { name: /Ridge/ }).first()).toBeVisible();
    await plain.close();
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: 320, height: 640 }
      });
      const narrow = await context.newPage();
      for (const address of [
        '',
        'a/rainfall',
        'a/rainfall/b/standard/i',
        'a/rainfall/b/standard/o',
        'nowhere'
      ]) {
        await narrow.goto(site.uri + address);
        const { violations } = await new AxeBuilder({ page: narrow }).analyze();
        expect(violations.map(({ id, nodes }) => [address, id, nodes[0].html])).toEqual([]);
        const overflow = await narrow.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth
        );
        expect([address, overflow]).toEqual([address, 0]);
      }
      await context.close();
    }
  });
});
