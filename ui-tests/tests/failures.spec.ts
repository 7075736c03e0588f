import * as fs from 'node:fs';
import { expect, test } from '@jupyterlab/galata';
import { copyExample, rootFolder, ToolPage } from './tool';

test.use({ autoGoto: false });

test('broken explains itself', async ({ page }, { title }) => {
  const tool = new ToolPage(page, copyExample('broken', title), 'Broken');
  await page.goto();
  await tool.open();
  await tool.run().click();
  await expect
    .poll(() => fs.existsSync(tool.file('.crosscompute/history')) && tool.newestRun().state)
    .toBe('failed');
  await tool.select('Report');
  const alert = tool.panel.getByRole('alert').first();
  await expect(alert).toContainText('cell 3');
  await expect(alert).toContainText('ValueError');
  await expect(alert).toContainText('which is no amount');
  // What was written before it failed is shown.
  await expect(tool.panel.getByText('Tills', { exact: true }).first()).toBeVisible();
  await tool.panel
    .getByRole('button', { name: /executed notebook/i })
    .first()
    .click();
  await expect(
    page.locator('.jp-NotebookPanel:visible').getByText('ValueError').first()
  ).toBeVisible();
});

test('a mistake in the configuration names file, line and column, and heals by itself', async ({
  page
}, { title }) => {
  const tool = new ToolPage(page, copyExample('rainfall', title), 'Rainfall');
  const configuration = tool.file('automate.yaml');
  const text = fs.readFileSync(configuration, 'utf-8');
  fs.writeFileSync(configuration, text.replace('view: radio', 'view: radoi'));
  await page.goto();
  await tool.openNotebook();
  await tool.button.click();
  const link = page.getByText(/view "radoi" is not known/).first();
  await expect(link).toBeVisible();
  await expect(page.getByText(/did you mean "radio"/).first()).toBeVisible();
  await expect(page.getByText(/automate\.yaml:9:13/).first()).toBeVisible();
  fs.writeFileSync(configuration, text);
  await expect(tool.panel.getByLabel('Last year')).toBeVisible();
});

test('without a configuration the panel says what to write', async ({ page }) => {
  const folder = 'no-configuration';
  fs.mkdirSync(`${rootFolder()}/${folder}`, { recursive: true });
  fs.writeFileSync(
    `${rootFolder()}/${folder}/plain.ipynb`,
    JSON.stringify({
      cells: [],
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
      nbformat: 4,
      nbformat_minor: 5
    })
  );
  const tool = new ToolPage(page, folder, '');
  await page.goto();
  await tool.openNotebook('plain.ipynb');
  await tool.button.click();
  await expect(page.getByText('automate.yaml').first()).toBeVisible();
  await expect(page.getByText(/crosscompute: 0\.9\.4/).first()).toBeVisible();
});
