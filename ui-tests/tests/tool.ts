import * as fs from 'node:fs';
import * as path from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');

/** Folders of examples that are never copied: what running them made. */
const MADE = /^(runs|\.crosscompute|output|log|debug|print|\.ipynb_checkpoints)$/;

/** Absolute root folder of the Jupyter server. */
export function rootFolder(): string {
  const folder = process.env.JUPYTERLAB_GALATA_ROOT_DIR;
  if (!folder) {
    throw new Error('start the browser tests with ui-tests/playwright.config.js');
  }
  return folder;
}

/**
 * Copy an example into a folder of its own below the root of the Jupyter server.
 *
 * @returns path relative to the root folder
 */
export function copyExample(name: string, title: string): string {
  const folder = `${title.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}-${name}`;
  fs.cpSync(path.join(EXAMPLES, name), path.join(rootFolder(), folder), {
    recursive: true,
    filter: source => !MADE.test(path.basename(source))
  });
  return folder;
}

/** What a person sees of a tool in JupyterLab: the button, the panel, its tabs. */
export class ToolPage {
  /**
   * @param folder - of the automation, relative to the root folder
   * @param name - of the automation
   */
  constructor(
    readonly page: IJupyterLabPageFixture,
    readonly folder: string,
    readonly name: string
  ) {}

  get panel(): Locator {
    return this.page.getByRole('region', { name: this.name, exact: true });
  }

  /** The notebook's CrossCompute button. */
  get button(): Locator {
    return this.page
      .locator('.jp-NotebookPanel:visible')
      .getByRole('button', { name: 'CrossCompute' });
  }

  tab(name: string): Locator {
    return this.panel.getByRole('tab', { name, exact: true });
  }

  run(): Locator {
    return this.panel.getByRole('button', { name: 'Run', exact: true });
  }

  stop(): Locator {
    return this.panel.getByRole('button', { name: 'Stop', exact: true });
  }

  /** Text of how the shown run is. */
  get status(): Locator {
    return this.panel.getByRole('status').first();
  }

  file(relative: string): string {
    return path.join(rootFolder(), this.folder, relative);
  }

  async openNotebook(notebook = 'run.ipynb'): Promise<void> {
    await this.page.notebook.openByPath(`${this.folder}/${notebook}`);
    await expect(this.button).toBeVisible();
  }

  /** Open the notebook, click the button, and wait for the form. */
  async open(notebook = 'run.ipynb'): Promise<void> {
    await this.openNotebook(notebook);
    await this.button.click();
    await expect(this.panel).toBeVisible();
    await expect(this.tab('Inputs')).toHaveAttribute('aria-selected', 'true');
  }

  /** Reload as a person does; galata's own waits for a launcher that a restored page does not show. */
  async reload(): Promise<void> {
    await Promise.all([
      this.page.waitForEvent('load'),
      this.page.evaluate(() => window.location.reload())
    ]);
  }

  async select(tab: string): Promise<void> {
    await this.tab(tab).click();
    await expect(this.tab(tab)).toHaveAttribute('aria-selected', 'true');
  }

  /** The record of the newest run of the automation. */
  newestRun(): { id: string; state: string; batch: { folder: string }; error: unknown } {
    const history = this.file('.crosscompute/history');
    const records = fs
      .readdirSync(history)
      .map(id => JSON.parse(fs.readFileSync(path.join(history, id, 'run.json'), 'utf-8')));
    records.sort((a, b) => (a.created < b.created ? 1 : -1));
    return records[0];
  }
}
