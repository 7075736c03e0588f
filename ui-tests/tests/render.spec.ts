import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect, test } from '@jupyterlab/galata';
import { copyExample, ToolPage } from './tool';

test.use({ autoGoto: false });

test.describe('Render Report', () => {
  let tool: ToolPage;

  test.beforeEach(async ({ page }, { title }) => {
    tool = new ToolPage(page, copyExample('rainfall', title), 'Rainfall');
    await page.goto();
  });

  async function renderFromFileBrowser(folder: string, name: string): Promise<void> {
    const { page } = tool;
    // Galata's helper takes `batches.csv` for `batches`.
    await page.evaluate(
      path => window.jupyterapp.commands.execute('filebrowser:go-to-path', { path }),
      folder
    );
    await page.menu.openContextMenuLocator(`.jp-DirListing-item:has-text("${name}")`);
    await page.getByRole('menuitem', { name: 'Render Report' }).click();
    await expect(tool.tab('Report')).toHaveAttribute('aria-selected', 'true');
    await expect(tool.panel.getByRole('heading', { name: /Rain at/ })).toBeVisible();
  }

  test('on a notebook in the file browser runs what is new and opens the report', async () => {
    await renderFromFileBrowser(tool.folder, 'run.ipynb');
    expect(tool.newestRun().batch.folder).toBe('batches/standard');
    // The report is there before the run has said its last word.
    await expect.poll(() => tool.newestRun().state).toBe('done');
  });

  test('on a configuration; a report that is fresh does not run again', async ({ page }) => {
    await renderFromFileBrowser(tool.folder, 'automate.yaml');
    const first = tool.newestRun().id;
    await page.activity.closeAll();
    await renderFromFileBrowser(tool.folder, 'automate.yaml');
    expect(tool.newestRun().id).toBe(first);
  });

  test('on a batch folder', async () => {
    await renderFromFileBrowser(`${tool.folder}/batches`, 'standard');
    expect(tool.newestRun().batch.folder).toBe('batches/standard');
  });

  test('on an open notebook', async ({ page }) => {
    await tool.openNotebook();
    await page.menu.openContextMenuLocator('.jp-NotebookPanel:visible .jp-Cell >> nth=0');
    await page.getByRole('menuitem', { name: 'Render Report' }).click();
    await expect(tool.panel.getByRole('heading', { name: /Rain at/ })).toBeVisible();
  });

  test('Run all fills the table of batches', async () => {
    await tool.open();
    await tool.panel.getByRole('button', { name: 'Run all' }).click();
    await tool.select('Batches');
    const table = tool.panel.getByRole('tabpanel', { name: 'Batches' });
    await expect(table.getByText('Étang, 1994–2023').first()).toBeVisible();
    await expect(table.getByText('done')).toHaveCount(6);
    await table.getByText('Ridge, 1994–2023').first().click();
    await tool.select('Report');
    await expect(
      tool.panel.getByRole('heading', { name: 'Rain at Ridge, 1994–2023' })
    ).toBeVisible();
  });

  test('a killed server comes back by itself, and what ran is there', async ({ page }) => {
    await tool.open();
    await tool.run().click();
    await expect(tool.panel.getByRole('heading', { name: /Rain at/ })).toBeVisible();
    await expect.poll(() => tool.newestRun().state).toBe('done');
    // The bundled server of this Jupyter, as a crash would end it.
    execFileSync('pkill', ['-KILL', '-f', 'crosscompute.cjs lab']);
    await expect
      .poll(async () => (await page.request.get('/crosscompute/api/health')).status())
      .toBe(200);
    await tool.reload();
    await expect(tool.panel.getByRole('heading', { name: /Rain at/ })).toBeVisible({
      timeout: 60_000
    });
    await tool.run().click();
    await expect.poll(() => fs.readdirSync(tool.file('.crosscompute/history')).length).toBe(2);
    await expect.poll(() => tool.newestRun().state).toBe('done');
  });
});
