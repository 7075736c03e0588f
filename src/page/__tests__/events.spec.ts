import fc from 'fast-check';
import { EventStream, type IEventListener } from '../events';
import { FakeSource } from './fakeSource';

/** A stream over fake connections, and what it told. */
function createStream() {
  const sources: FakeSource[] = [];
  const stream = new EventStream({
    uri: topics => `api/events?topics=${topics}`,
    createSource: uri => {
      const source = new FakeSource(uri);
      sources.push(source);
      return source;
    },
    report: error => problems.push(error),
    random: () => 1
  });
  const problems: unknown[] = [];
  return {
    stream,
    sources,
    problems,
    get last() {
      return sources[sources.length - 1];
    },
    get open() {
      return sources.filter(({ isClosed }) => !isClosed);
    }
  };
}

/** A listener that writes down what it hears. */
function recorder() {
  const seen: number[] = [];
  const errors: string[] = [];
  const listener: IEventListener & { gaps: number } = {
    gaps: 0,
    onEvent: (_, seq) => seen.push(seq),
    onError: code => errors.push(code),
    onGap: () => (listener.gaps += 1)
  };
  return { seen, errors, listener };
}

const microtask = () => Promise.resolve();

describe('EventStream', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('opens no connection while nobody listens', async () => {
    const fake = createStream();
    await microtask();
    expect(fake.sources).toHaveLength(0);
    expect(fake.stream.isConnected).toBe(true);
  });

  it('asks for all topics on one connection, each after its own number', async () => {
    const fake = createStream();
    fake.stream.subscribe('run:a', 12, recorder().listener);
    fake.stream.subscribe('data:x/y', 0, recorder().listener);
    await microtask();
    expect(fake.sources.map(({ uri }) => uri)).toEqual(['api/events?topics=run:a@12,data:x/y']);
  });

  it('escapes names, and keeps a sign in a name apart from the number', async () => {
    const fake = createStream();
    fake.stream.subscribe('data:x/a@7 ä&b,c', 0, recorder().listener);
    await microtask();
    expect(fake.last.uri).toBe('api/events?topics=data:x/a%407%20%C3%A4%26b%2Cc@0');
  });

  it('hands each event to the listeners of its topic', async () => {
    const fake = createStream();
    const [run, queue] = [recorder(), recorder()];
    fake.stream.subscribe('run:a', 0, run.listener);
    fake.stream.subscribe('queue', 0, queue.listener);
    await microtask();
    fake.last.open();
    fake.last.send('run:a', {}, '1,0');
    fake.last.send('queue', {}, '1,5');
    fake.last.send('run:a', {}, '2,5');
    expect(run.seen).toEqual([1, 2]);
    expect(queue.seen).toEqual([5]);
  });

  it('drops what a journal told before, and keeps repeated states', async () => {
    const fake = createStream();
    const [run, queue] = [recorder(), recorder()];
    fake.stream.subscribe('run:a', 2, run.listener);
    fake.stream.subscribe('queue', 0, queue.listener);
    await microtask();
    fake.last.send('run:a', {}, '2,0');
    fake.last.send('run:a', {}, '3,0');
    fake.last.send('run:a', {}, '3,0');
    fake.last.send('queue', {}, '3,1');
    fake.last.send('queue', {}, '3,1');
    expect(run.seen).toEqual([3]);
    expect(queue.seen).toEqual([1, 1]);
  });

  it('opens anew with other topics, from where each journal is', async () => {
    const fake = createStream();
    fake.stream.subscribe('run:a', 0, recorder().listener);
    await microtask();
    fake.last.open();
    fake.last.send('run:a', {}, '4');
    const second = fake.stream.subscribe('queue', 0, recorder().listener);
    await microtask();
    expect(fake.last.uri).toContain('run:a@4,queue');
    expect(fake.open).toHaveLength(1);
    second.dispose();
    second.dispose();
    await microtask();
    expect(fake.last.uri).toMatch(/run:a@4$/);
    expect(fake.sources).toHaveLength(3);
  });

  it('opens anew for a second listener of a journal who knows less', async () => {
    const fake = createStream();
    const [first, second] = [recorder(), recorder()];
    fake.stream.subscribe('run:a', 0, first.listener);
    await microtask();
    fake.last.send('run:a', {}, '1');
    fake.stream.subscribe('run:a', 0, second.listener);
    await microtask();
    expect(fake.last.topics).toEqual([{ name: 'run:a', after: 0 }]);
    fake.last.send('run:a', {}, '1');
    fake.last.send('run:a', {}, '2');
    expect(first.seen).toEqual([1, 2]);
    expect(second.seen).toEqual([1, 2]);
  });

  it('keeps the connection for a second listener who knows as much', async () => {
    const fake = createStream();
    fake.stream.subscribe('run:a', 0, recorder().listener);
    await microtask();
    fake.last.send('run:a', {}, '3');
    const second = recorder();
    fake.stream.subscribe('run:a', 3, second.listener);
    await microtask();
    fake.last.send('run:a', {}, '4');
    expect(fake.sources).toHaveLength(1);
    expect(second.seen).toEqual([4]);
  });

  it('closes when the last listener goes', async () => {
    const fake = createStream();
    const subscription = fake.stream.subscribe('queue', 0, recorder().listener);
    await microtask();
    subscription.dispose();
    await microtask();
    expect(fake.open).toHaveLength(0);
  });

  it('connects again by itself, ever later, and says so', async () => {
    const fake = createStream();
    const states: boolean[] = [];
    fake.stream.onConnectionChange(isConnected => states.push(isConnected));
    fake.stream.subscribe('queue', 0, recorder().listener);
    await microtask();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const before = Date.now();
      fake.last.fail();
      jest.advanceTimersToNextTimer();
      delays.push(Date.now() - before);
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(states).toEqual([false]);
    fake.last.open();
    expect(states).toEqual([false, true]);
    fake.last.fail();
    expect(fake.open).toHaveLength(0);
    jest.advanceTimersByTime(500);
    expect(fake.open).toHaveLength(1);
  });

  it('connects at once when it is told to', async () => {
    const fake = createStream();
    fake.stream.subscribe('queue', 0, recorder().listener);
    await microtask();
    fake.last.fail();
    fake.stream.retry();
    fake.stream.retry();
    expect(fake.open).toHaveLength(1);
    jest.runOnlyPendingTimers();
    expect(fake.sources).toHaveLength(2);
  });

  it('takes topics that came while it was connecting again', async () => {
    const fake = createStream();
    fake.stream.subscribe('queue', 0, recorder().listener);
    await microtask();
    fake.last.fail();
    fake.stream.retry();
    fake.stream.subscribe('run:b', 0, recorder().listener);
    await microtask();
    expect(fake.last.uri).toContain('queue,run:b');
    expect(fake.open).toHaveLength(1);
  });

  it('tells of a gap where events cannot be read again', async () => {
    const fake = createStream();
    const [run, data] = [recorder(), recorder()];
    fake.stream.subscribe('run:a', 0, run.listener);
    fake.stream.subscribe('data:x/y', 0, data.listener);
    await microtask();
    fake.last.open();
    expect(data.listener.gaps).toBe(0);
    fake.last.fail();
    jest.advanceTimersByTime(500);
    fake.last.open();
    expect(data.listener.gaps).toBe(1);
    expect(run.listener.gaps).toBe(0);
  });

  it('hands a refusal to its topic alone and asks for it no more', async () => {
    const fake = createStream();
    const [run, queue] = [recorder(), recorder()];
    fake.stream.subscribe('run:a', 0, run.listener);
    fake.stream.subscribe('queue', 0, queue.listener);
    await microtask();
    fake.last.open();
    fake.last.send('run:a', { error: { code: 'run-unknown', message: 'unknown' } }, '0,0');
    expect(run.errors).toEqual(['run-unknown']);
    expect(queue.errors).toEqual([]);
    fake.last.fail();
    jest.advanceTimersByTime(500);
    expect(fake.last.uri).toBe('api/events?topics=queue');
  });

  it('takes the error of a failed run for an event', async () => {
    const fake = createStream();
    const run = recorder();
    fake.stream.subscribe('run:a', 0, run.listener);
    await microtask();
    fake.last.send('run:a', { error: { code: 'cell-error' }, kind: 'state', seq: 1 }, '1');
    expect(run.seen).toEqual([1]);
    expect(run.errors).toEqual([]);
  });

  it('goes on when a listener throws or leaves', async () => {
    const fake = createStream();
    const other = recorder();
    const leaving = fake.stream.subscribe('queue', 0, {
      onEvent: () => {
        leaving.dispose();
        throw new Error('broken');
      }
    });
    fake.stream.subscribe('queue', 0, other.listener);
    await microtask();
    fake.last.send('queue', {}, '1');
    fake.last.send('queue', {}, '2');
    expect(other.seen).toEqual([1, 2]);
    expect(fake.problems).toHaveLength(1);
  });

  it('is silent after it was disposed', async () => {
    const fake = createStream();
    const run = recorder();
    fake.stream.subscribe('run:a', 0, run.listener);
    await microtask();
    const { last } = fake;
    fake.stream.dispose();
    last.send('run:a', {}, '1');
    last.fail();
    jest.runAllTimers();
    expect(run.seen).toEqual([]);
    expect(fake.sources).toHaveLength(1);
  });

  it('tells each listener every event of its journal once, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ act: fc.constant('append' as const), topic: fc.nat(2) }),
      fc.record({ act: fc.constant('deliver' as const), count: fc.nat(4) }),
      fc.record({ act: fc.constant('fail' as const) }),
      fc.record({ act: fc.constant('wait' as const) }),
      fc.record({ act: fc.constant('subscribe' as const), topic: fc.nat(2), after: fc.nat(5) }),
      fc.record({ act: fc.constant('dispose' as const), index: fc.nat(9) })
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async steps => {
        const fake = createStream();
        const server = new FakeServer();
        const listeners: {
          topic: string;
          after: number;
          seen: number[];
          isOver: boolean;
          dispose: () => void;
        }[] = [];
        for (const current of steps) {
          switch (current.act) {
            case 'append':
              server.append(`run:${current.topic}`);
              break;
            case 'deliver':
              server.deliver(fake.open[0], current.count);
              break;
            case 'fail':
              fake.open[0]?.fail();
              break;
            case 'wait':
              jest.advanceTimersByTime(10_000);
              break;
            case 'subscribe': {
              const topic = `run:${current.topic}`;
              const after = Math.min(current.after, server.length(topic));
              const { seen, listener } = recorder();
              const { dispose } = fake.stream.subscribe(topic, after, listener);
              listeners.push({ topic, after, seen, isOver: false, dispose });
              break;
            }
            case 'dispose': {
              const listener = listeners[current.index];
              if (listener) {
                listener.dispose();
                listener.isOver = true;
              }
            }
          }
          await microtask();
          expect(fake.open.length).toBeLessThanOrEqual(1);
        }
        jest.advanceTimersByTime(20_000);
        await microtask();
        server.deliver(fake.open[0], Infinity);
        for (const { topic, after, seen, isOver } of listeners) {
          const all = Array.from({ length: server.length(topic) - after }, (_, i) => after + i + 1);
          expect(seen).toEqual(isOver ? all.slice(0, seen.length) : all);
        }
        expect(fake.problems).toEqual([]);
        fake.stream.dispose();
      }),
      { numRuns: 300 }
    );
  });
});

/** Journals of a server, told from the number that a connection asks for. */
class FakeServer {
  append(topic: string): void {
    this._lengths.set(topic, this.length(topic) + 1);
  }

  length(topic: string): number {
    return this._lengths.get(topic) ?? 0;
  }

  /** Send the next events of a connection, topic after topic. */
  deliver(source: FakeSource | undefined, count: number): void {
    if (!source) {
      return;
    }
    const { topics } = source;
    if (!this._positions.has(source)) {
      this._positions.set(
        source,
        topics.map(({ after }) => after)
      );
      source.open();
    }
    const positions = this._positions.get(source) ?? [];
    let left = count;
    topics.forEach(({ name }, index) => {
      while (left > 0 && positions[index] < this.length(name) && !source.isClosed) {
        positions[index] += 1;
        left -= 1;
        source.send(name, { seq: positions[index] }, positions.join(','));
      }
    });
  }

  private readonly _lengths = new Map<string, number>();
  private readonly _positions = new Map<FakeSource, number[]>();
}
