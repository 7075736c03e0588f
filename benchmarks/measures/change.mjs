import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { withChromium } from '../chromium.mjs';
import { withOurServer } from '../serving.mjs';
import { getQuantile } from '../table.mjs';
import { withFolder } from './attempt.mjs';

const REACH_SECONDS = 0.3;
const TIMEOUT_MS = 20_000;

/** Changes for each one of `times`. */
const CHANGES_A_TIME = 5;

/** Rests between what is shown and the next change, in turn: the next one soon after, within a second, and later. */
const PAUSES_MS = [0, 50, 150, 400, 1200];

/** Files that are changed, with the page that shows it; `{mark}` stands for what is looked for there. */
const SUBJECTS = [
  { name: 'template', file: 'input.md', page: 'i', text: '# Tea {mark}\n\n{leaf}\n' },
  { name: 'style', file: 'tea.css', page: 'i', text: ":root { --mark: '{mark}'; }\n" },
  { name: 'CSV', file: 'teas.csv', page: 'i', text: 'leaf\n{mark}\n' },
  { name: 'configuration', file: 'automate.yaml', page: 'i', text: configurationOf('{mark}') },
  { name: 'data', file: 'batches/1/output/note.txt', page: 'o', text: '{mark}' },
  {
    name: 'script, which runs',
    file: 'brew.sh',
    page: 'o',
    text: 'echo {mark} > "$CROSSCOMPUTE_OUTPUT_FOLDER/cup.txt"\n'
  }
];

/**
 * Measure how soon an open page shows what an author changes: from the moment before a file is written to the frame
 * that shows it, in Chromium, served in development.
 *
 * @param {Record<string, unknown>} runners - columns that are wanted
 * @param {number} times - five changes of each kind for each
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureChanges(runners, times) {
  let seconds = {};
  let reason = null;
  if ('ours' in runners) {
    try {
      seconds = await withFolder(folder => measureIn(folder, times * CHANGES_A_TIME));
    } catch (error) {
      reason = error.message.split('\n')[0];
    }
  }
  const reach = { text: '< 300 ms', isReached: ({ ours }) => ours < REACH_SECONDS };
  return SUBJECTS.flatMap(({ name }) =>
    [0.5, 0.95].map(share => ({
      name: `change of ${name} → open page, p${share * 100}`,
      unit: 'ms',
      values: seconds[name]
        ? { ours: { amount: getQuantile(seconds[name], share) } }
        : reason === null
          ? {}
          : { ours: { reason } },
      reach
    }))
  );
}

function measureIn(folder, count) {
  const write = (file, text) => {
    // As editors save: the file is there, whole, at any time.
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(`${target}~`, text);
    renameSync(`${target}~`, target);
  };
  SUBJECTS.forEach(({ file, text }) => write(file, text.replace('{mark}', 'mark-0')));
  return withOurServer(folder, ({ uri }) =>
    withChromium(async browser => {
      const seen = new Sightings();
      const context = await browser.newContext();
      await context.exposeFunction('tellMark', (mark, atMs) => seen.add(mark, atMs));
      await context.addInitScript(lookForMarks);
      const seconds = {};
      let number = 0;
      for (const { name, file, page: step, text } of SUBJECTS) {
        const page = await context.newPage();
        await page.goto(`${uri}/a/tea/b/1/${step}`);
        await seen.wait('mark-0', 'the page as it was');
        await wait(PAUSES_MS.at(-1));
        seconds[name] = [];
        for (let index = 0; index < count; index++) {
          const mark = `mark-${++number}`;
          const startedMs = Date.now();
          write(file, text.replace('{mark}', mark));
          seconds[name].push(((await seen.wait(mark, name)) - startedMs) / 1000);
          await wait(PAUSES_MS[index % PAUSES_MS.length]);
        }
        await page.close();
        seen.forget('mark-0');
        write(file, text.replace('{mark}', 'mark-0'));
      }
      return seconds;
    })
  );
}

function configurationOf(mark) {
  return `crosscompute: 0.9.4
name: Tea
slug: tea
display: {styles: [{path: tea.css}]}
input:
  variables: [{id: leaf, view: string, path: leaf.txt, label: Leaf ${mark}}]
  templates: [{path: input.md}]
output:
  variables: [{id: cup, view: string, path: cup.txt}, {id: note, view: string, path: note.txt}]
batches: [{folder: 'batches/1', slug: '1', configuration: {path: teas.csv}}]
scripts: [{command: sh brew.sh}]
`;
}

/** When marks were first seen, told by pages. */
class Sightings {
  add(mark, atMs) {
    if (!this._atMs.has(mark)) {
      this._atMs.set(mark, atMs);
    }
    this._waiting.get(mark)?.(atMs);
  }

  forget(mark) {
    this._atMs.delete(mark);
  }

  /** @returns {Promise<number>} milliseconds since the epoch */
  async wait(mark, what) {
    const known = this._atMs.get(mark);
    if (known !== undefined) {
      return known;
    }
    const late = new AbortController();
    try {
      return await Promise.race([
        new Promise(resolve => this._waiting.set(mark, resolve)),
        wait(TIMEOUT_MS, null, { signal: late.signal }).then(() => {
          throw new Error(`no page shows ${what} within ${TIMEOUT_MS / 1000} s`);
        })
      ]);
    } finally {
      late.abort();
      this._waiting.delete(mark);
    }
  }

  _atMs = new Map();
  _waiting = new Map();
}

/** Runs in the page: tells of each mark in the first frame that shows it. */
function lookForMarks() {
  const told = new Set();
  const look = () => {
    const { body, documentElement } = document;
    if (body) {
      const fields = [...document.querySelectorAll('input, textarea')].map(({ value }) => value);
      const style = getComputedStyle(documentElement).getPropertyValue('--mark');
      for (const [mark] of `${body.innerText} ${fields} ${style}`.matchAll(/mark-\d+/g)) {
        if (!told.has(mark)) {
          told.add(mark);
          void globalThis.tellMark(mark, Date.now());
        }
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
