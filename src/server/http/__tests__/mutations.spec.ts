import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import {
  createFolder,
  startServer,
  writeBelow,
  type IServerOfSpec
} from '../../../testing/serverSetUp';
import { rewriteSite } from '../siteUrl';

const TOOL = `crosscompute: 0.9.4
name: Tea
output:
  variables:
    - {id: kind, view: string, path: variables.dictionary}
    - {id: code, view: password, path: variables.dictionary}
    - {id: notes, view: text, path: notes.txt}
batches: [{folder: batches/standard}]
`;

const CLOSED = `${TOOL.replace('Tea', 'Closed')}authorization:
  groups: [{configuration: {role: brewer}, permissions: [{id: see_batch}]}]
`;

describe('GET /streams/mutations', () => {
  let folder: string;
  let server: IServerOfSpec;
  let uri: string;

  const write = (name: string, text: string) => writeBelow(folder, name, text);

  beforeEach(async () => {
    folder = await createFolder({
      'automate.yaml': 'crosscompute: 0.9.4\nimports: [{path: tea}, {path: closed}]\n',
      'tea/automate.yaml': TOOL,
      'tea/batches/standard/output/notes.txt': 'hot',
      'closed/automate.yaml': CLOSED,
      'closed/batches/standard/output/notes.txt': 'hot'
    });
    server = await startServer(folder, { services: { isWatching: true } });
    const { app, services } = server;
    await services.automations.open(folder);
    await services.automations.whenWatching();
    await app.listen({ host: '127.0.0.1', port: 0 });
    uri = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/streams/mutations`;
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('tells what changed in the shape of the original, and no secret', async () => {
    const abort = new AbortController();
    const response = await fetch(`${uri}/a/tea/b/standard/o.json?t=0`, { signal: abort.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (part: string) => {
      while (!text.includes(part)) {
        text += (await reader?.read())?.value ?? '';
      }
    };
    await until('retry');
    // The watcher of the batch's folders starts with its first reader.
    const output = 'tea/batches/standard/output/variables.dictionary';
    const writing = setInterval(
      () => void write(output, JSON.stringify({ kind: `green ${Date.now()}`, code: 'swordfish' })),
      100
    );
    await until('"i":"kind","v":"green');
    clearInterval(writing);
    const line = text.split('\n').find(each => each.startsWith('data: ')) ?? '';
    const mutation = JSON.parse(line.slice('data: '.length));
    expect(mutation).toMatchObject({
      mutation_time: expect.any(Number),
      server_time: expect.any(Number),
      variables: [{ i: 'kind' }, { i: 'code' }, { i: 'notes', v: 'hot' }]
    });
    expect(text).not.toContain('swordfish');
    abort.abort();
  });

  it('tells nothing to who may not see the batch', async () => {
    expect((await fetch(`${uri}/a/closed/b/standard/o.json?t=0`)).status).toBe(403);
  });

  it.each(['/a/tea/b/standard/x.json', '/a/tea/b/nothing/o.json', '/a/nothing/b/standard/o.json'])(
    'knows no %s',
    async address => {
      expect((await fetch(`${uri}${address}?t=0`)).status).toBe(404);
    }
  );

  it('is found behind Jupyter, too', () => {
    expect(rewriteSite('/streams/mutations/at/x/automate.yaml/a/y/b/z/o.json?t=0')).toBe(
      '/streams/mutations/_site/x%2Fautomate.yaml/a/y/b/z/o.json?t=0'
    );
    expect(rewriteSite('/streams/mutations/_site/x/a/y/b/z/o.json')).toBe('/not-found');
  });
});
