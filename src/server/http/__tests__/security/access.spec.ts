import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import fastify from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { IRunResource } from '../../../../core/api';
import { access } from '../../access';
import { GuardedSite, RULES, TOKENS } from '../guardedSite';

describe('access to a site with groups', () => {
  let site: GuardedSite;

  beforeAll(async () => {
    site = await GuardedSite.create();
  });

  afterAll(() => site.dispose());

  const { head, north, both, guest, secret } = TOKENS;

  it.each([
    ['/', [200, 200, 200, 200, 403]],
    ['/a/grades', [200, 200, 200, 200, 403]],
    ['/a/grades/b/north/i', [200, 200, 200, 200, 403]],
    ['/a/grades/b/south/i', [200, 403, 200, 200, 403]],
    ['/a/grades/b/south/i/school', [200, 403, 200, 200, 403]],
    ['/a/grades/b/south/i/school.json', [200, 403, 200, 200, 403]],
    ['/a/grades/b/nowhere/i', [404, 404, 404, 404, 403]],
    ['/a/nothing', [404, 404, 404, 404, 404]],
    ['/api/', [200, 200, 200, 200, 403]],
    ['/api/openapi.json', [200, 200, 200, 200, 403]],
    ['/api/health', [200, 200, 200, 200, 200]],
    ['/assets/logo.svg', [200, 200, 200, 200, 200]]
  ])('GET and HEAD %s: %j', async (url, statuses) => {
    const people = [head, north, both, guest, null];
    for (const method of ['GET', 'HEAD'] as const) {
      const answers = await Promise.all(
        people.map(token =>
          site.app.inject({
            method,
            url,
            headers: token ? { authorization: `Bearer ${token}` } : {}
          })
        )
      );
      expect([method, answers.map(({ statusCode }) => statusCode)]).toEqual([method, statuses]);
    }
  });

  it('lists the batches that match, on the page and in the API', async () => {
    const page = (await site.get('/a/grades', north)).body;
    expect(page).toContain('/b/north/i');
    expect(page).not.toContain('/b/south');
    const url = `/api/automations/${site.automation}/batches`;
    const slugs = async (token: string) =>
      (await site.get(url, token)).json().batches.map(({ slug }: { slug: string }) => slug);
    expect(await slugs(north)).toEqual(['north']);
    expect(await slugs(both)).toEqual(['north', 'south']);
    expect(await slugs(guest)).toEqual(['north', 'south']);
    expect((await site.get(url)).statusCode).toBe(403);
  });

  it('takes a token from the environment, and forgets nobody by letter case of the scheme', async () => {
    expect((await site.get('/', secret)).statusCode).toBe(200);
    const answer = await site.get('/', null, { authorization: `bearer ${secret}` });
    expect(answer.statusCode).toBe(200);
  });

  it('runs values that match alone', async () => {
    const post = (school: string, token: string | null) =>
      site.post('/a/grades.json', { school: { value: school }, grade: { value: 3 } }, token);
    expect((await post('north', north)).statusCode).toBe(200);
    expect((await post('south', north)).statusCode).toBe(403);
    expect((await post('south', both)).statusCode).toBe(200);
    expect((await post('north', guest)).statusCode).toBe(403);
    expect((await post('north', null)).statusCode).toBe(403);
    const api = (body: object, token: string) =>
      site.post('/api/runs', { automation: site.automation, ...body }, token);
    expect((await api({ batch: 'south' }, north)).statusCode).toBe(403);
    expect((await api({ batch: 'north' }, north)).statusCode).toBeLessThan(300);
    // Values of a batch that one may not see fill nothing.
    const inputs = { school: { value: 'north' } };
    expect((await api({ batch: 'south', inputs }, north)).statusCode).toBe(403);
  });

  it('runs all batches that match, and refuses others by name', async () => {
    const url = `/api/automations/${site.automation}/run-all`;
    const all = await site.post(url, {}, north);
    expect(all.json().runs.map(({ batch }: { batch: string }) => batch)).toEqual(['north']);
    expect((await site.post(url, { batches: ['south'] }, north)).statusCode).toBe(403);
  });

  it('names who asked for runs to who may run alone', async () => {
    await site.post('/api/runs', { automation: site.automation, batch: 'north' }, north);
    const askers = async (token: string): Promise<unknown[]> =>
      (await site.get('/api/runs?batch=north&records=true', token))
        .json()
        .map(({ record }: IRunResource) => record.askers.length > 0);
    expect((await askers(north)).every(Boolean)).toBe(true);
    expect((await askers(guest)).some(Boolean)).toBe(false);
    expect((await askers(guest)).length).toBeGreaterThan(0);
  });

  it('shows runs to who made them, and to nobody who may not see their values', async () => {
    const id = await site.run({ school: 'south', grade: 7 }, both);
    const seen = async (token: string | null) => ({
      page: (await site.get(`/a/grades/b/${id}/o`, token)).statusCode,
      upper: (await site.get(`/a/grades/b/${id.toUpperCase()}/o`, token)).statusCode,
      run: (await site.get(`/api/runs/${id}`, token)).statusCode,
      journal: (await site.get(`/api/runs/${id}/journal`, token)).statusCode,
      log: (await site.get(`/api/runs/${id}/log`, token)).statusCode,
      pin: (await site.post(`/api/runs/${id}/pin`, {}, token)).statusCode,
      retry: (await site.post(`/api/runs/${id}/retry`, {}, token)).statusCode
    });
    const all = { page: 200, upper: 200, run: 200, journal: 200, log: 200, pin: 200, retry: 201 };
    const none = { page: 403, upper: 403, run: 403, journal: 403, log: 403, pin: 403, retry: 403 };
    expect(await seen(both)).toEqual(all);
    expect(await seen(north)).toEqual(none);
    expect(await seen(null)).toEqual(none);
    expect(await seen(guest)).toEqual({ ...all, log: 403, pin: 403, retry: 403 });
    const listed = async (token: string) =>
      (await site.get('/api/runs', token)).json().some((run: { id: string }) => run.id === id);
    expect([await listed(both), await listed(head), await listed(guest)]).toEqual([
      true,
      false,
      false
    ]);
  });

  it('tells traces, files and what was printed on stderr to who may run alone', async () => {
    const id = await site.run({ school: 'north', grade: -1 }, head);
    const [mine, theirs] = await Promise.all(
      [head, guest].map(async token => ({
        run: (await site.get(`/api/runs/${id}`, token)).body,
        journal: (await site.get(`/api/runs/${id}/journal`, token)).body,
        page: (await site.get(`/a/grades/b/${id}/o`, token)).body,
        summary: (await site.get(`/api/automations/${site.automation}`, token)).body
      }))
    );
    expect(mine.run).toContain(site.folder);
    expect(mine.journal).toContain('grade.js');
    for (const text of Object.values(theirs)) {
      expect(text).not.toContain(site.folder);
      expect(text).not.toContain('grade.js');
    }
    expect(theirs.page).not.toContain('Retry');
    expect(mine.page).toContain('Retry');
  });

  it('keeps variables of level DEBUG for who may run', async () => {
    const id = await site.run({ school: 'north', grade: 5 }, head);
    const get = async (token: string, name: string) =>
      (await site.get(`/a/grades/b/${id}/d/${name}`, token)).statusCode;
    expect([await get(head, 'trace'), await get(head, 'note')]).toEqual([200, 200]);
    expect([await get(guest, 'trace'), await get(guest, 'note')]).toEqual([403, 200]);
    expect((await site.get(`/a/grades/b/${id}/d`, guest)).body).not.toContain('trace of');
    expect((await site.get(`/a/grades/b/${id}/d`, head)).body).toContain('trace of');
  });

  it('asks who may not see a page for a token, and says nothing about what is there', async () => {
    const answer = await site.get('/a/grades/b/north/i?x=%3Cscript%3E', null, {
      accept: 'text/html'
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toMatch(/<form[^>]*action="\/sign-in"/);
    expect(answer.body).toContain('value="/a/grades/b/north/i?x=%3Cscript%3E"');
    expect(answer.body).not.toMatch(/north<|Grades|<script/);
    expect(answer.headers['content-security-policy']).toContain("script-src 'none'");
    const program = await site.get('/a/grades/b/north/i/school.json');
    expect(program.json()).toMatchObject({ status: 403, code: 'not-authorized' });
  });

  it('reads token files again when they change', async () => {
    const added = 'teacher-who-came-later-1';
    expect((await site.get('/', added)).statusCode).toBe(403);
    const file = path.join(site.folder, 'tokens.yaml');
    await writeFile(file, `${head}: {role: head}\n${added}: {role: guest, name: Late}\n`);
    expect((await site.get('/', added)).statusCode).toBe(200);
    expect((await site.get('/', north)).statusCode).toBe(403);
    await writeFile(file, '[broken');
    expect((await site.get('/', head)).statusCode).toBe(403);
  });
});

describe('access to a site without groups', () => {
  let site: GuardedSite;

  beforeAll(async () => {
    site = await GuardedSite.create({ rules: '' });
  });

  afterAll(() => site.dispose());

  it('lets everyone see and run, and nobody add tokens', async () => {
    expect((await site.get('/a/grades/b/north/i')).statusCode).toBe(200);
    const id = await site.run({ school: 'x', grade: 1 }, null);
    expect((await site.get(`/a/grades/b/${id}/o`)).body).toContain('x 1');
    const added = await site.post('/tokens.json?time_in_seconds=0', { role: 'head' });
    expect([added.statusCode, added.json().code]).toEqual([403, 'not-authorized']);
  });

  it('opens no file by its path', async () => {
    const found = await site.post('/api/automations/find', { path: '.' });
    expect(found.statusCode).toBe(404);
  });
});

describe('a configuration that never was valid', () => {
  it('tells its problems on this machine, and to nobody behind a proxy', async () => {
    const site = await GuardedSite.create({
      edit: text => text.replace('view: number', 'view: numbr')
    });
    const local = await site.get('/a/grades');
    expect(local.json()).toMatchObject({ status: 409, code: 'configuration-invalid' });
    expect(local.json().problems[0]).toMatchObject({ code: 'unknown-view', file: 'automate.yaml' });
    const remote = await site.app.inject({ url: '/a/grades', remoteAddress: '10.0.0.9' });
    const proxied = await site.get('/a/grades', null, { 'x-forwarded-for': '10.0.0.9' });
    for (const answer of [remote, proxied]) {
      expect(answer.json()).toMatchObject({ status: 409, code: 'configuration-invalid' });
      expect(answer.body).not.toMatch(/numbr|automate\.yaml/);
    }
    expect((await site.get('/api/runs')).json()).toEqual([]);
    await site.dispose();
  });
});

describe('inside Jupyter', () => {
  const secret = 'secret-of-the-proxy';

  async function open(rules: string): Promise<GuardedSite> {
    return GuardedSite.create({ rules, hasSites: true, proxySecret: secret, hosts: null });
  }

  const as = (user: string) => ({ 'x-crosscompute-secret': secret, 'x-crosscompute-user': user });

  it('lets its user do everything, as long as there are no groups', async () => {
    const site = await open('');
    const uri = '/at/automate.yaml/a/grades/b/north/i';
    expect((await site.get(uri, null, as('ana'))).statusCode).toBe(200);
    expect((await site.get(uri)).statusCode).toBe(403);
    await site.dispose();
  });

  it('applies groups to the name of its user', async () => {
    const site = await open(`authorization:
  groups:
    - configuration: {username: ana}
      permissions: [{id: see_automation}, {id: see_batch}, {id: run_automation}]
`);
    const uri = '/at/automate.yaml/a/grades/b/north/i';
    expect((await site.get(uri, null, as('ana'))).statusCode).toBe(200);
    expect((await site.get(uri, null, as('bob'))).statusCode).toBe(403);
    const list = async (user: string) =>
      (await site.get('/api/automations', null, as(user))).json().length;
    expect([await list('ana'), await list('bob')]).toEqual([1, 0]);
    await site.dispose();
  });

  it('tells its user which rule refused, and what to do', async () => {
    const site = await open(RULES);
    const find = await site.app.inject({
      method: 'POST',
      url: '/api/automations/find',
      payload: { path: 'automate.yaml' },
      headers: as('ana')
    });
    expect(find.statusCode).toBe(403);
    expect(find.json().detail).toBe(
      'no group of "authorization" in automate.yaml is for Jupyter\'s user "ana"; ' +
        'add one with "configuration: {username: "ana"}" and the permissions'
    );
    await site.dispose();
  });

  it('tells its user which group decided, and what it lacks', async () => {
    const site = await open(`authorization:
  groups:
    - configuration: {username: ana}
      permissions: [{id: see_automation}, {id: see_batch}, {id: run_automation, action: match}]
    - configuration: {username: bob}
      permissions: [{id: see_automation}]
`);
    const batch = await site.get('/at/automate.yaml/a/grades/b/north/i', null, as('bob'));
    expect(batch.json().detail).toMatch(
      /^the group at automate\.yaml:\d+, which decides for Jupyter's user "bob", does not permit see_batch;/
    );
    const page = await site.get('/at/automate.yaml/a/grades/b/north/i', null, {
      ...as('bob'),
      accept: 'text/html'
    });
    expect(page.body).not.toContain('_sign-in');
    await site.dispose();
  });
});

describe('routes', () => {
  it('each declare who may use them, and few are for everyone', async () => {
    const site = await GuardedSite.create();
    const rules = site.app.accessRules.filter(({ route }) => !route.startsWith('HEAD '));
    expect(rules.length).toBeGreaterThan(30);
    expect(rules.filter(({ rule }) => !rule)).toEqual([]);
    const open = rules.filter(({ rule }) => rule === 'everyone').map(({ route }) => route);
    expect(open.sort()).toEqual([
      'GET /api/health',
      'GET /assets/:name',
      'GET /assets/service-worker.js',
      'GET /favicon.ico',
      'GET /sign-in',
      'POST /sign-in',
      'POST /sign-out'
    ]);
    await site.dispose();
  });

  it('that declare nothing keep the server from starting', async () => {
    const site = await GuardedSite.create();
    const app = fastify();
    await app.register(fastifyPlugin(async () => undefined, { name: 'visitors' }));
    await app.register(access, { services: site.services, hasSites: false });
    expect(() => app.get('/forgotten', () => 'x')).toThrow(
      'route GET /forgotten declares no config.access'
    );
    await app.close();
    await site.dispose();
  });
});
