import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readCells, writeAutomation } from './automations.mjs';
import { withChromium } from './chromium.mjs';
import { startLab } from './lab.mjs';
import { withFolder } from './measures/attempt.mjs';
import { getMedian } from './table.mjs';

const NAME = 'First Output';
const FORM_REACH_SECONDS = 0.3;
const OUTPUT_REACH_SECONDS = 0.2;
const TIMEOUT_MS = 30_000;

/**
 * Measure what a person waits for in JupyterLab: from the click to the form, from *Run* to the first
 * output, and from the kernel's sending of an output to its being on screen.
 *
 * @param {number} times - warm clicks; the first one is not counted
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureBrowser(times) {
  let cells;
  try {
    cells = await withFolder(folder => measureInLab(folder, times));
  } catch (error) {
    const reason = { reason: error.message.split('\n')[0] };
    cells = { form: reason, firstOutput: reason, output: reason };
  }
  const reachWithin = seconds => ({
    text: `≤ ${seconds * 1000} ms`,
    isReached: ({ ours }) => ours <= seconds
  });
  return [
    {
      name: 'click → form visible, warm',
      unit: 'ms',
      values: { ours: cells.form },
      reach: reachWithin(FORM_REACH_SECONDS)
    },
    {
      name: 'run → first output on screen',
      unit: 'ms',
      values: { ours: cells.firstOutput },
      reach: null
    },
    {
      name: 'next run → first output on screen',
      unit: 'ms',
      values: { ours: cells.nextOutput },
      reach: null
    },
    {
      name: 'kernel sends output → on screen',
      unit: 'ms',
      values: { ours: cells.output },
      reach: reachWithin(OUTPUT_REACH_SECONDS)
    }
  ];
}

async function measureInLab(folder, times) {
  const root = path.join(folder, 'root');
  mkdirSync(root);
  writeAutomation(path.join(root, 'first-output'), {
    name: NAME,
    cells: readCells('output'),
    batchCount: 1
  });
  const lab = await startLab(root, path.join(folder, 'state'));
  try {
    return await withChromium(async browser => {
      const page = await openNotebook(browser, lab);
      const form = await measureForm(page, times);
      const output = await measureOutput(page);
      await untilKernelIsKept(lab);
      const next = await measureOutput(page);
      return { form, ...output, nextOutput: next.firstOutput };
    });
  } finally {
    await lab.stop();
  }
}

async function openNotebook(browser, { url, token }) {
  const context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    extraHTTPHeaders: { Authorization: `token ${token}` }
  });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.addInitScript(installProbe);
  await page.goto(`${url}lab/tree/first-output/run.ipynb?token=${token}`);
  try {
    await getButton(page).waitFor();
  } catch (error) {
    throw new Error('the notebook has no button CrossCompute in its toolbar', { cause: error });
  }
  return page;
}

async function measureForm(page, times) {
  const region = page.getByRole('region', { name: NAME });
  const seconds = [];
  for (let time = 0; time <= times; time++) {
    const button = await getButton(page).elementHandle();
    const milliseconds = await page.evaluate(
      ([element, timeoutMs]) => globalThis.benchmarkProbe.clickUntilField(element, timeoutMs),
      [button, TIMEOUT_MS]
    );
    seconds.push(milliseconds / 1000);
    if (time < times) {
      await page
        .locator('.lm-DockPanel-tabBar .lm-TabBar-tab', { hasText: NAME })
        .locator('.lm-TabBar-tabCloseIcon')
        .click();
      await region.waitFor({ state: 'hidden' });
    }
  }
  return { amount: getMedian(seconds.slice(1)) };
}

async function measureOutput(page) {
  const region = page.getByRole('region', { name: NAME });
  await region.getByRole('tab', { name: 'Inputs', exact: true }).click();
  const button = await region.getByRole('button', { name: 'Run', exact: true }).elementHandle();
  await page.evaluate(
    ([element, timeoutMs]) => globalThis.benchmarkProbe.clickAndWatch(element, timeoutMs),
    [button, TIMEOUT_MS]
  );
  await region.getByRole('tab', { name: 'Live', exact: true }).click();
  const { first, delays } = await page.evaluate(() => globalThis.benchmarkProbe.watched);
  return {
    firstOutput: { amount: first / 1000 },
    output: { amount: getMedian(delays) / 1000 }
  };
}

/** Wait until the kernel for the next run is there and has nothing to do. */
async function untilKernelIsKept({ url, token }) {
  const deadline = performance.now() + TIMEOUT_MS;
  const headers = { Authorization: `token ${token}` };
  while (performance.now() < deadline) {
    const sessions = await (await fetch(`${url}api/sessions`, { headers })).json();
    const kept = sessions.filter(({ type }) => type === 'crosscompute');
    if (kept.length && kept.every(({ kernel }) => kernel.execution_state === 'idle')) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error('no kernel was kept ready for the next run');
}

function getButton(page) {
  return page
    .locator('.jp-NotebookPanel-toolbar')
    .getByRole('button', { name: 'CrossCompute' })
    .first();
}

/**
 * Runs in the page. It measures there, frame by frame, so that the way between the browser and this
 * process does not count. Elements and texts are looked for in shadow roots, too.
 */
function installProbe() {
  const OUTPUT_COUNT = 20;

  function* walk(node) {
    yield node;
    if (node.shadowRoot) {
      yield* walk(node.shadowRoot);
    }
    for (const child of node.childNodes) {
      yield* walk(child);
    }
  }

  function isOnScreen(element) {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0;
  }

  function isField(node) {
    return node instanceof HTMLInputElement && node.type === 'number' && isOnScreen(node);
  }

  /** Look at each frame until `look` answers something else than undefined. */
  function untilFrame(look, timeoutMs) {
    const deadline = performance.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      const step = () => {
        const answer = look();
        if (answer !== undefined) {
          resolve(answer);
        } else if (performance.now() > deadline) {
          reject(new Error(`nothing appeared within ${timeoutMs / 1000} s`));
        } else {
          requestAnimationFrame(step);
        }
      };
      requestAnimationFrame(step);
    });
  }

  /** As a mouse does: buttons of JupyterLab's toolbars act when it goes down. */
  function press(button) {
    for (const type of ['mousedown', 'mouseup', 'click']) {
      button.dispatchEvent(
        new MouseEvent(type, { bubbles: true, cancelable: true, composed: true, button: 0 })
      );
    }
  }

  globalThis.benchmarkProbe = {
    watched: undefined,

    clickUntilField(button, timeoutMs) {
      const started = performance.now();
      press(button);
      return untilFrame(
        () => ([...walk(document.body)].some(isField) ? performance.now() - started : undefined),
        timeoutMs
      );
    },

    clickAndWatch(button, timeoutMs) {
      const started = Date.now();
      const delayBySent = new Map();
      let first;
      press(button);
      // The notebook beside the panel shows the cell's source, which holds no number after "sent".
      this.watched = untilFrame(() => {
        const now = Date.now();
        for (const node of walk(document.body)) {
          if (
            node instanceof Text &&
            node.data.includes('sent ') &&
            isOnScreen(node.parentElement)
          ) {
            for (const [, sent] of node.data.matchAll(/sent (\d+\.\d{4})/g)) {
              // What an earlier run said may still stand there.
              if (!delayBySent.has(sent) && Number(sent) * 1000 >= started) {
                first ??= now - started;
                delayBySent.set(sent, now - Number(sent) * 1000);
              }
            }
          }
        }
        return delayBySent.size >= OUTPUT_COUNT
          ? { first, delays: [...delayBySent.values()] }
          : undefined;
      }, timeoutMs);
    }
  };
}
