import * as fs from 'node:fs';
import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { ServedSite } from './served';
import { copyExample, rootFolder } from './tool';

/** Tokens that the example tells everyone. */
const TOKENS = {
  teacher: 'try-as-teacher-1',
  amina: 'try-as-amina-001',
  family: 'try-as-family-01'
} as const;

/** A site where people see and run what their tokens allow. */
test.describe('a site with tokens', () => {
  let site: ServedSite;
  let folder: string;

  test.beforeAll(async () => {
    folder = path.join(rootFolder(), copyExample('class-grades', 'sign-in'));
    site = await ServedSite.start(folder);
  });

  test.afterAll(() => site.stop());

  async function expectAccessible(page: Page): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }

  async function enter(page: Page, token: string, address = ''): Promise<void> {
    await page.goto(site.uri + address);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  test('a wrong token, then the right one, by keyboard alone, leads to the page that was asked for', async ({
    page
  }) => {
    await page.goto(`${site.uri}a/class-grades?filter=a`);
    await expect(page.getByRole('heading', { name: 'Sign in to see this' })).toBeVisible();
    for (let presses = 0; presses < 5; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.getByLabel('Token').evaluate(field => field === document.activeElement)) {
        break;
      }
    }
    await expect(page.getByLabel('Token')).toBeFocused();
    await page.keyboard.type('not-a-token-of-anyone');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toHaveText(/This token is not known, or has expired/);
    const field = page.getByLabel('Token');
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveValue('');
    await expectAccessible(page);
    await page.keyboard.type(TOKENS.amina);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${site.uri}a/class-grades?filter=a`);
    await expect(page.getByRole('banner')).toContainText('Amina');
  });

  test('a link with a token leaves none in the address', async ({ page, context }) => {
    await page.goto(`${site.uri}a/class-grades?_token=${TOKENS.amina}`);
    await expect(page).toHaveURL(`${site.uri}a/class-grades`);
    expect(await page.content()).not.toContain(TOKENS.amina);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  });

  test('a student sees and runs the own batch, and is told why another is closed', async ({
    page
  }) => {
    await enter(page, TOKENS.amina, 'a/class-grades');
    const batches = page.getByRole('table', { name: 'Batches' });
    await expect(batches.getByRole('rowheader')).toHaveText(['Amina']);
    await page.getByLabel(/How many points/).fill('40');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByRole('heading', { name: 'Grade A' })).toBeVisible();
    await page.goto(`${site.uri}a/class-grades/b/bruno/o`);
    await expect(page.getByRole('heading', { name: 'You may not see this' })).toBeVisible();
    await expect(page.getByText('You are signed in as Amina and may not see this')).toBeVisible();
    expect(await page.content()).not.toContain('Bruno');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Go to Class Grades' }).click();
    await expect(page).toHaveURL(`${site.uri}a/class-grades`);
  });

  test('a student who posts the name of another is told so beside the form', async ({ page }) => {
    await enter(page, TOKENS.amina, 'a/class-grades');
    await page.getByLabel('Student').fill('Bruno');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByText(/You are signed in as Amina and may not do this/i)).toBeVisible();
    expect(fs.existsSync(path.join(folder, 'batches', 'bruno', 'output'))).toBe(false);
  });

  test('a family looks at the batches of its children, without a form', async ({ page }) => {
    await enter(page, TOKENS.family, 'a/class-grades');
    const batches = page.getByRole('table', { name: 'Batches' });
    await expect(batches.getByRole('rowheader')).toHaveText(['Chiyo', 'Daiki']);
    await batches.getByRole('link', { name: 'Daiki' }).click();
    await expect(page.getByText('You may look at these inputs')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run' })).toHaveCount(0);
    await expect(page.locator('main').locator('input, select, textarea')).toHaveCount(0);
    await expectAccessible(page);
  });

  test('who signs out sees nothing, and can sign in as somebody else', async ({ page }) => {
    await enter(page, TOKENS.amina);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('status')).toHaveText('You are signed out.');
    await expectAccessible(page);
    await page.goto(`${site.uri}a/class-grades`);
    await expect(page.getByRole('heading', { name: 'Sign in to see this' })).toBeVisible();
    await enter(page, TOKENS.teacher, 'a/class-grades');
    await expect(page.getByRole('table', { name: 'Batches' }).getByRole('rowheader')).toHaveCount(
      5
    );
    await expect(page.getByRole('banner')).toContainText('Ms Okoye');
  });

  test('axe has nothing to say, light and dark, on a narrow screen', async ({ browser }) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: 320, height: 640 }
      });
      const page = await context.newPage();
      await page.goto(site.uri);
      await expectAccessible(page);
      await page.goto(`${site.uri}?_token=${TOKENS.amina}`);
      for (const address of ['', 'a/class-grades', 'a/class-grades/b/bruno/i', 'sign-in']) {
        await page.goto(site.uri + address);
        await expectAccessible(page);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width).toBeLessThanOrEqual(320);
      }
      await context.close();
    }
  });
});
