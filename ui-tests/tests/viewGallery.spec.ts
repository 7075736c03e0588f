import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { ServedSite } from './served';
import { copyExample, rootFolder } from './tool';

/** A picture of a code that says `Hello <b>QR</b>`. */
const CODE = [
  'iVBORw0KGgoAAAANSUhEUgAAAPAAAADwCAAAAAAbPrZOAAACcklEQVR4nO3YSXLDMAwEQP//0849JZLDRXIZ7rmJho',
  'hpnVJ5vX8sr08XeDrA1QNcPcDVA1w9wNUDXD3A1QNcPcDVA1w9wNUDXD3A1QNcPcDVA1w9wNUTgV+Lad0zOj+1DxgY',
  'GBgYuBI4mU1gqx/mRD/g3Qt788DAZ/ddzp6+sDcPDHx23+XsyoWj4qP5u/cBAwMDAwMD7/8DABgYGBgYGPh8gdZ7wM',
  'DAwMDAwGPwqfkUfLIf8O6FM/PAN+97Ax+4cGYe+OZ9b+DBhbNpFUqfV/cBAwMDAwNXAu9m9CFmCm93eWQJcP/81i6P',
  'LAHun9/a5ZElwP3zW7s8suTbwP+LjYqnSe9v9QEGBgYGBv4FcHzZANKaTz/E6P2o4x7xusBqYWDg/vtRxz3idYHVws',
  'DA/fejjnvE6wKrhb8OvFp0di59/7LbKWSvaApJ54CBO91OIXtFU0g6Bwzc6XYK2SuaQtK528FpoVOw0d7098t3oiHg',
  'ftHW78CDe4DDXl1LNATcL9r6HXhwz8fAKWD1PH0+EeDuMDAwcHKePp8IcHf418DLS8L8nx89r3wQ4DsCDAwMDHwnOC',
  '28CxjtH/UBBgYGBgauDE5mZwrOQk/0A9698GoeGHhvL3BvdgUwOw/8beBR8dFzeu/s+8DAwMDAwMDrf6jMfgDgZNdM',
  'odZCYODsfmDg/nm0a6ZQayHw4vOp+4CBgYGBgSuDZ+dboBYw3T/b6w08uTCdBwYGjvYDJ91WALPzXwuezegDpPenvY',
  'CBgYGBgSuCKwW4eoCrB7h6gKsHuHqAqwe4eoCrB7h6gKsHuHqAqwe4eoCrB7h6gKsHuHp+DvwHapjiO0oYcxEAAAAA',
  'SUVORK5CYII='
].join('');

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

  test('a code is typed or read from a picture, and the camera waits for a click', async ({
    page
  }) => {
    await expect(page.getByRole('button', { name: /Scan with the camera/ })).toBeVisible();
    await page.goto(`${site.uri}a/gallery/b/standard/i`);
    const field = page.getByRole('textbox', { name: 'A code' });
    await expect(field).toHaveValue('CC-42');
    await page.getByLabel(/Read a code from a picture/).setInputFiles({
      name: 'code.png',
      mimeType: 'image/png',
      buffer: Buffer.from(CODE, 'base64')
    });
    await expect(field).toHaveValue('Hello <b>QR</b>');
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
