import { isDeepStrictEqual } from 'node:util';
import { readPage } from './page.mjs';

/**
 * Compare an answer with what is expected of it.
 *
 * @param expected - see README.md
 * @param answer - `{ status, headers, text }` and `styles`, the text of the style sheets that the page names
 * @returns a line for each difference
 */
export function judge(expected, answer) {
  const differences = [];
  const tell = (what, wanted, found) =>
    differences.push(`${what}: expected ${show(wanted)}, found ${show(found)}`);
  const type = (answer.headers.get('content-type') ?? '').split(';')[0];
  compare('status', expected.status, answer.status, tell);
  compare('type', expected.type, type, tell);
  compare('location', expected.location, answer.headers.get('location'), tell);
  compare('body', expected.body, answer.text, tell);
  if (isGiven(expected.json)) {
    compare('json', expected.json, parseJson(answer.text), tell);
  }
  judgeText(expected, answer.text, tell);
  judgePage(expected, answer.text, tell);
  for (const text of expected.styles ?? []) {
    if (!answer.styles.includes(text)) {
      tell('styles', text, 'none of them');
    }
  }
  return differences;
}

/** Null in an expectation of the original takes one of ours away. */
function isGiven(value) {
  return value !== undefined && value !== null;
}

function compare(what, wanted, found, tell) {
  if (isGiven(wanted) && !isDeepStrictEqual(wanted, found)) {
    tell(what, wanted, found);
  }
}

function judgeText(expected, text, tell) {
  for (const part of expected.contains ?? []) {
    if (!text.includes(part)) {
      tell('contains', part, 'no such text');
    }
  }
  for (const part of expected.absent ?? []) {
    if (text.includes(part)) {
      tell('absent', part, text.slice(Math.max(0, text.indexOf(part) - 40)).slice(0, 160));
    }
  }
  for (const pattern of expected.matches ?? []) {
    if (!new RegExp(pattern, 's').test(text)) {
      tell('matches', pattern, 'no match');
    }
  }
}

function judgePage(expected, text, tell) {
  const { outputs, controls, checked, labels, has } = expected;
  if (![outputs, controls, checked, labels, has].some(isGiven)) {
    return;
  }
  const page = readPage(text);
  for (const [what, wanted] of Object.entries({ outputs, controls, checked })) {
    for (const [id, value] of Object.entries(wanted ?? {})) {
      compare(`${what}.${id}`, value, page[what][id] ?? null, tell);
    }
  }
  for (const label of labels ?? []) {
    if (!page.labels.includes(label)) {
      tell('labels', label, page.labels);
    }
  }
  for (const id of has ?? []) {
    if (!page.ids.includes(id)) {
      tell('has', id, page.ids);
    }
  }
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return `no JSON: ${text.slice(0, 80)}`;
  }
}

function show(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
