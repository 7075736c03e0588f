import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { judgeFiles, readReturnCode } from './files.mjs';
import { judge } from './judge.mjs';

/** A run from a form may take this long: the original looks for work once a second. */
const RUN_LIMIT_MS = 60000;

/**
 * Send the requests of a case one after the other and compare the answers.
 *
 * @param context - `uri` of the site, `slug` of the automation, `folder` of the case, `system` name
 * @returns `{ title, differences }` for each request
 */
export async function sendRequests(requests, context) {
  const results = [];
  for (const request of requests ?? []) {
    const expected = expectationOf(request, context.system);
    if (expected.skip) {
      continue;
    }
    const title = titleOf(request);
    try {
      results.push({ title, differences: await send(request, expected, context) });
    } catch (error) {
      results.push({ title, differences: [`${error.message} ${error.cause ?? ''}`] });
    }
  }
  return results;
}

/** What is expected of a system: that of the original is laid over ours. */
export function expectationOf(item, system) {
  const { original, ...expected } = item;
  return system === 'original' && original ? { ...expected, ...original } : expected;
}

function titleOf({ get, head, post, upload, body }) {
  if (upload) {
    return `upload ${upload.map(({ name }) => name).join(', ')}`;
  }
  return get !== undefined
    ? `get ${get || 'the page'}`
    : head !== undefined
      ? `head ${head || 'the page'}`
      : `post ${post} ${JSON.stringify(body)}`;
}

async function send(request, expected, context) {
  if (request.upload) {
    return upload(request.upload, expected, context);
  }
  if (request.post !== undefined) {
    return post(request, expected, context);
  }
  const method = request.head === undefined ? 'GET' : 'HEAD';
  const address = addressOf(request.get ?? request.head, context);
  const response = await fetch(address, {
    method,
    redirect: 'manual',
    headers: headersOf(request)
  });
  const text = await response.text();
  const answer = { status: response.status, headers: response.headers, text };
  return judge(expected, {
    ...answer,
    styles: expected.styles ? await readStyles(text, address) : ''
  });
}

function addressOf(target, { uri, slug }) {
  return target.startsWith('//')
    ? `${uri}${target.slice(1)}`
    : `${uri}/a/${encodeURIComponent(slug)}${target}`;
}

function headersOf({ token }) {
  return token ? { authorization: `Bearer ${token}` } : {};
}

async function readStyles(text, address) {
  const links = [...text.matchAll(/<link [^>]*href="([^"]+)"[^>]*>/g)]
    .filter(([link]) => link.includes('stylesheet'))
    .map(([, href]) => new URL(href.replaceAll('&amp;', '&'), address));
  const own = links.filter(({ origin }) => origin === new URL(address).origin);
  const sheets = await Promise.all(own.map(async link => (await fetch(link)).text()));
  const inline = [...text.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map(([, sheet]) => sheet);
  return [...sheets, ...inline].join('\n');
}

async function upload(files, expected, context) {
  const form = new FormData();
  for (const { name, type, text } of files) {
    form.append('files', new Blob([text], { type }), name);
  }
  const response = await fetch(`${context.uri}/files.json`, { method: 'POST', body: form });
  const text = await response.text();
  context.upload = response.ok ? JSON.parse(text).uri : '';
  return judge(expected, { status: response.status, headers: response.headers, text, styles: '' });
}

async function post(request, expected, context) {
  const body = JSON.stringify(request.body).replace('$upload', context.upload ?? '');
  const response = await fetch(addressOf(request.post, context), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headersOf(request) },
    body
  });
  const text = await response.text();
  const differences = judge(
    { ...expected, body: null },
    { status: response.status, headers: response.headers, text, styles: '' }
  );
  const answer = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
  if (expected.step !== undefined && answer.step_code !== expected.step) {
    differences.push(`step: expected ${expected.step}, found ${answer.step_code}`);
  }
  if (expected.refusals) {
    const refused = (answer.refusals ?? []).map(({ variable }) => variable).sort();
    if (refused.join() !== [...expected.refusals].sort().join()) {
      differences.push(`refusals: expected ${expected.refusals}, found ${refused}`);
    }
  }
  return expected.run === undefined || expected.run === null || !answer.batch_slug
    ? differences
    : [...differences, ...(await judgeRun(expected, answer.batch_slug, context))];
}

async function judgeRun(expected, slug, { folder }) {
  const batch = path.join(folder, 'runs', slug);
  const end = Date.now() + RUN_LIMIT_MS;
  let code = readReturnCode(batch);
  while (code === null && Date.now() < end) {
    await wait(50);
    code = readReturnCode(batch);
  }
  const found = code === expected.run ? [] : [`run: expected ${expected.run}, found ${code}`];
  return [...found, ...judgeFiles(batch, expected.files)];
}
