import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { IStatusElement } from '../../../core/run/statusElement';
import { until } from '../../../testing/jupyterServer';
import { serveSite, type IServedSite } from './servedSite';

const CONFIGURATION = `crosscompute: 0.9.4
name: Tool
input:
  variables:
    - {id: mode, view: string, path: variables.dictionary}
    - {id: n, view: number, path: variables.dictionary}
    - {id: api_token, view: password, path: ENVIRONMENT}
output:
  variables:
    - {id: report, view: text, path: report.txt}
batches:
  - folder: batches/standard
scripts:
  - command: sh process.sh
    protocol: progress
    arguments: [mode, n]
    result: report
`;

const SCRIPT = `echo run >> runs.txt
printf '0.3\\thi\\n'
case $1 in
  fail) sleep 0.3; printf boom >&2; exit 3;;
  empty) exit 0;;
  wait) while [ ! -e go ]; do sleep 0.02; done;;
esac
printf "%s" "$api_token" > "$3"
`;

describe('POST a/{automation}/generate', () => {
  let site: IServedSite;
  let address: string;

  beforeEach(async () => {
    site = await serveSite({
      'automate.yaml': CONFIGURATION,
      'process.sh': SCRIPT,
      'batches/standard/input/variables.dictionary': '{"mode": "", "n": 0}'
    });
    address = await site.app.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(() => site.close());

  const generate = (values: object | URLSearchParams, headers: Record<string, string> = {}) =>
    fetch(`${address}/a/tool/generate`, {
      method: 'POST',
      body: values instanceof URLSearchParams ? values : JSON.stringify(values),
      headers: {
        ...(values instanceof URLSearchParams ? {} : { 'Content-Type': 'application/json' }),
        Authorization: basic('sesame', 'x-auth-token'),
        ...headers
      }
    });
  const basic = (name: string, password: string) =>
    `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const runCount = async () => (await text('runs.txt')).split('\n').length - 1;
  const text = (name: string) => readFile(path.join(site.folder, name), 'utf8').catch(() => '');
  /** Reads elements as they come. */
  const follow = (response: Response) => {
    const followed = { text: '', ended: Promise.resolve() };
    const read = async () => {
      const decoder = new TextDecoder();
      const reader = response.body?.getReader();
      for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
        followed.text += decoder.decode(next.value, { stream: true });
      }
    };
    followed.ended = read();
    return followed;
  };
  const elements = async (response: Response) => (await response.json()) as IStatusElement[];

  it('answers with an array that ends with how the run ended', async () => {
    const response = await generate({ mode: 'fail', n: 1 });
    expect(response.status).toBe(200);
    const body = await response.text();
    const last =
      '{"n_ahead_in_queue":0,"fraction":1,"message":null,"returncode":3,"error":"Exited with code 3\\nstderr:\\nboom"}]';
    expect(body.trim().endsWith(last)).toBe(true);
    const all = JSON.parse(body) as IStatusElement[];
    expect(all[0]).toMatchObject({ n_ahead_in_queue: 0, fraction: 0, returncode: null });
    expect(all).toContainEqual(expect.objectContaining({ fraction: 0.3, message: 'hi' }));
  });

  it('takes forms, and a token of the header for the program alone', async () => {
    const response = await generate(new URLSearchParams({ mode: '', n: '2' }), {
      Authorization: basic('open: sesame', 'x-api-token')
    });
    const all = await elements(response);
    expect(all[all.length - 1]).toMatchObject({ returncode: 0, error: null });
    const [run] = site.services.queue.list({});
    expect(await text(`${run.batch.folder}/output/report.txt`)).toBe('open: sesame');
    expect(JSON.stringify(run)).not.toContain('sesame');
  });

  it('says -999 when nothing was written', async () => {
    const all = await elements(await generate({ mode: 'empty', n: 1 }));
    expect(all[all.length - 1]).toMatchObject({
      returncode: -999,
      error: 'invalid program: it should have written to its output file'
    });
  });

  it('refuses inputs with a problem document', async () => {
    const response = await generate({ mode: '', n: 'many' }, { Accept: 'text/html' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'input-refused' });
  });

  it('joins the run, which no reader that leaves can stop', async () => {
    const abort = new AbortController();
    const left = fetch(`${address}/a/tool/generate`, {
      method: 'POST',
      body: JSON.stringify({ mode: 'wait', n: 1, api_token: 'sesame' }),
      headers: { 'Content-Type': 'application/json' },
      signal: abort.signal
    });
    await left;
    await until('it says how far it is', () =>
      site.services.queue.state().running.some(({ fraction }) => fraction === 0.3)
    );
    abort.abort();
    const second = follow(await generate({ mode: 'wait', n: 1 }));
    // The present state first, no old elements.
    const now =
      '[{"n_ahead_in_queue":0,"fraction":0.3,"message":"hi","returncode":null,"error":null}';
    await until('it joined', () => second.text === now);
    await writeFile(path.join(site.folder, 'go'), '');
    await second.ended;
    expect((JSON.parse(second.text) as IStatusElement[]).pop()).toMatchObject({ returncode: 0 });
    expect(await runCount()).toBe(1);
  });

  it('tells positions, which never rise', async () => {
    const streams: ReturnType<typeof follow>[] = [];
    for (let n = 0; n < 6; n++) {
      streams.push(follow(await generate({ mode: 'wait', n })));
    }
    await until('all are known', () => streams.every(stream => stream.text.includes('}')));
    expect(streams.map(({ text }) => /ahead_in_queue":(\d)/.exec(text)?.[1])).toEqual([
      '0',
      '0',
      '2',
      '3',
      '4',
      '5'
    ]);
    await writeFile(path.join(site.folder, 'go'), '');
    await Promise.all(streams.map(({ ended }) => ended));
    for (const stream of streams) {
      const ahead = (JSON.parse(stream.text) as IStatusElement[]).map(
        ({ n_ahead_in_queue }) => n_ahead_in_queue
      );
      expect(ahead).toEqual([...ahead].sort((a, b) => b - a));
    }
  });

  it('is valid JSON when the server ends', async () => {
    const stream = follow(await generate({ mode: 'wait', n: 1 }));
    await until('it runs', () => stream.text.includes('0.3'));
    await site.app.close();
    await stream.ended;
    expect(JSON.parse(stream.text)).toContainEqual(expect.objectContaining({ fraction: 0.3 }));
  });

  it('is empty where a result answers, unless the code changed since', async () => {
    const configuration = `${CONFIGURATION}environment: {cache: true}\n`;
    await writeFile(path.join(site.folder, 'automate.yaml'), configuration);
    const ask = async () => elements(await generate({ mode: '', n: 7 }));
    expect((await ask()).pop()).toMatchObject({ returncode: 0 });
    expect(await ask()).toEqual([]);
    expect(await runCount()).toBe(1);
    await writeFile(path.join(site.folder, 'process.sh'), `${SCRIPT}# changed\n`);
    expect((await ask()).pop()).toMatchObject({ returncode: 0 });
    const { id } = site.loaded;
    const inputs = { mode: { value: '' }, n: { value: 7 }, api_token: { value: 'sesame' } };
    const post = async (fresh: boolean) =>
      (await site.post('/api/runs', { automation: id, inputs, fresh })).json();
    expect(await post(false)).toMatchObject({ cached: true, state: 'done' });
    expect(await post(true)).toMatchObject({ cached: false });
  });

  it('is there for every run, as events too', async () => {
    await elements(await generate({ mode: 'fail', n: 1 }));
    const [{ id }] = site.services.queue.list({});
    const url = `${address}/api/runs/${id}/progress`;
    expect(await elements(await fetch(url))).toMatchObject([{ returncode: 3 }]);
    const abort = new AbortController();
    const events = await fetch(url, {
      headers: { Accept: 'text/event-stream' },
      signal: abort.signal
    });
    const reader = events.body?.getReader();
    let heard = '';
    while (!heard.includes('"state":"failed"')) {
      heard += new TextDecoder().decode((await reader?.read())?.value);
    }
    abort.abort();
    expect(heard).toContain('"state":"queued"');
  });
});
