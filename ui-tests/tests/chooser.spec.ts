import * as fs from 'node:fs';
import { expect, test } from '@jupyterlab/galata';
import { copyExample, ToolPage } from './tool';

test.use({ autoGoto: false });

test('of several tools one is chosen, once for each notebook', async ({ page }, { title }) => {
  const tool = new ToolPage(page, copyExample('rainfall', title), 'Second Tool');
  const configuration = fs.readFileSync(tool.file('automate.yaml'), 'utf-8');
  // Neither names the notebook that is opened.
  fs.renameSync(tool.file('run.ipynb'), tool.file('other.ipynb'));
  const first = configuration.replace('path: run.ipynb', 'path: other.ipynb');
  fs.writeFileSync(tool.file('automate.yaml'), first);
  fs.writeFileSync(tool.file('second.yaml'), first.replace('name: Rainfall', 'name: Second Tool'));
  fs.copyFileSync(tool.file('other.ipynb'), tool.file('plain.ipynb'));
  await page.goto();
  await tool.openNotebook('plain.ipynb');
  await tool.button.click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Which tool?' });
  const choices = dialog.getByRole('combobox');
  const name = await choices.locator('option', { hasText: 'Second Tool' }).innerText();
  await choices.selectOption({ label: name });
  await dialog.getByRole('button', { name: 'Open' }).click();
  await expect(tool.panel.getByLabel('Last year')).toBeVisible();
  // Asked once: the next click opens the same tool without asking.
  await page.activity.closePanel('Second Tool');
  await expect(tool.panel).toBeHidden();
  await tool.button.click();
  await expect(tool.panel.getByLabel('Last year')).toBeVisible();
});
