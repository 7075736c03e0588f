import * as fs from 'node:fs';
import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { copyExample, ToolPage } from './tool';

/** Open the configuration of an example as a tool, without a notebook. */
async function openTool(
  page: IJupyterLabPageFixture,
  example: string,
  title: string,
  name: string
): Promise<ToolPage> {
  const tool = new ToolPage(page, copyExample(example, title), name);
  await page.evaluate(
    path => window.jupyterapp.commands.execute('jupyterlab-crosscompute:open-tool', { path }),
    `${tool.folder}/automate.yaml`
  );
  await expect(tool.panel).toBeVisible();
  return tool;
}

/** Choose from the menu ⋯ of a panel. */
async function choose({ page, panel }: ToolPage, item: string): Promise<void> {
  await panel.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

function rewrite(tool: ToolPage, file: string, from: string, to: string): void {
  const text = fs.readFileSync(tool.file(file), 'utf-8');
  expect(text).toContain(from);
  fs.writeFileSync(tool.file(file), text.replace(from, to));
}

test.describe('the panel', () => {
  test('asks page by page, keeps answers when its files change, and prints', async ({ page }, {
    title
  }) => {
    const tool = await openTool(page, 'trip-planner', title, 'Trip Planner');
    const { panel } = tool;
    const next: Locator = panel.getByRole('button', { name: 'Continue' });
    await panel.getByLabel('For how many nights?').fill('3');
    await panel.getByLabel('bicycle').check();
    await next.click();
    await expect(panel.getByRole('group', { name: 'Page 2 of 3' })).toBeFocused();
    await panel.getByLabel('yes').check();
    await next.click();
    await expect(panel.getByRole('heading', { name: 'Who comes along?' })).toBeVisible();
    await panel.getByLabel('How many of you?').fill('2');

    rewrite(tool, 'travellers.md', 'Who comes along?', 'Who travels with you?');
    await expect(panel.getByRole('heading', { name: 'Who travels with you?' })).toBeVisible();
    await expect(panel.getByLabel('How many of you?')).toHaveValue('2');
    rewrite(tool, 'automate.yaml', 'How many of you?', 'How many people?');
    await expect(panel.getByLabel('How many people?')).toHaveValue('2');
    await panel.getByRole('button', { name: 'Back' }).click();
    await expect(panel.getByLabel('yes')).toBeChecked();
    await panel.getByRole('button', { name: 'Back' }).click();
    await expect(panel.getByLabel('For how many nights?')).toHaveValue('3');
    await expect(panel.getByLabel('bicycle')).toBeChecked();

    await tool.run().click();
    await expect(panel.getByText('a sleeping bag')).toBeVisible();
    await expect.poll(() => tool.newestRun().state).toBe('done');
    const download = page.waitForEvent('download');
    await choose(tool, 'Print PDF');
    expect((await download).suggestedFilename()).toMatch(/\.pdf$/);
  });

  test('shows views of a tool only after it is trusted', async ({ page }, { title }) => {
    const tool = await openTool(page, 'seats', title, 'Seats');
    const hall = tool.panel.getByRole('group', { name: 'Which seats do you want?' });
    await expect(tool.panel.getByText('view "seat-map" is not available')).toBeVisible();
    await expect(tool.run()).toBeDisabled();
    await expect(hall.getByRole('button', { name: 'A1' })).toHaveCount(0);
    await choose(tool, 'Trust this tool…');
    // Enter alone lets no code run.
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(hall.getByRole('button', { name: 'A1' })).toHaveCount(0);
    await tool.panel.getByRole('button', { name: 'Trust this tool…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Trust' }).click();
    await expect(hall.getByRole('button', { name: 'A1' })).toHaveAttribute('aria-pressed', 'true');
    await tool.run().click();
    await expect(tool.panel.getByText('2 seats: A1, A2')).toBeVisible();
  });
});
