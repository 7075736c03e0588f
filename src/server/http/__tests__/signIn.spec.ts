import { FAILURE_LIMITS } from '../../access/failureLimit';
import { TrustedProxies } from '../trustedProxies';
import { GuardedSite, TOKENS, type IGuardedSiteOptions } from './guardedSite';

const HTML = { accept: 'text/html' };
/** What a browser sends with a form of the page that it shows. */
const OWN_FORM = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
  ...HTML
};

describe('signing in', () => {
  let site: GuardedSite;

  afterEach(() => site.dispose());

  const open = async (options?: IGuardedSiteOptions) => {
    site = await GuardedSite.create(options);
  };

  const signIn = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    site.app.inject({
      method: 'POST',
      url: '/sign-in',
      payload: new URLSearchParams(fields).toString(),
      headers: { ...OWN_FORM, ...headers }
    });

  const cookieOf = (answer: { headers: Record<string, unknown> }, name = 'crosscompute-token') =>
    [answer.headers['set-cookie']].flat().find(text => String(text).startsWith(`${name}=`));

  describe('by an address with a token', () => {
    it('leaves no token in the address and keeps the rest of it', async () => {
      await open();
      const answer = await site.get(`/a/grades?filter=no&_token=${TOKENS.north}&offset=0`);
      expect(answer.statusCode).toBe(303);
      expect(answer.headers.location).toBe('/a/grades?filter=no&offset=0');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(cookieOf(answer)).toBe(
        `crosscompute-token=${TOKENS.north}; Path=/; HttpOnly; SameSite=Lax`
      );
      const cookie = `crosscompute-token=${TOKENS.north}`;
      const page = await site.get('/a/grades', null, { cookie });
      expect(page.statusCode).toBe(200);
      expect(page.body).not.toContain(TOKENS.north);
    });

    it('sets no cookie for a token that is not known, and says so on the page', async () => {
      await open();
      const answer = await site.get('/a/grades?_token=not-a-token-of-anyone');
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/a/grades']);
      expect(cookieOf(answer)).toBeUndefined();
    });

    it('answers programs at once, without a redirect', async () => {
      await open();
      const url = `/a/grades/b/north/i/school.json?_token=${TOKENS.north}`;
      const answer = await site.get(url);
      expect([answer.statusCode, answer.json().value]).toEqual([200, 'north']);
    });

    it('prefers the token of the address to the header, and that to the cookie', async () => {
      await open();
      const cookie = `crosscompute-token=${TOKENS.head}`;
      const south = '/a/grades/b/south/i/school.json';
      expect((await site.get(south, null, { cookie })).statusCode).toBe(200);
      expect((await site.get(south, TOKENS.north, { cookie })).statusCode).toBe(403);
      const both = await site.get(`${south}?_token=${TOKENS.head}`, TOKENS.north);
      expect(both.statusCode).toBe(200);
    });
  });

  describe('by the form', () => {
    it('goes on to the page that was asked for, and to no other site', async () => {
      await open();
      const next = '/a/grades/b/north/i?x=1';
      const answer = await signIn({ token: ` ${TOKENS.north} `, next });
      expect([answer.statusCode, answer.headers.location]).toEqual([303, next]);
      expect(cookieOf(answer)).toContain(`=${TOKENS.north};`);
      for (const foreign of ['//evil.example/', 'https://evil.example', '/\\evil.example', 'x']) {
        const elsewhere = await signIn({ token: TOKENS.north, next: foreign });
        expect(elsewhere.headers.location).toBe('/');
      }
    });

    it('says beside the field that a token is wrong, and runs nothing on that page', async () => {
      await open();
      const answer = await signIn({ token: 'not-a-token-of-anyone', next: '/a/grades' });
      expect(answer.statusCode).toBe(403);
      expect(answer.body).toContain('This token is not known, or has expired.');
      expect(answer.body).toContain('value="/a/grades"');
      expect(answer.body).not.toContain('not-a-token-of-anyone');
      expect(answer.headers['content-security-policy']).toContain("script-src 'none'");
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(cookieOf(answer)).toBeUndefined();
    });

    it('is refused when another site sends it', async () => {
      await open();
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      const answer = await signIn({ token: TOKENS.north, next: '/' }, headers);
      expect(answer.statusCode).toBe(403);
      expect(cookieOf(answer)).toBeUndefined();
    });

    it('stands on a page of its own, and on each page that is refused', async () => {
      await open();
      const own = await site.get('/sign-in?next=%2Fa%2Fgrades', null, HTML);
      expect(own.body).toMatch(/<form class="_sign-in" method="post" action="\/sign-in"/);
      expect(own.body).toContain('value="/a/grades"');
      const refused = await site.get('/a/grades', null, HTML);
      expect(refused.body).toContain('value="/a/grades"');
    });
  });

  it('takes cookies over https alone and into frames where others may embed, and only below the prefix', async () => {
    await open({
      rootUri: '/tools',
      origins: ['https://school.example'],
      trustedProxies: new TrustedProxies(['127.0.0.1'])
    });
    const headers = { 'x-forwarded-proto': 'https', host: 'school.example' };
    const url = `/tools/a/grades?_token=${TOKENS.north}`;
    const secure = await site.get(url, null, headers);
    expect(secure.headers.location).toBe('/tools/a/grades');
    expect(cookieOf(secure)).toBe(
      `crosscompute-token=${TOKENS.north}; Path=/tools; HttpOnly; Secure; SameSite=None; Partitioned`
    );
    const refused = await site.get('/tools/a/grades', null, { ...headers, ...HTML });
    expect(refused.body).toContain('name="next" value="/tools/a/grades"');
    // A proxy that takes the prefix off.
    const bare = await site.get(url.replace('/tools', ''), null, headers);
    expect(bare.headers.location).toBe('/tools/a/grades');
    const plain = await site.get(url, null, { host: 'school.example' });
    expect(cookieOf(plain)).toMatch(/Path=\/tools; HttpOnly; SameSite=Lax$/);
  });

  it('is Lax and Secure over https where nobody may embed', async () => {
    await open({ trustedProxies: new TrustedProxies(['127.0.0.1']) });
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await site.get(`/?_token=${TOKENS.head}`, null, headers);
    expect(cookieOf(answer)).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('ends with Sign out, which tells so and takes the cookie away', async () => {
    await open();
    const cookie = `crosscompute-token=${TOKENS.north}`;
    const page = await site.get('/a/grades', null, { cookie });
    expect(page.body).toMatch(/<form class="_reader" method="post" action="\/sign-out"/);
    expect(page.body).toContain('Noor');
    const answer = await site.app.inject({
      method: 'POST',
      url: '/sign-out',
      headers: { ...OWN_FORM, cookie }
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in?signed-out']);
    expect(cookieOf(answer)).toBe('crosscompute-token=; Path=/; HttpOnly; Max-Age=0; SameSite=Lax');
    const after = await site.get('/sign-in?signed-out', null, HTML);
    expect(after.body).toContain('You are signed out.');
    const forged = await site.app.inject({
      method: 'POST',
      url: '/sign-out',
      headers: { ...OWN_FORM, cookie, 'sec-fetch-site': 'cross-site' }
    });
    expect(forged.statusCode).toBe(403);
  });

  it('offers nothing to sign in to, or out of, where there are no groups', async () => {
    await open({ rules: '' });
    const page = await site.get('/a/grades', TOKENS.north);
    expect(page.body).not.toContain('class="_reader"');
  });

  it('offers a way in to who may see something without a token', async () => {
    await open({
      rules: `authorization:
  tokens: [{path: tokens.yaml}]
  groups:
    - configuration: {role: head}
      permissions: [{id: see_root}, {id: see_automation}, {id: see_batch}, {id: run_automation}]
    - configuration: {}
      permissions: [{id: see_automation}]
`
    });
    const page = await site.get('/a/grades?filter=x');
    expect(page.body).toContain('href="/sign-in?next=%2Fa%2Fgrades%3Ffilter%3Dx"');
    const refused = await site.get('/a/grades/b/north/i', null, HTML);
    expect(refused.body).toContain('<a href="/a/grades">Go to Grades</a>');
    expect(refused.body).not.toContain('Go to the start page');
  });

  it('tells who has signed in why a page is refused, and where to go on', async () => {
    await open();
    const answer = await site.get('/a/grades/b/south/i', TOKENS.north, HTML);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('You are signed in as Noor and may not see this;');
    expect(answer.body).toContain('<a href="/a/grades">Go to Grades</a>');
    expect(answer.body).toContain('Sign out');
  });

  it('tells who comes with a token of yesterday that it is not known any more', async () => {
    await open();
    const cookie = 'crosscompute-token=a-token-of-yesterday';
    const answer = await site.get('/a/grades', null, { ...HTML, cookie });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('This token is not known, or has expired.');
  });

  it('looks at few wrong tokens of one address, and at those of others', async () => {
    await open();
    for (let number = 0; number < FAILURE_LIMITS.maxTokens; number += 1) {
      const guess = await signIn({ token: `guess-number-${number}-of-many`, next: '/' });
      expect(guess.statusCode).toBe(403);
    }
    const refused = await signIn({ token: TOKENS.north, next: '/' });
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.body).toContain('Too many wrong tokens');
    expect((await site.get('/', TOKENS.head)).statusCode).toBe(429);
    const other = await site.app.inject({
      url: '/',
      remoteAddress: '10.0.0.9',
      headers: { authorization: `Bearer ${TOKENS.head}` }
    });
    expect(other.statusCode).toBe(200);
  });

  it('does not lock out who was right before others guessed from the same address', async () => {
    await open();
    expect((await site.get('/', TOKENS.head)).statusCode).toBe(200);
    for (let number = 0; number <= FAILURE_LIMITS.maxTokens; number += 1) {
      await site.get('/', `guess-number-${number}-of-many`);
    }
    expect((await site.get('/', TOKENS.north)).statusCode).toBe(429);
    expect((await site.get('/', TOKENS.head)).statusCode).toBe(200);
  });
});

describe('pages for who may look and not run', () => {
  let site: GuardedSite;

  beforeAll(async () => {
    site = await GuardedSite.create();
  });

  afterAll(() => site.dispose());

  it('show values in place of a form', async () => {
    for (const url of ['/a/grades', '/a/grades/b/north/i']) {
      const theirs = (await site.get(url, TOKENS.guest)).body;
      expect(theirs).not.toMatch(/id="_form"|class="_continue|<input(?! type="search")/);
      expect(theirs).toContain('You may look at these inputs, and not run others.');
      const mine = (await site.get(url, TOKENS.head)).body;
      expect(mine).toContain('id="_form"');
      expect(mine).toContain('_run"');
    }
  });

  it('are the same in fragments, and keep variables of level DEBUG out of them', async () => {
    const id = await site.run({ school: 'north', grade: 5 }, TOKENS.head);
    const fragment = async (step: string, token: string, batch = id) => {
      const url = `/api/automations/${site.automation}/page?step=${step}&batch=${batch}`;
      return (await site.get(url, token)).json().html as string;
    };
    expect(await fragment('debug', TOKENS.head)).toContain('trace of');
    expect(await fragment('debug', TOKENS.guest)).not.toContain('trace of');
    expect(await fragment('input', TOKENS.head)).toContain('<form');
    expect(await fragment('input', TOKENS.guest)).not.toContain('<form');
  });
});
