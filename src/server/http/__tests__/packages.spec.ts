import { chmod, readFile, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { IAutomationSummary, IInstallationState, IPackagesResource } from '../../../core/api';
import { createFolder, startServer, type IServerOfSpec } from '../../../testing/serverSetUp';
import { isAlive } from '../../../testing/executorContract';
import { until } from '../../../testing/jupyterServer';
import type { LoadedAutomation } from '../../site/loadedAutomation';
import type { IServerOptions } from '../server';
import { createTopics, type ITopicSources } from '../topicSources';

const AUTOMATION = `
crosscompute: 0.9.4
input: {variables: [{id: a, view: number, path: variables.dictionary}]}
output: {variables: [{id: text, view: text, path: installed.txt}]}
batches: [{folder: batches/one}]
scripts: [{command: 'cp installed.txt {output_folder}/installed.txt'}]
environment:
  packages:
    - {id: 'the-package>=1', manager: pip}
    - {id: '<b>gdal</b>', manager: apt}
`;

/** A Python whose pip says what it does, waits where a file says so, and leaves a file. */
const PYTHON = `#!/bin/sh
cd "$(dirname "$0")"
if [ "$1" = -c ]; then
  if [ -e installed.txt ]; then echo '[]'; else echo '["the-package>=1"]'; fi
  exit
fi
echo "Collecting the package"
if [ -e refuse ]; then echo 'no such package' >&2; exit 1; fi
if [ -e wait ]; then sleep 600 & echo $! > child; wait; fi
echo "$@" > installed.txt
`;

describe('packages that are missing', () => {
  let folder: string;
  let server: IServerOfSpec;
  let topics: ITopicSources;
  let loaded: LoadedAutomation;

  async function open(files: Record<string, string> = {}, options: Partial<IServerOptions> = {}) {
    folder = await createFolder({
      'automate.yaml': AUTOMATION,
      'batches/one/input/variables.dictionary': '{"a": 1}',
      python: PYTHON,
      ...files
    });
    const python = path.join(folder, 'python');
    await chmod(python, 0o755);
    const environment = { ...process.env, CROSSCOMPUTE_PYTHON: python };
    server = await startServer(folder, { services: { environment }, server: options });
    topics = createTopics(server.services);
    await server.services.queue.start();
    loaded = await server.services.automations.open(folder);
  }

  afterEach(async () => {
    await topics.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  const uri = (rest = '') => `/api/automations/${loaded.id}/packages${rest}`;
  const post = (action: string, more: object = {}) =>
    server.app.inject({ method: 'POST', url: uri(`/${action}`), ...more });
  const look = async () => (await server.app.inject(uri())).json<IPackagesResource>();
  const ended = (state: IInstallationState['state']) =>
    until(`the installation is ${state}`, async () => (await look()).installation?.state === state);

  it('are listed, installed when the owner asks, and then the tool runs', async () => {
    await open();
    const { services, app } = server;
    const told: (IInstallationState | null)[] = [];
    const visitor = {
      connection: { ipAddress: '127.0.0.1', username: null },
      ...{ digest: null, owner: 'visitor', isLocal: true }
    };
    const opened = await topics.open(visitor, [`packages:${loaded.id}`]);
    opened
      .resolve(`packages:${loaded.id}`)
      ?.subscribe(0, (_, data) => void told.push(JSON.parse(data) as IInstallationState | null));
    expect(await look()).toEqual({
      automation: loaded.id,
      missing: ['the-package>=1'],
      byHand: "sudo apt-get install '<b>gdal</b>'",
      installation: null
    });
    const page = await app.inject('/a/automation-0/b/one/i');
    expect(page.body).toContain('<code>the-package&gt;=1</code>');
    expect(page.body).not.toContain('<b>gdal');

    const started = await post('install');
    expect([started.statusCode, started.json<IPackagesResource>().installation?.state]).toEqual([
      202,
      'running'
    ]);
    await until('the end is told', () => told.at(-1)?.state === 'done');
    expect(told[0]).toBeNull();
    expect(told.at(-1)).toMatchObject({
      state: 'done',
      output: expect.stringContaining('Collecting the package')
    });
    expect(await readFile(path.join(folder, 'installed.txt'), 'utf-8')).toContain(
      '-- the-package>=1'
    );
    const { problems } = (
      await app.inject(`/api/automations/${loaded.id}`)
    ).json<IAutomationSummary>();
    expect(problems.map(({ message }) => message)).toEqual([
      '1 package is not installed: <b>gdal</b>'
    ]);
    const { id } = await services.runService.request(
      { automation: loaded.id, batch: 'one' },
      'somebody'
    );
    await new Promise<void>(resolve => services.queue.follow(id, 0, () => undefined, resolve));
    expect(services.queue.get(id)?.state).toBe('done');
    expect((await post('install')).json()).toMatchObject({ code: 'nothing-missing' });
  });

  it('say why they could not be installed, and can be tried again', async () => {
    await open({ refuse: '' });
    await post('install');
    await ended('failed');
    expect((await look()).installation?.output).toContain('no such package');
    await rm(path.join(folder, 'refuse'));
    await post('install');
    await ended('done');
  });

  it('are no more installed when that is stopped, with all that it started', async () => {
    await open({ wait: '' });
    await post('install');
    const child = path.join(folder, 'child');
    const readChild = async () => Number(await readFile(child, 'utf-8').catch(() => '0'));
    await until('it started a program', async () => (await readChild()) > 0);
    expect((await post('install')).statusCode).toBe(202);
    const stopped = (await post('stop')).json<IPackagesResource>();
    expect(stopped).toMatchObject({
      missing: ['the-package>=1'],
      installation: { state: 'stopped' }
    });
    const pid = await readChild();
    await until('its program is gone', () => !isAlive(pid));
  });

  it('are installed by nobody but the owner, and at the wish of no other site', async () => {
    await open();
    const asked = [
      { remoteAddress: '10.0.0.9' },
      { headers: { 'x-forwarded-for': '10.0.0.9' } },
      { headers: { origin: 'http://evil.invalid', 'sec-fetch-site': 'cross-site' } }
    ];
    for (const more of asked) {
      for (const action of ['install', 'stop']) {
        expect((await post(action, more)).statusCode).toBe(403);
      }
    }
    const remote = { remoteAddress: '10.0.0.9' };
    expect((await server.app.inject({ url: uri(), ...remote })).statusCode).toBe(403);
    const page = await server.app.inject({ url: '/a/automation-0/b/one/i', ...remote });
    expect([page.statusCode, page.body.includes('_packages')]).toEqual([200, false]);
    const stranger = {
      connection: { ipAddress: '10.0.0.9', username: null },
      ...{ digest: null, owner: 'visitor', isLocal: false }
    };
    const opened = await topics.open(stranger, [`packages:${loaded.id}`]);
    expect(() => opened.resolve(`packages:${loaded.id}`)).toThrow('you may not see or do this');
    expect((await look()).installation).toBeNull();
  });

  it('are installed by no owner whom the rules of the tool refuse', async () => {
    const groups = 'authorization: {groups: [{configuration: {role: head}, permissions: []}]}\n';
    await open({ 'automate.yaml': `${AUTOMATION}${groups}` });
    expect((await post('install')).statusCode).toBe(403);
  });
});
