import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { hostsOf } from '../hosts';
import { TrustedProxies } from '../trustedProxies';
import { GuardedSite, TOKENS, type IGuardedSiteOptions } from './guardedSite';

describe('how a served site is reached', () => {
  let site: GuardedSite;

  afterEach(() => site.dispose());

  const open = async (options: IGuardedSiteOptions) => {
    site = await GuardedSite.create(options);
  };

  describe('a server that listens everywhere', () => {
    const ask = async (host: string) => (await site.get('/', TOKENS.head, { host })).statusCode;

    it('answers to its own names and to addresses in digits', async () => {
      await open({ hosts: hostsOf('0.0.0.0', 'Lab-PC') });
      for (const host of ['localhost:7000', '127.0.0.1', '[::1]:7000', '192.168.1.20:7000']) {
        expect([host, await ask(host)]).toEqual([host, 200]);
      }
      for (const host of ['lab-pc:7000', 'LAB-PC', 'lab-pc.local:7000']) {
        expect([host, await ask(host)]).toEqual([host, 200]);
      }
    });

    it('refuses other names, and says how they are allowed', async () => {
      await open({
        hosts: hostsOf('0.0.0.0', 'lab-pc'),
        origins: ['https://tools.school.example']
      });
      const answer = await site.get('/', TOKENS.head, { host: 'rebound.example:7000' });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'host-unknown']);
      expect(answer.json().detail).toContain('--origins');
      expect(await ask('tools.school.example')).toBe(200);
      expect(await ask('lab-pc.evil.example')).toBe(403);
    });

    it('answers to a name that it was told to listen on', async () => {
      await open({ hosts: hostsOf('tools.school.example', 'lab-pc') });
      expect(await ask('tools.school.example:7000')).toBe(200);
      expect(await ask('lab-pc')).toBe(403);
    });
  });

  describe('--trusted-proxy', () => {
    const headers = {
      'x-forwarded-for': '203.0.113.5',
      'x-forwarded-proto': 'https',
      'x-forwarded-prefix': '/tools'
    };

    const identityThrough = async (proxy: string) => {
      const answer = await site.app.inject({
        method: 'POST',
        url: '/a/grades.json',
        payload: { school: { value: 'north' }, grade: { value: 1 } },
        headers: { ...headers, authorization: `Bearer ${TOKENS.head}` },
        remoteAddress: proxy
      });
      const id: string = answer.json().run;
      await new Promise<void>(ended => site.services.queue.follow(id, 0, () => undefined, ended));
      const file = path.join(site.folder, 'runs', id, 'debug', 'identities.dictionary');
      return JSON.parse(await readFile(file, 'utf-8')).ip_address;
    };

    it('is believed about address, scheme and prefix, and nobody else is', async () => {
      await open({ trustedProxies: new TrustedProxies(['10.0.0.0/8']) });
      expect(await identityThrough('10.1.2.3')).toBe('203.0.113.5');
      expect(await identityThrough('192.168.0.1')).toBe('192.168.0.1');
      const through = async (remoteAddress: string) => {
        const answer = await site.app.inject({
          url: `/a/grades?_token=${TOKENS.head}`,
          headers,
          remoteAddress
        });
        return { to: answer.headers.location, cookie: String(answer.headers['set-cookie']) };
      };
      const trusted = await through('10.1.2.3');
      expect(trusted.to).toBe('/tools/a/grades');
      expect(trusted.cookie).toMatch(/Path=\/tools; HttpOnly; Secure/);
      const other = await through('192.168.0.1');
      expect(other.to).toBe('/a/grades');
      expect(other.cookie).not.toContain('Secure');
    });

    it('counts wrong tokens by the address of the visitor, not of the proxy', async () => {
      await open({ trustedProxies: new TrustedProxies(['10.0.0.7']) });
      const guess = (from: string, token: string) =>
        site.app.inject({
          url: '/',
          remoteAddress: '10.0.0.7',
          headers: { 'x-forwarded-for': from, authorization: `Bearer ${token}` }
        });
      for (let number = 0; number < 20; number += 1) {
        await guess('203.0.113.5', `guess-number-${number}-of-many`);
      }
      expect((await guess('203.0.113.5', TOKENS.north)).statusCode).toBe(429);
      expect((await guess('203.0.113.6', TOKENS.north)).statusCode).toBe(200);
    });
  });

  describe('--origins', () => {
    const school = 'https://school.example';

    it('lets scripts of the named sites read and post with cookies, and no others', async () => {
      await open({ origins: [school] });
      const get = (origin: string) => site.get('/a/grades', TOKENS.head, { origin });
      const allowed = await get(school);
      expect(allowed.headers['access-control-allow-origin']).toBe(school);
      expect(allowed.headers['access-control-allow-credentials']).toBe('true');
      expect(allowed.headers.vary).toBe('Origin');
      const foreign = await get('https://evil.example');
      expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
      expect(foreign.headers.vary).toBe('Origin');
      const post = (origin: string) =>
        site.app.inject({
          method: 'POST',
          url: '/a/grades.json',
          payload: { school: { value: 'north' }, grade: { value: 1 } },
          headers: {
            origin,
            'sec-fetch-site': 'cross-site',
            cookie: `crosscompute-token=${TOKENS.head}`
          }
        });
      expect((await post(school)).statusCode).toBe(200);
      expect((await post('https://evil.example')).json().code).toBe('cross-site');
      expect((await post('null')).json().code).toBe('cross-site');
    });

    it('answers what browsers ask before they post, without looking at who asks', async () => {
      await open({ origins: [school] });
      const ask = (origin: string) =>
        site.app.inject({
          method: 'OPTIONS',
          url: '/api/runs',
          headers: { origin, 'access-control-request-method': 'POST' }
        });
      const allowed = await ask(school);
      expect(allowed.statusCode).toBe(204);
      expect(allowed.headers['access-control-allow-methods']).toContain('POST');
      expect(allowed.headers['access-control-allow-headers']).toContain('Authorization');
      const foreign = await ask('https://evil.example');
      expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
      expect(foreign.headers['access-control-allow-methods']).toBeUndefined();
    });

    it('may embed pages, which others may not', async () => {
      await open({ origins: [school] });
      const policy = (await site.get('/a/grades?_embed', TOKENS.head)).headers[
        'content-security-policy'
      ];
      expect(policy).toContain(`frame-ancestors 'self' ${school}`);
    });
  });

  describe('/f/<id>', () => {
    const upload = (token: string | null, headers: Record<string, string> = {}) => {
      const body = [
        '--x',
        'Content-Disposition: form-data; name="files"; filename="letter.txt"',
        'Content-Type: text/plain',
        '',
        'Dear head,',
        '--x--',
        ''
      ].join('\r\n');
      return site.app.inject({
        method: 'POST',
        url: '/files.json',
        payload: body,
        headers: {
          'content-type': 'multipart/form-data; boundary=x',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers
        }
      });
    };

    it('gives files to who sent them, and to nobody else, whatever they may run', async () => {
      await open({});
      const { uri } = (await upload(TOKENS.north)).json();
      expect(uri).toMatch(/^\/f\/[a-z0-9]{32}$/);
      for (const url of [uri, `${uri}/0`]) {
        const statuses = await Promise.all(
          [TOKENS.north, TOKENS.both, TOKENS.head, TOKENS.guest, null].map(
            async token => (await site.get(url, token)).statusCode
          )
        );
        expect([url, statuses[0]]).toEqual([url, 200]);
        expect(statuses.slice(1).every(status => status === 403 || status === 404)).toBe(true);
      }
      const file = await site.get(`${uri}/0`, TOKENS.north);
      expect(file.body).toBe('Dear head,');
      expect(file.headers['content-disposition']).toMatch(/^attachment/);
      expect((await site.get(`${uri}/1`, TOKENS.north)).statusCode).toBe(404);
      const inputs = {
        school: { value: 'north' },
        grade: { value: 1 },
        letter: { uri }
      };
      expect((await site.post('/a/grades.json', inputs, TOKENS.head)).statusCode).toBe(400);
      expect((await site.post('/a/grades.json', inputs, TOKENS.north)).statusCode).toBe(200);
    });

    it('takes no files from who may run nothing', async () => {
      await open({});
      expect((await upload(TOKENS.guest)).statusCode).toBe(403);
      expect((await upload(null)).statusCode).toBe(403);
    });
  });
});
