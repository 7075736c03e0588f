import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IRunResponse } from '../../../core/api';
import { serveSite, type IServedSite } from './servedSite';

const AUTOMATION = `
crosscompute: 0.9.4
input: {variables: [{id: a, view: number, path: variables.dictionary}]}
output: {variables: [{id: a, view: number, path: variables.dictionary}]}
batches: [{folder: batches/one}]
scripts: [{command: 'cp {input_folder}/variables.dictionary {output_folder}/variables.dictionary'}]
`;

describe('equal work', () => {
  let site: IServedSite;
  let server: Server;
  let downloads: number;

  beforeEach(async () => {
    downloads = 0;
    server = createServer((_, response) => response.end(`data ${(downloads += 1)}`));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await site.close();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  async function open(more: string): Promise<void> {
    site = await serveSite(
      {
        'automate.yaml': AUTOMATION + more,
        'batches/one/input/variables.dictionary': '{"a": 1}'
      },
      { ...process.env, CROSSCOMPUTE_ALLOW_PRIVATE_DOWNLOADS: '1' }
    );
  }

  /** Ask for the batch and wait for its end. @returns true when an earlier result answered */
  async function isCached(more: object = {}): Promise<boolean> {
    const asked = { automation: site.loaded.id, batch: 'one', ...more };
    const run = (await site.post('/api/runs', asked)).json<IRunResponse>();
    expect((await site.ended(run.id)).state).toBe('done');
    return run.cached;
  }

  it('is answered by an earlier result where the author allows it, unless it is to be fresh', async () => {
    await open('environment: {cache: true}\n');
    expect(await isCached()).toBe(false);
    expect(await isCached()).toBe(true);
    // As intervals ask.
    expect(await isCached({ fresh: true })).toBe(false);
  });

  it('is done again where the author says nothing', async () => {
    await open('');
    expect([await isCached(), await isCached()]).toEqual([false, false]);
  });

  it('is done again where something is downloaded, which may be newer', async () => {
    const { port } = server.address() as AddressInfo;
    await open(
      `environment: {cache: true}\ndatasets: [{path: d.txt, reference: {uri: 'http://127.0.0.1:${port}/d'}}]\n`
    );
    expect([await isCached(), await isCached()]).toEqual([false, false]);
    expect(downloads).toBe(2);
  });
});
