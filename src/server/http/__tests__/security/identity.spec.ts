import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { CanarySite, PROXY_SECRET } from './canarySite';
import { GuardedSite, RULES, TOKENS } from '../guardedSite';
import { addressOf, routesOf, type IRoute } from './routes';

/** Rules of routes that answer everyone; what is filtered by its handler may answer, with nothing in it. */
const OPEN = /^everyone$|^(see_automation|see_batch) of each|^see_batch of each run|^each topic/;

/** Answers that refuse: nothing is told of what is there. */
const REFUSALS = [400, 401, 403, 404, 415];

describe('without a token', () => {
  let canary: CanarySite;

  beforeAll(async () => {
    canary = await CanarySite.create();
  });

  afterAll(() => canary.dispose());

  const pathOf = (route: IRoute) =>
    addressOf(
      route,
      Object.fromEntries(route.params.map(name => [name, canary.valueOf(route, name)]))
    );

  const bodyOf = ({ method, url }: IRoute) =>
    method !== 'POST'
      ? undefined
      : JSON.stringify(
          url.endsWith('/tokens.json')
            ? { role: 'head' }
            : /runs$|prints$/.test(url)
              ? { automation: canary.site.automation, batch: 'north' }
              : /:automation$/.test(url)
                ? { school: { value: 'north' }, grade: { value: 1 } }
                : {}
        );

  const query = ({ url }: IRoute) =>
    url.endsWith('/tokens.json')
      ? '?time_in_seconds=0'
      : url.endsWith('/page')
        ? '?step=output'
        : url === '/api/events'
          ? `?topics=run:${canary.values.run}`
          : '';

  const ask = (route: IRoute, headers: Record<string, string>) => {
    const body = bodyOf(route);
    return canary.listener.ask({
      method: route.method,
      path: `${pathOf(route)}${query(route)}`,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body
    });
  };

  it('every route refuses, but for those that tell nothing', async () => {
    const routes = routesOf(canary.site.app);
    const guarded = routes.filter(({ rule }) => !OPEN.test(rule));
    expect(guarded.length).toBeGreaterThan(30);
    for (const route of guarded) {
      const { status, body } = await ask(route, {});
      const isRefused = REFUSALS.includes(status) && !/north|Grades|grade\.js/.test(body);
      expect([route.method, route.url, isRefused || `${status} ${body}`]).toEqual([
        route.method,
        route.url,
        true
      ]);
    }
  });

  it('lists that each visitor gets are empty', async () => {
    for (const url of ['/api/runs', '/api/automations', '/api/queue']) {
      const { body } = await canary.listener.ask({ path: url });
      expect(body).not.toMatch(/north|south|Grades|[0-9a-z]{32}/);
    }
  });

  it('the same routes refuse nothing to who may do everything', async () => {
    const routes = routesOf(canary.site.app).filter(
      ({ method, rule }) => method === 'GET' && /^see_(automation|batch|root)/.test(rule)
    );
    const statuses = new Map<string, number>();
    for (const route of routes.filter(({ url }) => !/pdf$|\*|assets/.test(url))) {
      statuses.set(route.url, (await ask(route, canary.headers)).status);
    }
    const found = [...statuses];
    expect(found.filter(([, status]) => status === 401 || status === 403)).toEqual([]);
    expect(found.filter(([, status]) => status < 400).length).toBeGreaterThan(10);
  });

  it('no event of a run or batch reaches who may not see it', async () => {
    const { run } = canary.values;
    const topics = [
      `run:${run}`,
      `data:${canary.site.automation}/north`,
      `config:${canary.site.automation}`,
      `watch:${canary.site.automation}/north`
    ];
    const until = '"error"';
    for (const topic of topics) {
      const { body } = await canary.listener.ask({ path: `/api/events?topics=${topic}`, until });
      expect(body.match(/^data: .*$/gm)).toEqual([expect.stringContaining('not-authorized')]);
    }
    const mutations = await canary.listener.ask({
      path: '/streams/mutations/a/grades/b/north/o.json'
    });
    expect(mutations.status).toBe(403);
  });
});

