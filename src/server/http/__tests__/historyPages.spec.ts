import { GuardedSite, TOKENS } from './guardedSite';

const { head, north, guest } = TOKENS;

describe('the page of a history', () => {
  let site: GuardedSite;

  beforeAll(async () => {
    site = await GuardedSite.create();
  });

  afterAll(() => site.dispose());

  it('lists runs for who may see the batch, without traces for who may not run', async () => {
    const id = await site.run({ school: 'north', grade: -1 });
    const url = `/a/grades/b/${id}/history`;
    const page = await site.get(url, guest);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('✗</span> failed');
    expect(page.body).toContain('Exited with code 3');
    expect(page.body).not.toContain('grade.js');
    expect(page.body).not.toContain('<script');
    expect(page.body).toMatch(/<time datetime="[^"]+">\d{4}-\d\d-\d\d \d\d:\d\d UTC<\/time>/);
    expect((await site.get(url, north)).statusCode).toBe(200);
    expect((await site.get(url)).statusCode).toBe(403);
    expect((await site.get('/a/grades/b/south/history', north)).statusCode).toBe(403);
    expect((await site.get('/a/grades/b/nowhere/history', head)).statusCode).toBe(404);
  });

  it('says that nothing has run, and stands beside the steps', async () => {
    const page = await site.get('/a/grades/b/south/history', head);
    expect(page.body).toContain('This has not run yet.');
    const step = await site.get('/a/grades/b/south/o', head);
    expect(step.body).toContain('href="/a/grades/b/south/history"');
  });
});
