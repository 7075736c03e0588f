import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { GuardedSite, TOKENS } from './guardedSite';

describe('debug/identities.dictionary', () => {
  const opened: GuardedSite[] = [];

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(site => site.dispose()));
  });

  async function identityOf(site: GuardedSite, id: string): Promise<unknown> {
    const file = path.join(site.folder, 'runs', id, 'debug', 'identities.dictionary');
    return JSON.parse(await readFile(file, 'utf-8'));
  }

  it('has the address and all properties of the token, and never the token', async () => {
    const site = await GuardedSite.create();
    opened.push(site);
    const id = await site.run({ school: 'north', grade: 1 }, TOKENS.both);
    expect(await identityOf(site, id)).toEqual({
      ip_address: '127.0.0.1',
      role: 'teacher',
      school: ['north', 'south']
    });
    const record = await site.get(`/api/runs/${id}`, TOKENS.head);
    expect(record.body).not.toContain(TOKENS.both);
    expect(record.json().record).not.toHaveProperty('identity');
  });

  it('has the address alone of who has no token', async () => {
    const site = await GuardedSite.create({ rules: '' });
    opened.push(site);
    const id = await site.run({ school: 'north', grade: 1 }, null);
    expect(await identityOf(site, id)).toEqual({ ip_address: '127.0.0.1' });
  });

  it('is that of who asked first, also after a restart while the run waits', async () => {
    const before = await GuardedSite.create();
    before.services.queue.pause();
    const inputs = { school: { value: 'north' }, grade: { value: 4 } };
    const asked = await before.post('/a/grades.json', inputs, TOKENS.north);
    const joined = await before.post('/a/grades.json', inputs, TOKENS.head);
    const id: string = asked.json().run;
    expect(joined.json().run).toBe(id);
    await before.close();
    const after = await GuardedSite.open(before.folder);
    opened.push(after);
    after.services.queue.resume();
    await new Promise<void>(ended => after.services.queue.follow(id, 0, () => undefined, ended));
    expect(await identityOf(after, id)).toEqual({
      ip_address: '127.0.0.1',
      role: 'teacher',
      school: 'north',
      name: 'Noor'
    });
  });

  it('makes runs of two people two, where a script reads who asked', async () => {
    const site = await GuardedSite.create();
    opened.push(site);
    const configuration = path.join(site.folder, 'automate.yaml');
    const inputs = { school: { value: 'north' }, grade: { value: 4 } };
    const ask = async (token: string) =>
      (await site.post('/a/grades.json', inputs, token)).json().run as string;
    site.services.queue.pause();
    expect(await ask(TOKENS.north)).toBe(await ask(TOKENS.head));
    const text = await readFile(configuration, 'utf8');
    const line = '    - {id: who, view: json, path: identities.dictionary}';
    const begin = 'debug:\n  variables:\n';
    await writeFile(configuration, text.replace(begin, `${begin}${line}\n`));
    const first = await ask(TOKENS.north);
    expect(await ask(TOKENS.north)).toBe(first);
    const second = await ask(TOKENS.head);
    expect(second).not.toBe(first);
    // It stays so when the code is another one by the time that they begin.
    const script = path.join(site.folder, 'grade.js');
    await writeFile(script, `${await readFile(script, 'utf8')}\n// as it is now\n`);
    site.services.queue.resume();
    for (const id of [first, second]) {
      await new Promise<void>(ended => site.services.queue.follow(id, 0, () => undefined, ended));
    }
    const [one, other] = [first, second].map(id => site.services.queue.get(id));
    // It may follow the very first one, which has the same asker and, by now, the same code.
    expect(one).toMatchObject({ state: 'done' });
    expect(other).toMatchObject({ state: 'done', leader: null });
    expect(other?.code).toBe(one?.code);
    expect(other?.key).not.toBe(one?.key);
  });
});
