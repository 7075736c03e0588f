import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { FastifyInstance } from 'fastify';
import type { IAutomationSummary, IFindResponse } from '../../../core/api';
import { createServices } from '../../createServices';
import { createLog } from '../../log';
import type { Services } from '../../services';
import { createServer } from '../server';

const EXAMPLE = path.join(__dirname, '../../../../examples/seats');

describe('views that a tool brings, over HTTP', () => {
  let folder: string;
  let services: Services;
  let app: FastifyInstance;

  async function open(hasSites: boolean): Promise<void> {
    folder = await mkdtemp(path.join(os.tmpdir(), 'own-views-'));
    await cp(EXAMPLE, path.join(folder, 'seats'), { recursive: true });
    await build({
      entryPoints: [path.join(__dirname, '../../views/viewWorker.ts')],
      outfile: path.join(folder, 'viewWorker.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs'
    });
    const assetsFolder = path.join(folder, 'assets');
    await mkdir(assetsFolder);
    for (const name of ['page.js', 'page.css', 'logo.svg']) {
      await writeFile(path.join(assetsFolder, name), '');
    }
    services = await createServices({
      rootFolder: folder,
      stateFolder: path.join(folder, 'state'),
      place: () => Promise.reject(new Error('no kernels here')),
      engineId: 'private',
      siteUri: configuration => (hasSites ? `at/${configuration}/` : ''),
      hasSites,
      isWatching: false,
      maximumConcurrentRuns: 1,
      assetsFolder,
      environment: process.env,
      log: createLog('silent')
    });
    app = await createServer(services, {
      ...{ proxySecret: null, rootUri: '', hosts: null, origins: [], version: '0' },
      hasSites
    });
  }

  afterEach(async () => {
    await app.close();
    await services.close();
    await rm(folder, { recursive: true });
  });

  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });

  it('serves the module that a page names, and no other file', async () => {
    await open(false);
    await services.automations.open(path.join(folder, 'seats'));
    const page = await app.inject('/a/seats/b/standard/i');
    const name = /data-module="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const module = await app.inject(`/a/seats/views/${name}`);
    expect(module.statusCode).toBe(200);
    expect(module.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(module.body).toContain('export default {');
    expect(page.headers['content-security-policy']).toContain("script-src 'self' 'nonce-");
    for (const other of ['seat-map.mjs', 'run.py', '..%2Frun.py', 'views%2Fseat-map.mjs']) {
      const answer = await app.inject(`/a/seats/views/${other}`);
      expect([other, answer.statusCode]).toEqual([other, 404]);
    }
  });

  it('refuses a posted value as the module says', async () => {
    await open(false);
    await services.automations.open(path.join(folder, 'seats'));
    const answer = await post('/a/seats.json', { seats: { value: 'A1 Z9' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('there is no seat \\"Z9\\"');
  });

  it('runs the code of a folder that somebody only looked at once it is trusted', async () => {
    await open(true);
    const { candidates } = (
      await post('/api/automations/find', { path: 'seats' })
    ).json<IFindResponse>();
    const [{ id, problems, isRunnable }] = candidates;
    expect(problems).toMatchObject([
      { code: 'view-unavailable', file: 'seats/automate.yaml', line: 7, column: 5 }
    ]);
    expect(isRunnable).toBe(false);
    const fragment = `/api/automations/${id}/page?step=input&batch=standard`;
    expect((await app.inject(fragment)).json<{ html: string }>().html).toContain(
      'view-unavailable'
    );

    const trusted = (await post(`/api/automations/${id}/trust`, {})).json<IAutomationSummary>();
    expect(trusted).toMatchObject({ problems: [], isRunnable: true });
    expect((await app.inject(fragment)).json<{ html: string }>().html).toContain('data-seat="A1"');

    const file = path.join(folder, 'seats/views/seat-map.mjs');
    await writeFile(file, 'export default { input: () => "other", output: () => "other" };');
    const again = (await post('/api/automations/find', { path: 'seats' })).json<IFindResponse>();
    expect(again.candidates[0].problems).toMatchObject([{ code: 'view-unavailable' }]);
  });
});
