import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { ServedSite } from './served';
import { copyExample, rootFolder } from './tool';

test.describe('a form of several pages', () => {
  let site: ServedSite;

  test.beforeEach(async ({ page }, { title }) => {
    site = await ServedSite.start(path.join(rootFolder(), copyExample('trip-planner', title)));
    await page.goto(`${site.uri}a/trip-planner/b/weekend/i`);
    await expect(page.getByText('Page 1', { exact: true })).toBeVisible();
  });

  test.afterEach(() => site.stop());

  /** Press Tab until the focus is on an element. */
  async function tabTo(page: Page, name: string): Promise<void> {
    const control = page.getByRole('button', { name, exact: true }).or(page.getByLabel(name));
    await expect(async () => {
      await page.keyboard.press('Tab');
      await expect(control).toBeFocused({ timeout: 100 });
    }).toPass();
  }

  test('goes on, back and past what does not matter by keyboard alone', async ({ page }) => {
    await tabTo(page, 'For how many nights?');
    await page.keyboard.type('3');
    await tabTo(page, 'train');
    await page.keyboard.press('ArrowDown');
    await expect(page.getByLabel('bicycle')).toBeChecked();
    await tabTo(page, 'Continue');
    await page.keyboard.press('Enter');

    await expect(page.getByRole('group', { name: 'Page 2 of 3' })).toBeFocused();
    await expect(page.getByRole('heading', { name: 'Out of doors?' })).toBeVisible();
    await tabTo(page, 'Back');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Where to?' })).toBeVisible();
    await tabTo(page, 'bicycle');
    await page.keyboard.press('ArrowUp');
    await tabTo(page, 'Continue');
    await page.keyboard.press('Enter');

    await expect(page.getByRole('heading', { name: 'Who comes along?' })).toBeVisible();
    await expect(page.getByRole('group', { name: 'Page 2 of 2' })).toBeFocused();
    await tabTo(page, 'How many of you?');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
    await expect(page.getByText('helmet')).toHaveCount(0);
    await expect(page.getByText('map')).toBeVisible();
  });

  test('shows a refused value on its page, and goes on after it is mended', async ({ page }) => {
    const nights = page.getByLabel('For how many nights?');
    await nights.fill('');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(nights).toBeFocused();
    await expect(nights).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByRole('heading', { name: 'Where to?' })).toBeVisible();
    await nights.fill('1');
    await page.getByLabel('bicycle').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('yes').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByText('a sleeping bag')).toBeVisible();
  });

  test('keeps answers over a reload, and takes them from the address', async ({ page }) => {
    await page.getByLabel('Where do you go?').fill('Bruges');
    await page.reload();
    await expect(page.getByLabel('Where do you go?')).toHaveValue('Bruges');
    await page.goto(`${site.uri}a/trip-planner/b/tour/i?night_count=0&destination=%3Cb%3E`);
    await expect(page.getByLabel('Where do you go?')).toHaveValue('<b>');
    // Without a night there is no question about a tent.
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Who comes along?' })).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });

  test('says that it needs JavaScript', async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.uri}a/trip-planner/b/weekend/i`);
    const note = page.locator('noscript ._note');
    await expect(note).toBeVisible();
    await expect(note).toContainText('switch on JavaScript');
    await context.close();
  });
});
