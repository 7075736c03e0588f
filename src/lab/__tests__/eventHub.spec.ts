import { EventHub } from '../eventHub';
import { until } from './fakes';

class FakeSource extends EventTarget {
  close(): void {
    this.isClosed = true;
  }

  isClosed = false;
}

describe('EventHub', () => {
  it('asks the server below the base address of Jupyter, once for all topics', async () => {
    const uris: string[] = [];
    const source = new FakeSource();
    const reported: unknown[] = [];
    const hub = new EventHub(
      'http://localhost/user/ana/crosscompute/',
      error => void reported.push(error),
      uri => {
        uris.push(uri);
        return source;
      }
    );
    const told: unknown[] = [];
    hub.subscribe('run:a', { onEvent: data => void told.push(data) });
    hub.subscribe('queue', {
      onEvent: () => {
        throw new Error('oops');
      }
    });
    hub.subscribe('config:x', { onEvent: () => undefined }).dispose();
    await until(() => uris.length > 0);
    expect(uris).toEqual(['http://localhost/user/ana/crosscompute/api/events?topics=run:a,queue']);
    const send = (topic: string, data: string, lastEventId: string) =>
      source.dispatchEvent(new MessageEvent(topic, { data, lastEventId }));
    send('run:a', '{"seq":1}', '1,0');
    send('queue', '{}', '1,1');
    expect(told).toEqual([{ seq: 1 }]);
    expect(reported).toHaveLength(1);
    hub.dispose();
    await until(() => source.isClosed);
  });
});
