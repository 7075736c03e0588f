import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IRunAllResponse } from '../../../core/api';
import { until } from '../../../testing/jupyterServer';
import { HttpError } from '../../httpError';
import { createFolder, startServer, type IServerOfSpec } from '../../../testing/serverSetUp';

const COUNT = 40;

const FILES = {
  'automate.yaml': `crosscompute: 0.9.4
name: Cities
input:
  variables:
    - {id: city, view: string, path: variables.dictionary}
batches:
  - folder: batches/{city | slug}
    configuration: {path: batches.csv}
scripts:
  - command: 'true'
`,
  'batches.csv': `city\n${Array.from({ length: COUNT }, (_, at) => `c${at}`).join('\n')}\n`
};

const SLUGS = Array.from({ length: COUNT }, (_, at) => `c${at}`);

describe('the runs of all batches', () => {
  let folder: string;
  let stateFolder: string;
  const servers: IServerOfSpec[] = [];

  beforeEach(async () => {
    folder = await createFolder(FILES);
    stateFolder = await mkdtemp(path.join(tmpdir(), 'state-'));
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map(server => server.close()));
    await rm(folder, { recursive: true });
    await rm(stateFolder, { recursive: true });
  });

  /** A server on the folder, whose queue is paused. */
  async function serve() {
    const server = await startServer(folder, { services: { stateFolder } });
    servers.push(server);
    const { app, services } = server;
    services.queue.pause();
    await services.queue.start();
    const { id } = await services.automations.open(folder);
    const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });
    const runs = () => services.queue.list({ automation: id, limit: 1000 }).reverse();
    const counts = () => services.queue.state().counts;
    return { ...server, id, post, runs, counts };
  }

  it('are queued in their order, most of them after the answer', async () => {
    const { id, post, runs, counts } = await serve();
    const answer = await post(`/api/automations/${id}/run-all`, {});
    const accepted: IRunAllResponse = answer.json();
    expect(answer.statusCode).toBe(202);
    expect(accepted.count).toBe(COUNT);
    expect(accepted.runs.map(({ batch }) => batch)).toEqual(SLUGS.slice(0, 10));
    const { queued, coming } = counts();
    expect(queued + coming).toBeGreaterThanOrEqual(COUNT);
    await until('all are queued', () => counts().coming === 0);
    expect(counts()).toEqual({ running: 0, queued: COUNT, coming: 0 });
    expect(runs().map(({ batch }) => batch.slug)).toEqual(SLUGS);
  });

  it('are no more made once all are stopped', async () => {
    const { id, post, runs, counts } = await serve();
    await post(`/api/automations/${id}/run-all`, {});
    const answer = await post('/api/queue/stop', { automation: id });
    expect(answer.json().count).toBeGreaterThanOrEqual(COUNT);
    await until('nothing is left', () => {
      const { queued, coming } = counts();
      return queued + coming === 0;
    });
    const made = runs();
    expect(made.length).toBeGreaterThanOrEqual(10);
    expect(made.every(({ state }) => state === 'stopped')).toBe(true);
  });

  it('are made by the next server when this one ends meanwhile, and none twice', async () => {
    const first = await serve();
    await first.post(`/api/automations/${first.id}/run-all`, {});
    await first.services.sweeps.close();
    await servers.pop()?.close();
    const left = await serve();
    expect(left.runs().length).toBeGreaterThanOrEqual(10);
    await left.services.sweeps.resume();
    await until('all are queued', () => left.counts().coming === 0);
    expect(left.runs().map(({ batch }) => batch.slug)).toEqual(SLUGS);
  });

  it('that cannot be queued after the answer failed, with the reason, and can be repeated', async () => {
    const { id, app, post, runs, counts, services } = await serve();
    const { queue } = services;
    const ensureRun = queue.ensureRun.bind(queue);
    const full = jest
      .spyOn(queue, 'ensureRun')
      .mockImplementation(async request =>
        request.batch.slug === 'c39' || request.batch.slug === 'c20'
          ? Promise.reject(new HttpError(429, 'queue-full', 'too many runs are waiting'))
          : ensureRun(request)
      );
    await post(`/api/automations/${id}/run-all`, {});
    await until('all are queued or failed', () => counts().coming === 0);
    full.mockRestore();
    expect(runs().map(({ batch }) => batch.slug)).toEqual(SLUGS);
    const broken = runs()[20];
    expect(broken).toMatchObject({
      state: 'failed',
      return_code: -10,
      error: { message: 'too many runs are waiting' }
    });
    expect(queue.state().automations[id]).toEqual({
      ...{ running: 0, queued: COUNT - 2, coming: 0 },
      ...{ ended: 2, failed: 2 }
    });
    const { batches } = (await app.inject(`/api/automations/${id}/batches`)).json();
    expect(batches[20]).toMatchObject({ state: 'failed', error: broken.error?.message });
    expect(batches[21]).toMatchObject({ state: 'queued', error: null });
    const journal = (await app.inject(`/api/runs/${broken.id}/journal`)).body;
    expect(journal).toMatch(/"state":"queued"[^]*"state":"failed"/);
    const retried = (await post(`/api/runs/${broken.id}/retry`, {})).json();
    expect(retried).toMatchObject({ batch: 'c20', state: 'queued' });
    expect(queue.get(retried.id)).toMatchObject({ inputs: { city: 'c20' }, retryOf: broken.id });
    // A server that knows the history alone tells the same.
    await servers.pop()?.close();
    await rm(stateFolder, { recursive: true });
    await mkdir(stateFolder);
    const later = await serve();
    await later.services.queue.adopt(folder);
    expect(later.runs().find(run => run.id === broken.id)).toMatchObject({
      state: 'failed',
      error: broken.error
    });
  });

  it('that cannot run any more when the next server makes the others say so', async () => {
    const count = '    - {id: count, view: number, path: variables.dictionary}\nbatches:';
    const configuration = FILES['automate.yaml'].replace('batches:', count);
    await writeFile(path.join(folder, 'automate.yaml'), configuration);
    const write = (slugs: readonly string[], last: string) =>
      writeFile(path.join(folder, 'batches.csv'), `city,count\n${slugs.join(',1\n')}${last}\n`);
    await write(SLUGS, ',1');
    const first = await serve();
    await first.post(`/api/automations/${first.id}/run-all`, {});
    await first.services.sweeps.close();
    await servers.pop()?.close();
    // One is gone, and the last lacks a value.
    await write(
      SLUGS.filter(slug => slug !== 'c38'),
      ''
    );
    const left = await serve();
    await left.services.sweeps.resume();
    await until('all are queued', () => left.counts().coming === 0);
    const made = left.runs().map(({ batch, state }) => `${batch.slug} ${state}`);
    expect(made.filter(each => each.endsWith('queued'))).toHaveLength(COUNT - 2);
    expect(made.filter(each => each.endsWith('failed'))).toEqual(['c39 failed']);
  });

  it('are all there with the answer when they are few', async () => {
    const { id, post, counts } = await serve();
    const answer = await post(`/api/automations/${id}/run-all`, { batches: ['c3', 'c1'] });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ count: 2, runs: [{ batch: 'c3' }, { batch: 'c1' }] });
    expect(counts()).toEqual({ running: 0, queued: 2, coming: 0 });
  });
});
