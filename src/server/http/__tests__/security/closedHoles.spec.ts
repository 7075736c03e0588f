import { symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { bearer, GuardedSite, TOKENS } from '../guardedSite';

/** What the original framework, 0.9.4, left open, one test for each. */
describe('closed: in the original', () => {
  let site: GuardedSite;
  let open: GuardedSite;

  beforeAll(async () => {
    [site, open] = await Promise.all([GuardedSite.create(), GuardedSite.create({ rules: '' })]);
  });

  afterAll(() => Promise.all([site.dispose(), open.dispose()]));

  const post = (letter: unknown) =>
    open.post('/a/grades.json', { school: { value: 'x' }, grade: { value: 1 }, letter });

  it('{"path": …} in a post copied any file of the host into a run', async () => {
    for (const letter of [{ path: '/etc/passwd' }, { value: { path: '/etc/passwd' } }]) {
      expect((await post(letter)).json()).toMatchObject({ code: 'input-refused' });
    }
  });

  it('{"uri": "http…"} made the server download', async () => {
    for (const uri of ['http://127.0.0.1:1/x', 'https://example.com/x', 'file:///etc/passwd']) {
      expect((await post({ uri })).json()).toMatchObject({ code: 'input-refused' });
    }
  });

  it('/f/../ and odd ids led to other files', async () => {
    for (const id of ['..%2f..%2fstate.sqlite', '..', 'a'.repeat(31), `${'a'.repeat(31)}.`]) {
      expect([400, 404]).toContain((await open.get(`/f/${id}/0`)).statusCode);
      expect((await post({ uri: `/f/${id}` })).statusCode).toBe(400);
    }
  });

  it('everyone could upload', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const payload =
      '--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nA\r\n--x--\r\n';
    const upload = (token: string | null) =>
      site.app.inject({
        method: 'POST',
        url: '/files.json',
        headers: { ...headers, ...bearer(token) },
        payload
      });
    expect((await upload(null)).statusCode).toBe(403);
    expect((await upload(TOKENS.guest)).statusCode).toBe(403);
    expect((await upload(TOKENS.north)).statusCode).toBe(200);
  });

  it('event streams were open', async () => {
    const answer = await site.get('/streams/mutations/a/grades/b/north/o.json');
    expect([answer.statusCode, answer.body.includes('north')]).toEqual([403, false]);
  });

  it('tokens could be added by everyone where no groups exist', async () => {
    const url = '/tokens.json?time_in_seconds=0';
    expect((await open.post(url, { role: 'head' })).statusCode).toBe(403);
    expect((await site.post(url, { role: 'head' }, TOKENS.north)).statusCode).toBe(403);
    expect((await site.post(url, { role: 'head' }, TOKENS.head)).statusCode).toBe(200);
  });

  it('the pages of the API were open', async () => {
    for (const url of ['/docs', '/openapi.json', '/api/', '/api/openapi.json']) {
      expect((await site.get(url)).statusCode).toBe(403);
    }
  });

  it('HTML of outputs stood in pages as it was', async () => {
    const id = await open.run({ school: '<b onclick="x()">bold</b>', grade: 1 }, null);
    const { body } = await open.get(`/a/grades/b/${id}/o`);
    expect(body).toContain('&lt;b onclick=');
    expect(body).not.toContain('<b onclick');
    const file = await open.get(`/a/grades/b/${id}/o/page`);
    expect(file.headers['content-disposition']).toContain('attachment');
    expect(file.headers['content-security-policy']).toContain('sandbox');
  });

  it('a link changed what results show, unescaped', async () => {
    const id = await open.run({ school: 'true', grade: 1 }, null);
    const { body } = await open.get(`/a/grades/b/${id}/o?report=%3Cscript%3Eforged`);
    expect(body).toContain('true 1');
    expect(body).not.toContain('forged');
    const form = await open.get('/a/grades/b/north/i?school=%22%3E%3Cscript%3Eforged');
    expect(form.body).toContain('forged');
    expect(form.body).not.toContain('<script>forged');
  });

  it('links in the folders of steps led to any file', async () => {
    const id = await open.run({ school: 'x', grade: 1 }, null);
    const output = path.join(open.folder, 'runs', id, 'output');
    await symlink(path.join(open.folder, 'tokens.yaml'), path.join(output, 'later.html'));
    await writeFile(path.join(output, 'page.html.configuration'), '{}');
    await import('node:fs/promises').then(fs => fs.rm(path.join(output, 'page.html')));
    await symlink('later.html', path.join(output, 'page.html'));
    const answer = await open.get(`/a/grades/b/${id}/o/page`);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain(TOKENS.head);
  });

  it('Host and X-Forwarded-… were believed', async () => {
    expect((await open.get('/', null, { host: 'evil.example' })).statusCode).toBe(403);
    const { body } = await open.get('/a/grades', null, {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-prefix': '/evil'
    });
    expect(body).not.toContain('evil');
  });

  it('runs could be read by whoever guesses', async () => {
    const id = await site.run({ school: 'south', grade: 1 }, TOKENS.both);
    expect(id).toMatch(/^[a-z0-9]{32}$/);
    expect((await site.get(`/a/grades/b/${id}/o`)).statusCode).toBe(403);
    expect((await site.get(`/a/grades/b/${id}/o`, TOKENS.north)).statusCode).toBe(403);
  });

  it('hidden files and files of tokens were served', async () => {
    const id = await open.run({ school: 'x', grade: 1 }, null);
    for (const name of [
      'hidden',
      'hidden.json',
      '.hidden.txt',
      '..%2f..%2f..%2f..%2ftokens.yaml'
    ]) {
      const answer = await open.get(`/a/grades/b/${id}/o/${name}`);
      expect([name, answer.statusCode >= 400]).toEqual([name, true]);
    }
    const page = await open.get(`/a/grades/b/${id}/o`);
    expect(page.body).not.toMatch(/>\s*hidden\s*</);
  });

  it('errors told paths and traces to everyone', async () => {
    const id = await site.run({ school: 'north', grade: -1 }, TOKENS.head);
    for (const url of [`/a/grades/b/${id}/o`, `/api/runs/${id}`, '/a/grades/b/nowhere/o']) {
      expect((await site.get(url, TOKENS.guest)).body).not.toMatch(/grade\.js|guarded-|at \//);
    }
  });
});
