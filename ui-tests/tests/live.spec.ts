import * as fs from 'node:fs';
import { expect, test } from '@jupyterlab/galata';
import { copyExample, ToolPage } from './tool';

test.use({ autoGoto: false });

test.describe('a run that takes its time', () => {
  let tool: ToolPage;

  test.beforeEach(async ({ page }, { title }) => {
    tool = new ToolPage(page, copyExample('slow-steps', title), 'Slow Steps');
    await page.goto();
    await tool.open();
  });

  test('output comes in while it runs, and it stands among what is running', async ({ page }) => {
    await tool.panel.getByLabel(/How many seconds/).fill('4');
    await tool.run().click();
    await tool.select('Live');
    await expect(tool.panel.getByText('each step takes 4 s').first()).toBeVisible();
    expect(tool.newestRun().state).toBe('running');
    await expect(tool.panel.getByText('counted to 2 of 10').first()).toBeVisible();
    expect(tool.newestRun().state).toBe('running');
    await expect(tool.status).toContainText(/cell 2\/6/);
    await page.sidebar.openTab('jp-running-sessions');
    const listed = page.locator('.jp-RunningSessions').getByText(/^Slow Steps, /);
    await expect(listed).toBeVisible();
    await tool.stop().click();
    await expect(tool.panel.getByText(/stopped/i).first()).toBeVisible();
    expect(tool.newestRun().state).toBe('stopped');
    await expect(listed).toBeHidden();
  });

  test('a reload in the middle loses nothing', async () => {
    await tool.panel.getByLabel(/How many seconds/).fill('2');
    await tool.run().click();
    await tool.select('Live');
    await expect(tool.panel.getByText('counted to 3 of 10').first()).toBeVisible();
    const before = tool.newestRun();
    await tool.reload();
    await expect(tool.tab('Live')).toHaveAttribute('aria-selected', 'true', { timeout: 60_000 });
    await expect(tool.panel.getByText('each step takes 2 s').first()).toBeVisible();
    await expect(tool.panel.getByText('counted to 10 of 10').first()).toBeVisible();
    await expect.poll(() => tool.newestRun().state).toBe('done');
    expect(tool.newestRun().id).toBe(before.id);
    await tool.select('Report');
    await expect(tool.panel.getByRole('cell', { name: 'say how it went' })).toBeVisible();
  });

  test('a killed kernel is told within seconds', async ({ page }) => {
    await tool.panel.getByLabel(/How many seconds/).fill('20');
    await tool.run().click();
    await tool.select('Live');
    await expect(tool.panel.getByText('each step takes 20 s').first()).toBeVisible();
    const response = await page.request.get('/api/kernels');
    const kernels = (await response.json()) as { id: string }[];
    const record = JSON.parse(
      fs.readFileSync(tool.file(`.crosscompute/history/${tool.newestRun().id}/run.json`), 'utf-8')
    );
    expect(kernels.map(({ id }) => id)).toContain(record.engine.kernel);
    // From outside, as the system does when memory is short.
    killKernel(record.engine.kernel);
    await expect(tool.panel.getByRole('alert').first()).toContainText(/kernel/i);
    await expect.poll(() => tool.newestRun().state).toBe('failed');
    await expect
      .poll(async () => {
        const left = (await (await page.request.get('/api/kernels')).json()) as { id: string }[];
        return left.map(({ id }) => id);
      })
      .not.toContain(record.engine.kernel);
  });
});

/** Send SIGKILL to the process whose connection file names a kernel. */
function killKernel(id: string): void {
  for (const pid of fs.readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      if (fs.readFileSync(`/proc/${pid}/cmdline`, 'utf-8').includes(`kernel-${id}.json`)) {
        process.kill(Number(pid), 'SIGKILL');
      }
    } catch {
      // It ended while we looked.
    }
  }
}
