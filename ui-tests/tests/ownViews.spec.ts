import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { ServedSite } from './served';
import { copyExample, rootFolder } from './tool';

test.describe('a view that a tool brings', () => {
  let site: ServedSite;
  let folder: string;

  test.beforeEach(({ page: _ }, { title }) => {
    folder = path.join(rootFolder(), copyExample('seats', title));
  });

  test.afterEach(() => site.stop());

  const module = () => path.join(folder, 'views', 'seat-map.mjs');

  test('asks for a value and shows one', async ({ page }) => {
    site = await ServedSite.start(folder);
    await page.goto(`${site.uri}a/seats/b/standard/i`);
    const hall = page.getByRole('group', { name: 'Which seats do you want?' });
    await expect(hall.getByRole('button', { name: 'A1' })).toHaveAttribute('aria-pressed', 'true');
    await hall.getByRole('button', { name: 'A2' }).click();
    await hall.getByRole('button', { name: 'C5' }).click();
    const { violations } = await new AxeBuilder({ page }).include('._page').analyze();
    expect(violations).toEqual([]);
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
    await expect(page.getByText('2 seats: A1, C5')).toBeVisible();
    await expect(page.getByText('64', { exact: true })).toBeVisible();
  });

  test('tells a value that its module refuses beside the field', async ({ page }) => {
    site = await ServedSite.start(folder);
    await page.goto(`${site.uri}a/seats/b/standard/i`);
    const hall = page.getByRole('group', { name: 'Which seats do you want?' });
    await hall.getByRole('button', { name: 'A1' }).click();
    await hall.getByRole('button', { name: 'A2' }).click();
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByText('choose at least one seat')).toBeVisible();
  });

  test('shows hostile values as text', async ({ page }) => {
    const output = path.join(folder, 'batches', 'standard', 'output');
    mkdirSync(output, { recursive: true });
    const value = '<img/src=x/onerror=window.evil=1> </p><script>window.evil=1</script>';
    writeFileSync(path.join(output, 'plan.json'), JSON.stringify(value));
    site = await ServedSite.start(folder);
    await page.goto(`${site.uri}a/seats/b/standard/o`);
    await expect(page.getByText('<img/src=x/onerror=window.evil=1>')).toBeVisible();
    expect(await page.evaluate(() => 'evil' in window)).toBe(false);
  });

  test('that throws in the browser says so, and the rest works', async ({ page }) => {
    writeFileSync(
      module(),
      `export default { input: () => 'hall', output: () => 'plan', activate() { throw new Error('no hall'); } };`
    );
    site = await ServedSite.start(folder);
    await page.goto(`${site.uri}a/seats/b/standard/i`);
    const problem = page.locator('[data-problem="view-unavailable"]');
    await expect(problem).toHaveText(/View "seat-map" does not work here/);
    await expect(page.getByRole('button', { name: 'Run' })).toBeVisible();
  });

  test('that is not there says so until it comes', async ({ page }) => {
    rmSync(module());
    site = await ServedSite.start(folder);
    await page.goto(`${site.uri}a/seats/b/standard/o`);
    const problem = page.locator('[data-problem="view-unavailable"]');
    await expect(problem).toHaveText(/view "seat-map" is not available/);
    await expect(page.getByText('Price')).toBeVisible();
    writeFileSync(
      module(),
      `export default { input: () => '', output: () => 'here', needsNoData: true };`
    );
    await expect(page.locator('[data-variable="plan"]')).toHaveText('here');
    await expect(problem).toHaveCount(0);
  });
});
