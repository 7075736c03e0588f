import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { EventReader } from './eventReader';
import { bearer, GuardedSite, TOKENS } from './guardedSite';

describe('event streams of a site with groups', () => {
  let site: GuardedSite;
  let uri: string;
  const readers: EventReader[] = [];

  beforeEach(async () => {
    site = await GuardedSite.create();
    await site.app.listen({ host: '127.0.0.1', port: 0 });
    uri = `http://127.0.0.1:${(site.app.server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    readers.splice(0).forEach(reader => reader.close());
    await site.dispose();
  });

  async function read(topics: readonly string[], token: string | null): Promise<EventReader> {
    const query = topics.map(encodeURIComponent).join(',');
    const reader = await EventReader.open(`${uri}/api/events?topics=${query}`, bearer(token));
    readers.push(reader);
    return reader;
  }

  const refused = { error: expect.objectContaining({ code: 'not-authorized' }) };

  it('give a topic to who may see all of it, and an error to others', async () => {
    const id = await site.run({ school: 'south', grade: 7 }, TOKENS.both);
    const topics = [
      `run:${id}`,
      `turn:${id}`,
      `data:${site.automation}/south`,
      `watch:${site.automation}/south`,
      `draft:${site.automation}/south`,
      `data:${site.automation}/${id}`,
      `config:${site.automation}`
    ];
    const errorsOf = async (token: string | null) => {
      const reader = await read([...topics, 'queue'], token);
      await reader.until(({ event }) => event === 'queue');
      return topics.map(topic =>
        reader.events.some(({ event, data }) => event === topic && 'error' in (data as object))
      );
    };
    expect(await errorsOf(TOKENS.both)).toEqual(topics.map(() => false));
    expect(await errorsOf(TOKENS.north)).toEqual([true, true, true, true, true, true, false]);
    expect(await errorsOf(null)).toEqual(topics.map(() => true));
    const reader = await read([`run:${id}`], TOKENS.north);
    const { data } = await reader.until(({ event }) => event === `run:${id}`);
    expect(data).toEqual(refused);
  });

  it('tell whose turn it is, live, and why not', async () => {
    site.services.queue.pause();
    const ask = async (grade: number): Promise<string> => {
      const values = { school: { value: 'north' }, grade: { value: grade } };
      return (await site.post('/a/grades.json', values, TOKENS.north)).json().run;
    };
    const [first, second] = [await ask(1), await ask(2)];
    const topic = `turn:${second}`;
    const reader = await read([topic], TOKENS.north);
    const told = async (turn: object) =>
      reader.until(({ event, data }) => {
        return event === topic && JSON.stringify(data) === JSON.stringify(turn);
      });
    await told({ position: 2, seconds: null, isPaused: true, leader: null });
    await site.services.queue.stop(first);
    await told({ position: 1, seconds: null, isPaused: true, leader: null });
    site.services.queue.resume();
    await told({ position: null, seconds: null, isPaused: false, leader: null });
  });

  it("name no run of another's inputs in the queue, while it goes on and after", async () => {
    const theirs = await read(['queue'], TOKENS.north);
    const mine = await read(['queue'], TOKENS.both);
    const heads = await read(['queue'], TOKENS.head);
    // Runs that last: the queue is told at most ten times a second, and not of what began and ended in between.
    const run = async (school: string, token: string) =>
      (
        await site.post(
          '/a/grades.json',
          { school: { value: school }, grade: { value: 2000 } },
          token
        )
      ).json().run as string;
    const south = await run('south', TOKENS.both);
    await mine.until(({ data }) => JSON.stringify(data).includes(south));
    const stopped = await site.post(`/api/runs/${south}/stop`, {}, TOKENS.both);
    expect(stopped.statusCode).toBe(200);
    // What a teacher of the north made is the next that all of them could hear of.
    const north = await run('north', TOKENS.north);
    await theirs.until(({ data }) => JSON.stringify(data).includes(north));
    expect(JSON.stringify(theirs.events)).not.toContain(south);
    // Made from the form by somebody else: heads see it when they look for it, lists do not name it.
    expect(JSON.stringify(heads.events)).not.toContain(south);
  });

  it('end when the token expires, and give nothing afterwards', async () => {
    const added = await site.post(
      '/tokens.json?time_in_seconds=1',
      { role: 'teacher', school: 'north' },
      TOKENS.head
    );
    const token: string = added.json().access_token;
    const [queue, data, old] = await Promise.all([
      read(['queue'], token),
      read([`data:${site.automation}/north`], token),
      EventReader.open(`${uri}/streams/mutations/a/grades/b/north/i.json`, bearer(token))
    ]);
    readers.push(old);
    expect([queue.status, data.status, old.status]).toEqual([200, 200, 200]);
    await Promise.all([queue.ended, data.ended, old.ended]);
    const again = await read([`data:${site.automation}/north`], token);
    const answer = await again.until(() => true);
    expect(answer.data).toEqual(refused);
  });

  it('end when the token is taken out of its file, though nothing else is watched', async () => {
    const reader = await read(['queue', `data:${site.automation}/north`], TOKENS.north);
    await reader.until(({ event }) => event === 'queue');
    const file = path.join(site.folder, 'tokens.yaml');
    await site.services.access.whenTokensWatched();
    await writeFile(file, `${TOKENS.head}: {role: head}\n`);
    await reader.ended;
    const again = await read([`data:${site.automation}/north`], TOKENS.north);
    expect((await again.until(() => true)).data).toEqual(refused);
  });
});
