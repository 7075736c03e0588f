import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { until } from '../../../testing/jupyterServer';
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

  it('leaves out runs on values that a reader may not see, though the batch has others now', async () => {
    const moving = await GuardedSite.create({
      edit: text => text.replace('{school | slug}', '{grade | slug}')
    });
    const [{ id: automation }] = moving.services.automations.list();
    const runAs = async (school: string) => {
      await writeFile(path.join(moving.folder, 'batches.csv'), `school,grade\n${school},1\n`);
      const { id } = await moving.services.runService.request({ automation, batch: '1' }, 'Ada');
      await until('the run is over', () => moving.services.queue.get(id)?.state === 'done');
    };
    await runAs('south');
    await runAs('north');
    const rows = async (token: string) => {
      const { body } = await moving.get('/a/grades/b/1/history', token);
      return body.match(/<time /g)?.length;
    };
    expect(await rows(head)).toBe(2);
    expect(await rows(north)).toBe(1);
    await moving.dispose();
  });
});
