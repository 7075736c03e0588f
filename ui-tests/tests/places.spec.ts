import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as labTest } from '@jupyterlab/galata';
import { test, type Locator, type Page } from '@playwright/test';
import { ServedSite } from './served';
import { copyExample, rootFolder, ToolPage } from './tool';

/** Wait until a map or a chart is drawn; it is only when it is seen. */
async function drawn(page: Page, label: string): Promise<Locator> {
  const place = page.locator('._view', { hasText: label }).locator('[data-draw]');
  await place.scrollIntoViewIfNeeded();
  await expect(place).toHaveAttribute('data-ready', '');
  return place;
}

const LABELS = [
  'Where they are',
  'How dense they are',
  'How many of each kind',
  'Visits in a day'
] as const;

test.describe('maps and charts on served pages', () => {
  let site: ServedSite;

  test.beforeEach(async ({ page: _ }, { title }) => {
    site = await ServedSite.start(path.join(rootFolder(), copyExample('places', title)));
  });
  test.afterEach(() => site.stop());

  test('a place, a run, maps and charts, all from this server', async ({ page }) => {
    const foreign: string[] = [];
    page.on('request', request => {
      if (!request.url().startsWith(site.uri) && !/^(blob|data):/.test(request.url())) {
        foreign.push(request.url());
      }
    });
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(error.message));
    await page.goto(`${site.uri}a/places/b/oslo/i`);
    const form = page.getByRole('group', { name: 'Around which place?' });
    await expect(form.locator('canvas')).toBeVisible();
    await form.getByLabel('Longitude').fill('5.32');
    await form.getByLabel('Latitude').fill('60.39');
    await page.getByLabel('How many places?').fill('1200');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
    for (const label of LABELS) {
      await drawn(page, label);
    }
    // The table says the same, of the first 1,000.
    const map = await drawn(page, LABELS[0]);
    await map.getByText('Data of the map').click();
    await expect(map.getByRole('columnheader', { name: 'kind' })).toBeVisible();
    await expect(map.getByText('The first 1,000 of 1,200 rows')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
    expect([foreign, problems]).toEqual([[], []]);
  });

  test('paper has all of it, without anything to press', async ({ page }) => {
    await page.goto(`${site.uri}a/places/b/lisbon/i`);
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
    await drawn(page, LABELS[0]);
    await page.goto(`${page.url()}?_print`);
    await expect(page.locator('[data-draw]')).toHaveCount(LABELS.length);
    await expect(page.locator('[data-draw]:not([data-ready=""])')).toHaveCount(0);
    await expect(page.getByRole('button', { name: /zoom/i })).toHaveCount(0);
  });
});

labTest('maps and charts in the panel of JupyterLab', async ({ page }, { title }) => {
  labTest.setTimeout(180_000);
  const folder = copyExample('places', title);
  const tool = new ToolPage(page, folder, 'Places');
  await page.filebrowser.openDirectory(folder);
  await page.getByRole('listitem', { name: /automate\.yaml/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Open as Tool' }).click();
  await expect(tool.panel).toBeVisible();
  await tool.run().click();
  await tool.select('Report');
  for (const label of LABELS) {
    const place = tool.panel.locator('._view', { hasText: label }).locator('[data-draw]');
    await place.scrollIntoViewIfNeeded();
    await expect(place).toHaveAttribute('data-ready', '');
  }
});