describe('tokens that are none', () => {
  let site: GuardedSite;
  let other: GuardedSite;
  let elsewhere: string;
  let expired: string;

  beforeAll(async () => {
    [site, other] = await Promise.all([GuardedSite.create(), GuardedSite.create()]);
    const add = async (where: GuardedSite, seconds: number): Promise<string> =>
      (
        await where.post(`/tokens.json?time_in_seconds=${seconds}`, { role: 'head' }, TOKENS.head)
      ).json().access_token;
    elsewhere = await add(other, 0);
    expired = await add(site, 1);
  });

  afterAll(() => Promise.all([site.dispose(), other.dispose()]));

  const { head } = TOKENS;

  /** Named so that they are made only when the sites are there. */
  const forged: readonly [string, () => string][] = [
    ['cut off', () => head.slice(0, -1)],
    ['with more', () => `${head}x`],
    ['in other letters', () => head.toUpperCase()],
    ['with a blank', () => `${head} `],
    ['with NUL', () => `${head}\u0000`],
    ['a list', () => `${head},${head}`],
    ['a pattern', () => '.*'],
    ['a name of every object', () => '__proto__'],
    ['of SQL', () => "' OR 1=1 --"],
    ['the name of a variable', () => '{GRADES_TOKEN}'],
    ['of another site', () => elsewhere],
    ['much too long', () => head.repeat(500)],
    ['empty', () => '']
  ];

  it.each(forged)('%s open nothing, in header, cookie or address', async (_name, make) => {
    const token = make();
    const encoded = encodeURIComponent(token);
    const app = site.app;
    // Each from an address of its own: there is a limit of wrong ones.
    const ask = (url: string, headers: Record<string, string>) =>
      app.inject({ url, headers, remoteAddress: '10.0.0.1' });
    const answers = await Promise.all([
      ask('/a/grades', { authorization: `Bearer ${encoded}` }),
      ask('/a/grades', { cookie: `crosscompute-token=${encoded}` }),
      ask(`/api/automations/${site.automation}?_token=${encoded}`, {}),
      ask(`/a/grades/b/north/i/school.json?_token=${encoded}`, {})
    ]);
    const refused = answers.map(({ statusCode }) => statusCode === 403 || statusCode === 429);
    expect(refused).toEqual([true, true, true, true]);
  });

  it('an expired one opens nothing any more, and what it opened is over', async () => {
    await new Promise<void>(resolve => {
      const look = async () =>
        (await site.get('/a/grades', expired)).statusCode === 403
          ? resolve()
          : setTimeout(() => void look(), 50);
      void look();
    });
    expect((await site.get('/a/grades', head)).statusCode).toBe(200);
  });

  it('a visitor cookie opens nothing, and is no proof of another visitor', async () => {
    const cookie = 'crosscompute-visitor=0123456789abcdef0123456789abcdef';
    expect((await site.get('/a/grades', null, { cookie })).statusCode).toBe(403);
    for (const value of ["'; DROP", '../../x', 'a'.repeat(5000), '%00']) {
      const answer = await site.get('/api/health', null, {
        cookie: `crosscompute-visitor=${value}`
      });
      expect(answer.statusCode).toBe(200);
    }
  });

  it('many wrong ones are not looked at any more', async () => {
    const statuses = new Set<number>();
    for (let index = 0; index < 30; index += 1) {
      const answer = await site.app.inject({
        url: '/a/grades',
        remoteAddress: '10.9.9.9',
        headers: { authorization: `Bearer guess-number-${index}` }
      });
      statuses.add(answer.statusCode);
    }
    expect([...statuses]).toEqual([403, 429]);
  });

  it('nobody says by a header who it is: neither its address, nor its user, nor its printer', async () => {
    const pretended: Record<string, string>[] = [
      { 'x-crosscompute-user': 'ana' },
      { 'x-crosscompute-secret': PROXY_SECRET, 'x-crosscompute-user': 'ana' },
      { 'x-crosscompute-secret': '' },
      { 'x-crosscompute-printer': '0'.repeat(64) },
      { 'x-crosscompute-printer': '' },
      { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost' }
    ];
    for (const headers of pretended) {
      const answer = await site.get('/a/grades', null, headers);
      expect([headers, answer.statusCode]).toEqual([headers, 403]);
    }
  });
});

describe('cookies', () => {
  const signIn = async (site: GuardedSite, headers: Record<string, string> = {}) => {
    const answer = await site.get(`/a/grades?_token=${TOKENS.head}`, null, headers);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).not.toContain(TOKENS.head);
    return String(answer.headers['set-cookie']);
  };

  it('are for this server alone: not for scripts, not for posts of other sites', async () => {
    const site = await GuardedSite.create();
    expect(await signIn(site)).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    const visitor = await GuardedSite.create({ rules: '' });
    const page = await visitor.get('/a/grades');
    expect(String(page.headers['set-cookie'])).toMatch(
      /^crosscompute-visitor=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/
    );
    await Promise.all([site.dispose(), visitor.dispose()]);
  });

  it('over https go over https alone, below the prefix alone', async () => {
    const { TrustedProxies } = await import('../../trustedProxies');
    const site = await GuardedSite.create({
      rootUri: '/tools',
      trustedProxies: new TrustedProxies(['loopback'])
    });
    const https = { 'x-forwarded-proto': 'https' };
    expect(await signIn(site, https)).toMatch(/; Path=\/tools; HttpOnly; Secure; SameSite=Lax$/);
    await site.dispose();
  });

  it('go to frames of other sites only where these are named', async () => {
    const { TrustedProxies } = await import('../../trustedProxies');
    const site = await GuardedSite.create({
      origins: ['https://school.example'],
      trustedProxies: new TrustedProxies(['loopback'])
    });
    expect(await signIn(site, { 'x-forwarded-proto': 'https' })).toMatch(
      /; HttpOnly; Secure; SameSite=None; Partitioned$/
    );
    expect(await signIn(site)).toMatch(/; HttpOnly; SameSite=Lax$/);
    await site.dispose();
  });
});

describe('secrets', () => {
  it('are compared in constant time wherever one comes from outside', async () => {
    const source = (name: string) => readFile(path.join(__dirname, '../../..', name), 'utf-8');
    const files = [
      'http/security.ts',
      'http/formToken.ts',
      'access/tokenFiles.ts',
      'access/addedTokens.ts'
    ];
    for (const file of files) {
      expect([file, /isSameText\(|isSameDigest\(/.test(await source(file))]).toEqual([file, true]);
    }
    expect(await source('http/printerRequests.ts')).toContain('timingSafeEqual(');
    expect(RULES).toContain('tokens.yaml');
  });
});
