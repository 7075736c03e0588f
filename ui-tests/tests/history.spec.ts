import * as fs from 'node:fs';
import * as path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { ToolPage } from './tool';

const FILES: Readonly<Record<string, string>> = {
  'automate.yaml': `crosscompute: 0.9.4
name: Halves
input:
  variables:
    - {id: amount, view: number, path: variables.dictionary}
output:
  variables:
    - {id: note, view: text, path: note.txt}
batches:
  - folder: batches/standard
scripts:
  - command: sh halve.sh {input_folder} {output_folder}
`,
  'halve.sh': `grep -q -- -1 "$1/variables.dictionary" && { echo "nothing to halve" >&2; exit 3; }
echo "halved well" | tee "$2/note.txt"
`,
  'batches/standard/input/variables.dictionary': '{"amount": 8}'
};

test('the history tells of runs, keeps them, and brings their inputs back', async ({ page }, {
  repeatEachIndex
}) => {
  const tool = new ToolPage(page, `halves-${repeatEachIndex}`, 'Halves');
  for (const [name, text] of Object.entries(FILES)) {
    fs.mkdirSync(path.dirname(tool.file(name)), { recursive: true });
    fs.writeFileSync(tool.file(name), text);
  }
  await page.evaluate(
    configuration =>
      window.jupyterapp.commands.execute('jupyterlab-crosscompute:open-tool', {
        path: configuration
      }),
    `${tool.folder}/automate.yaml`
  );
  const { panel } = tool;
  const amount = panel.getByLabel('amount');
  await expect(amount).toHaveValue('8');
  await tool.select('History');
  await expect(panel.getByText('This batch has not run yet.')).toBeVisible();

  await tool.run().click();
  const heads: Locator = panel.locator('.jp-HistoryEntry-head');
  await expect(heads).toHaveText([/done/]);
  await tool.select('Inputs');
  await amount.fill('-1');
  await tool.run().click();
  await tool.select('History');
  // A run of changed inputs is alone in its batch, so that of the whole tool are listed.
  await expect(heads).toHaveText([/failed/, /done.*standard/]);
  await expect(panel.getByText('nothing to halve').first()).toBeVisible();

  // By keyboard alone: to the older run, its details, and the button that keeps it.
  await heads.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(heads.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  const details = panel.getByRole('group', { name: /^done/ });
  await expect(details.getByRole('button', { name: 'Restore inputs' })).toBeVisible();
  await details.getByRole('button', { name: 'Keep', exact: true }).press('Enter');
  await expect(details.getByRole('button', { name: 'Do not keep' })).toBeFocused();
  await expect(heads.nth(1)).toContainText('kept');
  const { violations } = await new AxeBuilder({ page }).include('.jp-ToolPanel').analyze();
  expect(violations).toEqual([]);

  await details.getByRole('button', { name: 'Cells and log' }).click();
  await expect(panel.getByRole('button', { name: 'Back to the history' })).toBeFocused();
  await expect(panel.getByRole('log').getByText('halved well')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(heads.nth(1)).toBeFocused();

  await details.getByRole('button', { name: 'Restore inputs' }).click();
  await expect(tool.tab('Inputs')).toBeFocused();
  await expect(amount).toHaveValue('8');
  await tool.select('History');
  await details.getByRole('button', { name: 'Run again' }).click();
  await expect(heads.first()).toHaveText(/done.*run again/);
});
