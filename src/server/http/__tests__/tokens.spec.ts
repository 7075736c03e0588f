import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { GuardedSite, TOKENS } from './guardedSite';

describe('POST /tokens.json', () => {
  let site: GuardedSite;

  beforeEach(async () => {
    site = await GuardedSite.create();
  });

  afterEach(() => site.dispose());

  const add = (identity: object, token: string | null = TOKENS.head, query = 'time_in_seconds=0') =>
    site.post(`/tokens.json?${query}`, identity, token);

  it('gives a token of 32 letters and digits, which is what its identity says', async () => {
    const answer = await add({ role: 'teacher', school: ['south', 'west'], name: 'Sol' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      token_type: 'bearer'
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    const token: string = answer.json().access_token;
    expect((await site.get('/a/grades/b/south/i', token)).statusCode).toBe(200);
    expect((await site.get('/a/grades/b/north/i', token)).statusCode).toBe(403);
    const id = await site.run({ school: 'west', grade: 2 }, token);
    expect((await site.get(`/api/runs/${id}`, token)).json().record.askers).toEqual(['Sol']);
    const other = (await add({ role: 'guest' })).json().access_token;
    expect(other).not.toBe(token);
  });

  it('is for who may add tokens alone', async () => {
    for (const token of [TOKENS.north, TOKENS.guest, null]) {
      const answer = await add({ role: 'head' }, token);
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'not-authorized']);
    }
  });

  it.each([
    ['nothing', ''],
    ['text', 'time_in_seconds=soon'],
    ['less than nothing', 'time_in_seconds=-1'],
    ['a fraction', 'time_in_seconds=1.5']
  ])('refuses %s as a time', async (_what, query) => {
    expect((await add({ role: 'guest' }, TOKENS.head, query)).statusCode).toBe(400);
  });

  it.each([
    ['a list', [1]],
    ['a property that is a dictionary', { role: { name: 'head' } }],
    ['too many properties', Object.fromEntries([...Array(101).keys()].map(key => [`p${key}`, 1]))]
  ])('refuses %s as an identity', async (_what, identity) => {
    expect((await add(identity)).statusCode).toBe(400);
  });

  it('keeps a digest alone, over a restart', async () => {
    const token: string = (await add({ role: 'guest' })).json().access_token;
    const long = (await add({ role: 'guest' }, TOKENS.head, 'time_in_seconds=3600')).json();
    await site.close();
    const state = path.join(site.folder, '.crosscompute');
    for (const name of ['state.sqlite', 'state.sqlite-wal']) {
      const kept = await readFile(path.join(state, name), 'latin1').catch(() => '');
      expect(kept).not.toContain(token);
      expect(kept).not.toContain(long.access_token);
    }
    site = await GuardedSite.open(site.folder);
    expect((await site.get('/', token)).statusCode).toBe(200);
    expect((await site.get('/', long.access_token)).statusCode).toBe(200);
  });

  it('makes one that is nobody after its time', async () => {
    const answer = await add({ role: 'guest' }, TOKENS.head, 'time_in_seconds=1');
    const token: string = answer.json().access_token;
    expect((await site.get('/', token)).statusCode).toBe(200);
    let status = 200;
    while (status === 200) {
      ({ statusCode: status } = await site.get('/', token));
    }
    expect(status).toBe(403);
  });
});
