import fastify, { type FastifyInstance } from 'fastify';
import { createLog } from '../../../log';
import { addErrorHandlers } from '../../errors';
import { security, type ISecurityOptions } from '../../security';

const DIRECT: ISecurityOptions = {
  proxySecret: null,
  rootUri: '',
  hosts: ['localhost', '127.0.0.1'],
  origins: ['https://school.example']
};

async function serve(options: ISecurityOptions): Promise<FastifyInstance> {
  const app = fastify();
  addErrorHandlers(app, { log: createLog('silent'), origins: [], renderPage: () => 'page' });
  await app.register(security, options);
  app.all('/x', async request => ({ user: request.peer.username, rootUri: request.rootUri }));
  return app;
}

describe('security', () => {
  let app: FastifyInstance;

  afterEach(() => app.close());

  describe('behind Jupyter', () => {
    beforeEach(async () => {
      app = await serve({ ...DIRECT, proxySecret: 'open-sesame' });
    });

    it('refuses a request without the secret of the proxy, or with another', async () => {
      for (const headers of [{}, { 'x-crosscompute-secret': 'open-sesama' }]) {
        const response = await app.inject({ url: '/x', headers });
        expect(response.statusCode).toBe(403);
        expect(response.json().code).toBe('not-authorized');
      }
    });

    it('believes user and prefix of the proxy', async () => {
      const headers = {
        'x-crosscompute-secret': 'open-sesame',
        'x-crosscompute-user': 'ana',
        'x-forwarded-prefix': '/user/ana/crosscompute'
      };
      const response = await app.inject({ url: '/x', headers });
      expect(response.json()).toEqual({ user: 'ana', rootUri: '/user/ana/crosscompute' });
    });

    it('takes no markup for a prefix', async () => {
      const headers = {
        'x-crosscompute-secret': 'open-sesame',
        'x-forwarded-prefix': '/"><script>'
      };
      expect((await app.inject({ url: '/x', headers })).json().rootUri).toBe('');
    });
  });

  describe('on its own listener', () => {
    beforeEach(async () => {
      app = await serve(DIRECT);
    });

    it('does not believe who a request says to come from', async () => {
      const headers = { 'x-crosscompute-user': 'root', 'x-forwarded-prefix': '/evil' };
      expect((await app.inject({ url: '/x', headers })).json()).toEqual({
        user: null,
        rootUri: ''
      });
    });

    it('refuses a host name that is not its own', async () => {
      const response = await app.inject({ url: '/x', headers: { host: 'evil.example:7000' } });
      expect(response.json().code).toBe('host-unknown');
    });

    it.each([
      ['a form of the same page', { 'sec-fetch-site': 'same-origin', cookie: 'a=b' }, 200],
      ['a script of another site', { 'sec-fetch-site': 'cross-site' }, 403],
      ['a sibling of the site', { 'sec-fetch-site': 'same-site' }, 403],
      ['an old browser, same origin', { origin: 'http://localhost:80', host: 'localhost' }, 200],
      ['an old browser, other origin', { origin: 'http://evil.example', host: 'localhost' }, 403],
      ['an origin that is allowed', { origin: 'https://school.example' }, 200],
      ['an opaque origin', { origin: 'null' }, 403],
      ['a program without cookies', {}, 200],
      ['a browser that says nothing but sends cookies', { cookie: 'a=b' }, 403]
    ])('answers a change from %s', async (_who, headers, status) => {
      const response = await app.inject({ method: 'POST', url: '/x', headers });
      expect(response.statusCode).toBe(status);
    });

    it('lets another site read nothing more than a link would', async () => {
      const response = await app.inject({ url: '/x', headers: { 'sec-fetch-site': 'cross-site' } });
      expect(response.statusCode).toBe(200);
      expect(response.headers['access-control-allow-origin']).toBeUndefined();
      expect(response.headers['x-content-type-options']).toBe('nosniff');
    });
  });
});

describe('addErrorHandlers()', () => {
  it('keeps the inside of an error in the log', async () => {
    const lines: string[] = [];
    const app = fastify();
    addErrorHandlers(app, {
      log: createLog('debug', line => lines.push(line)),
      origins: [],
      renderPage: () => '<h1>page</h1>'
    });
    app.get('/api/x', () => {
      throw new Error('password of the database is 1234');
    });
    const response = await app.inject('/api/x?token=abc');
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.body).not.toContain('1234');
    expect(lines.join('')).toContain('1234');
    expect(lines.join('')).not.toContain('abc');
    const page = await app.inject({ url: '/nothing', headers: { accept: 'text/html' } });
    expect([page.statusCode, page.body]).toEqual([404, '<h1>page</h1>']);
    await app.close();
  });
});
