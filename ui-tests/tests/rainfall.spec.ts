import * as fs from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@jupyterlab/galata';
import { copyExample, ToolPage } from './tool';

test.use({ autoGoto: false });

test.describe('the main job', () => {
  let tool: ToolPage;

  test.beforeEach(async ({ page }, { title }) => {
    tool = new ToolPage(page, copyExample('rainfall', title), 'Rainfall');
    await page.goto();
  });

  test('button, form, a changed value, a live run, a report', async ({ page }) => {
    await tool.open();
    const year = tool.panel.getByLabel('Last year');
    await expect(year).toHaveValue(/\d{4}/);
    await year.fill('2010');
    await tool.run().click();

    await tool.select('Live');
    await expect(tool.panel.getByText(/wet from .* mm a month/).first()).toBeVisible();
    await expect(tool.panel.getByText('Draw the chart').first()).toBeVisible();

    await tool.select('Report');
    await expect(tool.panel.getByRole('heading', { name: /Rain at .*–2010/ })).toBeVisible();
    const chart = tool.panel.getByRole('img', { name: /Bars of the rain/ });
    await expect(chart).toBeVisible();
    await expect
      .poll(() => chart.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(100);
    await expect(tool.panel.getByRole('columnheader', { name: 'Month' })).toBeVisible();
    await expect(tool.panel.getByText(/Of all months/)).toBeVisible();
    // The report is there before the run has said its last word.
    await expect.poll(() => tool.newestRun().state).toBe('done');
    // The README shows this picture.
    if (process.env.CROSSCOMPUTE_SCREENSHOT) {
      await page.screenshot({ path: process.env.CROSSCOMPUTE_SCREENSHOT });
    }
  });

  test('a refused value is told beside its field, and nothing runs', async () => {
    await tool.open();
    const year = tool.panel.getByLabel('Last year');
    await year.fill('');
    await tool.run().click();
    await expect(year).toHaveAttribute('aria-invalid', 'true');
    await expect(year).toBeFocused();
    await expect(year).toHaveAccessibleDescription(/number/);
    expect(fs.existsSync(tool.file('.crosscompute/history'))).toBe(false);
  });

  test('everything by keyboard alone', async ({ page }) => {
    await tool.openNotebook();
    await page.keyboard.press('Control+Shift+Y');
    await expect(tool.panel).toBeVisible();
    const year = tool.panel.getByLabel('First year');
    await year.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2000');
    await tool.run().focus();
    await page.keyboard.press('Enter');
    // The report comes by itself once the run is asked for; then the tabs are walked.
    await expect(tool.tab('Report')).toHaveAttribute('aria-selected', 'true');
    await tool.tab('Report').focus();
    await page.keyboard.press('ArrowLeft');
    await expect(tool.tab('Inputs')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowRight');
    await expect(tool.tab('Report')).toHaveAttribute('aria-selected', 'true');
    await expect(tool.panel.getByRole('heading', { name: /Rain at .*2000–/ })).toBeVisible();
  });

  test('axe has nothing to say', async ({ page }) => {
    await tool.open();
    for (const tab of ['Inputs', 'Report', 'Live', 'Batches']) {
      await tool.select(tab);
      const selector = `[role="region"][aria-label="${tool.name}"]`;
      const { violations } = await new AxeBuilder({ page }).include(selector).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
    }
  });
});
