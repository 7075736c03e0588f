import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { ServedSite } from './served';
import { copyExample, rootFolder } from './tool';

test.describe('views of outputs', () => {
  let site: ServedSite;

  test.beforeEach(async ({ page }, { title }) => {
    site = await ServedSite.start(path.join(rootFolder(), copyExample('gallery', title)));
    await page.goto(`${site.uri}a/gallery/b/standard/i`);
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
    await expect(place(page, 'plot').getByRole('cell', { name: 'a title' })).toBeVisible();
  });

  test.afterEach(() => site.stop());

  function place(page: Page, variable: string) {
    return page.locator(`[data-variable="${variable}"]`);
  }

  test('pictures, sound, documents and pages', async ({ page }) => {
    await expect(page.getByRole('img', { name: 'Bands of colour' })).toHaveJSProperty(
      'naturalWidth',
      480
    );
    await page.getByRole('button', { name: /^Enlarge/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(place(page, 'tone')).toHaveJSProperty('readyState', 4);
    await expect(place(page, 'document').getByRole('link', { name: 'document.pdf' })).toBeVisible();
    await expect(place(page, 'document').locator('iframe')).toBeVisible();
    const site = place(page, 'site').locator('iframe');
    await expect(site).toHaveAttribute('sandbox', /allow-scripts/);
  });

  test('HTML is sanitised, or runs without an origin', async ({ page }) => {
    await expect(page).not.toHaveTitle('no');
    await expect(place(page, 'note')).toContainText('colours stay');
    await place(page, 'clock').scrollIntoViewIfNeeded();
    const frame = page.frameLocator('[data-variable="clock"] iframe');
    await expect(frame.getByText('A script ran, without an origin')).toBeVisible();
    const height = place(page, 'clock').locator('iframe');
    await expect(height).toHaveAttribute('style', /height: \d+px/);
  });

  test('code, JSON, a table and a long text', async ({ page }) => {
    await expect(place(page, 'program').locator('.hljs-keyword').first()).toBeVisible();
    await expect(place(page, 'settings')).toContainText('big: 12345678901234567890');
    await page.getByRole('button', { name: 'age' }).click();
    await expect(place(page, 'people').getByRole('row').nth(1)).toContainText('20');
    await page.getByRole('searchbox').fill('bob');
    await expect(place(page, 'people').getByRole('status')).toContainText('of 50');
    const story = place(page, 'story').getByRole('region');
    await expect(story).toContainText('Line 0 of a story');
    await expect(story).toContainText('Line 29999 of a story');
    await expect(story).toContainText('are left out here');
  });

  test('a code is typed, and the scanner waits for a click', async ({ page }) => {
    await expect(page.getByRole('button', { name: /Scan with the camera/ })).toBeVisible();
    await page.goto(`${site.uri}a/gallery/b/standard/i`);
    await expect(page.getByRole('textbox', { name: 'A code' })).toHaveValue('CC-42');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`everyone can use them, ${colorScheme}, also on a narrow screen`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 320, height: 700 });
      const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(320);
    });
  }
});
