import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from '@playwright/test';
import { copyExample, rootFolder } from './tool';

const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';
const PYTHON = path.join(__dirname, '..', '..', '.venv', BIN, 'python');
const TOKEN = 'a-token-of-the-browser-tests';

/** A JupyterLab as people start it: with a token, and with its check against forged requests. */
test.describe('JupyterLab with its usual locks', () => {
  let jupyter: ChildProcess;
  let uri: string;

  test.beforeAll(async () => {
    jupyter = spawn(
      PYTHON,
      [
        ...['-m', 'jupyterlab', '--no-browser', '--allow-root', '--ServerApp.port=0'],
        `--ServerApp.root_dir=${rootFolder()}`,
        '--ServerApp.base_url=/some/prefix/'
      ],
      { env: { ...process.env, JUPYTER_TOKEN: TOKEN }, stdio: ['ignore', 'ignore', 'pipe'] }
    );
    uri = await new Promise<string>((resolve, reject) => {
      let text = '';
      jupyter.stderr?.on('data', chunk => {
        text += chunk;
        const match = /(http:\/\/127\.0\.0\.1:\d+\/some\/prefix\/)lab/.exec(text);
        if (match) {
          resolve(match[1]);
        }
      });
      jupyter.once('exit', status => reject(new Error(`JupyterLab ended with ${status}: ${text}`)));
    });
  });

  test.afterAll(async () => {
    const ended = new Promise(resolve => jupyter.once('exit', resolve));
    jupyter.kill('SIGTERM');
    await ended;
  });

  test('button, form, run and report below a prefix, with token and XSRF check', async ({
    page
  }) => {
    const folder = copyExample('tip-calculator', 'secured');
    await page.goto(`${uri}lab?crosscompute=${folder}/automate.yaml&token=${TOKEN}`);
    const panel = page.getByRole('region', { name: 'Tip Calculator', exact: true });
    await panel.getByLabel(/bill/i).first().fill('200');
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(panel.getByText(/tip/i).first()).toBeVisible();
    await panel.getByRole('tab', { name: 'Live' }).click();
    await expect(panel.getByRole('status').first()).toContainText(/done/i);
  });

  test('rules of access let in the user that they name', async ({ page }) => {
    const folder = copyExample('class-grades', 'rules');
    await page.goto(`${uri}lab?crosscompute=${folder}/automate.yaml&token=${TOKEN}`);
    const panel = page.getByRole('region', { name: 'Class Grades', exact: true });
    await panel.getByLabel(/How many points/).fill('40');
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(panel.getByText('Grade A')).toBeVisible();
  });

  test('rules of access that name others say so, and what to do', async ({ page }) => {
    const folder = copyExample('class-grades', 'closed');
    const file = path.join(rootFolder(), folder, 'automate.yaml');
    const text = fs.readFileSync(file, 'utf-8');
    fs.writeFileSync(file, text.replace('username: jupyter', 'username: ana'));
    await page.goto(`${uri}lab?crosscompute=${folder}/automate.yaml&token=${TOKEN}`);
    await expect(page.getByText(/is for Jupyter's user "jupyter"/).first()).toBeVisible();
  });

  test('nobody gets in without the token, and no post without the header', async ({ request }) => {
    const health = `${uri}crosscompute/api/health`;
    expect((await request.get(health, { maxRedirects: 0 })).status()).not.toBe(200);
    await request.get(`${uri}lab?token=${TOKEN}`);
    expect((await request.get(health)).status()).toBe(200);
    const find = await request.post(`${uri}crosscompute/api/automations/find`, {
      data: { path: '' }
    });
    expect(find.status()).toBe(403);
  });
});
