import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStream } from '../eventStream';
import { parseTopics, StateTopic, type ITopic, type TopicResolver } from '../topics';

/** A journal in memory: numbers from 1, replayed after any of them. */
class FakeJournal implements ITopic {
  readonly isReplayable = true;
  subscriptions = 0;

  subscribe(after: number, listener: (seq: number, data: string) => void) {
    this.subscriptions += 1;
    this._events.forEach((data, index) => index + 1 > after && listener(index + 1, data));
    this._listeners.add(listener);
    return { dispose: () => void this._listeners.delete(listener) };
  }

  append(data: string): void {
    this._events.push(data);
    this._listeners.forEach(listener => listener(this._events.length, data));
  }

  get listenerCount(): number {
    return this._listeners.size;
  }

  private readonly _events: string[] = [];
  private readonly _listeners = new Set<(seq: number, data: string) => void>();
}

describe('parseTopics()', () => {
  it('reads names with the number that each was last at', () => {
    expect(parseTopics('run:a@12,queue', '')).toEqual([
      { name: 'run:a', after: 12 },
      { name: 'queue', after: 0 }
    ]);
  });

  it('prefers the last event id, which holds a number for every topic', () => {
    expect(parseTopics('run:a@12,queue', '15,3')?.map(({ after }) => after)).toEqual([15, 3]);
  });

  it('ignores a last event id for other topics, and numbers that are none', () => {
    expect(parseTopics('run:a@x,queue@-3', '7')?.map(({ after }) => after)).toEqual([0, 0]);
  });

  it.each(['', ',,', 'a,'.repeat(101)])('refuses %j', topics => {
    expect(parseTopics(topics, '')).toBeNull();
  });
});

describe('StateTopic', () => {
  it('says what is the case now, then every change, and when nobody listens', () => {
    const active: boolean[] = [];
    let state = 'a';
    const topic = new StateTopic(
      () => state,
      isActive => active.push(isActive)
    );
    const heard: [number, string][] = [];
    const subscription = topic.subscribe(0, (seq, data) => heard.push([seq, data]));
    state = 'b';
    topic.publish();
    subscription.dispose();
    subscription.dispose();
    topic.publish();
    expect(heard).toEqual([
      [0, 'a'],
      [1, 'b']
    ]);
    expect(active).toEqual([true, false]);
  });
});

describe('EventStream', () => {
  let server: Server;
  let port: number;
  let resolve: TopicResolver;
  let lastEventId = '';

  beforeEach(async () => {
    server = createServer((request, response) => {
      const topics = new URL(request.url ?? '', 'http://x').searchParams.get('topics') ?? '';
      new EventStream(response, parseTopics(topics, lastEventId) ?? [], resolve).open();
    });
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
    ({ port } = server.address() as AddressInfo);
    lastEventId = '';
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(closed => server.close(closed));
  });

  function open(topics: string): Promise<IncomingMessage> {
    return new Promise(ready => get({ port, path: `/?topics=${topics}` }, ready));
  }

  /** Read until a text has come. */
  async function readUntil(response: IncomingMessage, end: string): Promise<string> {
    let text = '';
    for await (const chunk of response) {
      text += chunk;
      if (text.includes(end)) {
        break;
      }
    }
    return text;
  }

  it('gives each event the numbers of all topics, in the order of the request', async () => {
    const journal = new FakeJournal();
    const queue = new StateTopic(() => '{"n":0}');
    resolve = name => (name === 'queue' ? queue : journal);
    journal.append('{"seq":1}');
    const response = await open('run:a,queue');
    const reading = readUntil(response, '{"n":9}');
    queue.publish('{"n":9}');
    const text = await reading;
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(text).toContain('event: run:a\nid: 1,0\ndata: {"seq":1}\n\n');
    expect(text).toContain('event: queue\nid: 1,0\ndata: {"n":0}\n\n');
    expect(text).toContain('event: queue\nid: 1,1\ndata: {"n":9}\n\n');
  });

  it('rejoins after the last event id alone, without gap or repetition', async () => {
    const journal = new FakeJournal();
    resolve = () => journal;
    [1, 2, 3, 4].forEach(seq => journal.append(`{"seq":${seq}}`));
    lastEventId = '2';
    const text = await readUntil(await open('run:a'), '{"seq":4}');
    expect([...text.matchAll(/data: \{"seq":(\d)\}/g)].map(match => match[1])).toEqual(['3', '4']);
  });

  it('refuses one topic by an event on it alone', async () => {
    const journal = new FakeJournal();
    journal.append('{"seq":1}');
    resolve = name => (name === 'run:a' ? journal : null);
    const text = await readUntil(await open('secret,run:a'), '{"seq":1}');
    expect(text).toContain('event: secret\nid: 0,0\ndata: {"error":{"code":"topic-unknown"');
  });

  it('forgets its topics when the reader goes away', async () => {
    const journal = new FakeJournal();
    const queue = new StateTopic(() => null);
    let gone: () => void = () => undefined;
    const left = new Promise<void>(done => (gone = done));
    const watched = new StateTopic(
      () => '1',
      isActive => isActive || gone()
    );
    resolve = name => ({ watched, queue })[name] ?? journal;
    const response = await open('watched,queue,run:a');
    await readUntil(response, 'watched');
    response.destroy();
    await left;
    expect(journal.listenerCount).toBe(0);
  });

  it('pauses a reader that does not read, and then goes on where it was', async () => {
    const journal = new FakeJournal();
    resolve = () => journal;
    const response = await open('run:a');
    response.pause();
    const filler = 'x'.repeat(64 * 1024);
    const count = 400;
    for (let seq = 1; seq <= count; seq += 1) {
      journal.append(`{"seq":${seq},"filler":"${filler}"}`);
    }
    expect(journal.listenerCount).toBe(0);
    const text = await readUntil(response, `{"seq":${count},`);
    const seqs = [...text.matchAll(/data: \{"seq":(\d+),/g)].map(match => Number(match[1]));
    expect(seqs).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(journal.subscriptions).toBeGreaterThan(1);
  });
});
