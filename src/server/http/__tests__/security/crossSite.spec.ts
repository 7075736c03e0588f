import { GuardedSite, TOKENS } from '../guardedSite';
import { CanarySite } from './canarySite';
import { addressOf, routesOf, type IRoute } from './routes';

const FOREIGN: readonly [string, Record<string, string>][] = [
  ['a form of another site', { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a sibling of the site', { origin: 'http://x.localhost', 'sec-fetch-site': 'same-site' }],
  ['an old browser on another site', { origin: 'http://evil.example' }],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }],
  ['a sandboxed page', { origin: 'null' }],
  ['a typed address', { 'sec-fetch-site': 'none' }],
  ['an origin that begins alike', { origin: 'http://127.0.0.1.evil.example' }],
  ['a browser that hides where it is', {}]
];

const SIMPLE_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain; application/json'
];

describe('changes that another site asks for', () => {
  let canary: CanarySite;
  let changing: IRoute[];

  beforeAll(async () => {
    canary = await CanarySite.create();
    changing = routesOf(canary.site.app).filter(({ method }) => method !== 'GET');
  });

  afterAll(() => canary.dispose());

  const cookie = `crosscompute-token=${TOKENS.head}`;

  const pathOf = (route: IRoute) =>
    addressOf(
      route,
      Object.fromEntries(route.params.map(name => [name, canary.valueOf(route, name)]))
    );

  it.each(FOREIGN)('are refused on every route: %s', async (_who, headers) => {
    expect(changing.length).toBeGreaterThan(12);
    for (const route of changing) {
      for (const type of ['application/json', ...SIMPLE_TYPES]) {
        const answer = await canary.listener.ask({
          method: route.method,
          path: pathOf(route),
          headers: { cookie, 'content-type': type, ...headers },
          body: '{}'
        });
        expect([route.url, type, answer.status]).toEqual([route.url, type, 403]);
        expect(JSON.parse(answer.body)).toMatchObject({ code: 'cross-site' });
      }
    }
  });

  it('are refused in a type that a form can send, also from here', async () => {
    const origin = `http://127.0.0.1:${canary.listener.port}`;
    const takesForms = (route: IRoute, type: string) =>
      (/\/(sign-(in|out)|generate)$/.test(route.url) && /urlencoded/.test(type)) ||
      (route.url === '/files.json' && /multipart/.test(type));
    for (const route of changing.filter(({ method }) => method === 'POST')) {
      for (const type of SIMPLE_TYPES.filter(item => !takesForms(route, item))) {
        const answer = await canary.listener.ask({
          method: route.method,
          path: `${pathOf(route)}?time_in_seconds=0`,
          headers: { cookie, 'content-type': type, origin },
          body: '{}'
        });
        expect([route.url, type, answer.status]).toEqual([route.url, type, 415]);
      }
    }
  });

  it('no upload is taken from a browser without the token of a page', async () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nA\r\n--x--\r\n';
    const headers = {
      cookie,
      'content-type': 'multipart/form-data; boundary=x',
      'sec-fetch-site': 'same-origin'
    };
    const post = (more: Record<string, string>) =>
      canary.listener.ask({
        method: 'POST',
        path: '/files.json',
        headers: { ...headers, ...more },
        body
      });
    for (const form of ['', '0'.repeat(32), 'null']) {
      const answer = await post({ 'x-crosscompute-form': form });
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([403, 'form-token-missing']);
    }
    const page = await canary.listener.ask({ path: '/a/grades/b/north/i', headers: { cookie } });
    const own = /[0-9a-f]{32}(?=")/.exec(page.body.split('form')[1] ?? '')?.[0];
    const theirs = await canary.site.get('/a/grades/b/north/i', TOKENS.both);
    expect(page.body).not.toBe(theirs.body);
    expect(own === undefined || (await post({ 'x-crosscompute-form': own })).status).not.toBe(403);
  });
});

describe('reading from another site', () => {
  it.each([
    ['none is named', [], 'https://school.example', undefined],
    ['it is named', ['https://school.example'], 'https://school.example', 'https://school.example'],
    ['another is named', ['https://school.example'], 'https://evil.example', undefined],
    ['a part of its name is', ['https://school.example'], 'https://school.example.evil', undefined],
    ['it is opaque', ['https://school.example'], 'null', undefined]
  ])('is allowed only when it is named: %s', async (_case, origins, origin, allowed) => {
    const site = await GuardedSite.create({ origins });
    const urls = ['/', '/a/grades', '/api/runs', '/nothing', '/api/openapi.json'];
    for (const url of urls) {
      const answer = await site.get(url, TOKENS.head, { origin });
      expect(answer.headers['access-control-allow-origin']).toBe(allowed);
    }
    const preflight = await site.app.inject({
      method: 'OPTIONS',
      url: '/api/runs',
      headers: { origin, 'access-control-request-method': 'POST' }
    });
    expect(preflight.headers['access-control-allow-origin']).toBe(allowed);
    await site.dispose();
  });
});

describe('host names', () => {
  let site: GuardedSite;

  beforeAll(async () => {
    site = await GuardedSite.create({ rules: '', origins: ['https://tools.example'] });
  });

  afterAll(() => site.dispose());

  it.each([
    ['evil.example', 403],
    ['evil.example:7000', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['0x7f000001.evil.example', 403],
    ['localhost@evil.example', 403],
    ['evil.example#localhost', 403],
    ['2130706433', 403],
    [' ', 403],
    ['localhost', 200],
    ['LOCALHOST.:7000', 200],
    ['127.0.0.1:7000', 200],
    ['[::1]:7000', 200],
    ['tools.example', 200]
  ])('of others, as after DNS rebinding, are refused: %s', async (host, status) => {
    for (const url of ['/', '/a/grades/b/north/i/school.json', '/api/runs']) {
      const answer = await site.get(url, null, { host });
      expect([url, answer.statusCode]).toEqual([url, status]);
    }
  });

  it('in forwarded headers are not believed', async () => {
    const answer = await site.get('/a/grades', null, {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-prefix': '/evil',
      'x-forwarded-proto': 'https'
    });
    expect(answer.body).not.toContain('evil');
    expect(String(answer.headers['set-cookie'])).not.toContain('Secure');
  });
});

describe('redirects', () => {
  it('never lead to another site', async () => {
    const site = await GuardedSite.create();
    const token = TOKENS.head;
    const urls = [
      `//evil.example/?_token=${token}`,
      `/\\evil.example/?_token=${token}`,
      `///evil.example?_token=${token}`,
      `/\t/evil.example?_token=${token}`,
      '/a/grades/b/north?next=//evil.example',
      '//evil.example/api'
    ];
    for (const url of urls) {
      const answer = await site.app.inject({ url: 'http://localhost/', headers: {} });
      expect(answer.statusCode).toBe(403);
      const { location } = (await site.get(url, token)).headers;
      const target = new URL(String(location ?? '/'), 'http://localhost');
      expect([url, target.host]).toEqual([url, 'localhost']);
    }
    const signIn = (next: string) =>
      site.app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ token, next }).toString()
      });
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      '\\\\evil.example',
      '/%09/evil.example',
      '/a\r\nX-Injected: 1'
    ]) {
      const answer = await signIn(next);
      const target = new URL(String(answer.headers.location), 'http://localhost');
      expect([next, answer.statusCode, target.host]).toEqual([next, 303, 'localhost']);
      expect(answer.headers['x-injected']).toBeUndefined();
    }
    await site.dispose();
  });
});
