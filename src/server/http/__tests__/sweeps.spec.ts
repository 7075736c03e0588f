import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IRunAllResponse } from '../../../core/api';
import { until } from '../../../testing/jupyterServer';
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

  it('are all there with the answer when they are few', async () => {
    const { id, post, counts } = await serve();
    const answer = await post(`/api/automations/${id}/run-all`, { batches: ['c3', 'c1'] });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ count: 2, runs: [{ batch: 'c3' }, { batch: 'c1' }] });
    expect(counts()).toEqual({ running: 0, queued: 2, coming: 0 });
  });
});
