import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IStatusElement } from '../../../core/run/statusElement';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { until } from '../../../testing/jupyterServer';
import { ElementStream, type IElementSource } from '../elementStream';

const START: IStatusElement = {
  n_ahead_in_queue: 0,
  fraction: 0,
  message: null,
  returncode: null,
  error: null
};

/** A run that a test moves on. */
class FakeSource implements IElementSource {
  element = START;
  readonly listeners = new Set<() => void>();
  current = () => this.element;
  subscribe(onChange: () => void) {
    this.listeners.add(onChange);
    return { dispose: () => void this.listeners.delete(onChange) };
  }
  set(more: Partial<IStatusElement>): void {
    this.element = { ...this.element, ...more };
    this.listeners.forEach(listener => listener());
  }
}

describe('ElementStream', () => {
  let server: Server;
  let source: FakeSource | null;
  let clock: HandTurnedClock;
  let stream: ElementStream;

  beforeEach(async () => {
    source = new FakeSource();
    clock = new HandTurnedClock();
    server = createServer((_, response) => {
      stream = new ElementStream(response, source, clock);
      stream.open();
    });
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  const open = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      get({ port, host: '127.0.0.1', agent: false }, resolve).on('error', reject);
    });

  /** Gathers what comes. */
  const gather = (response: IncomingMessage): { text: string; ended: Promise<void> } => {
    const gathered = { text: '', ended: new Promise<void>(end => response.on('end', end)) };
    response.setEncoding('utf8').on('data', (chunk: string) => {
      gathered.text += chunk;
    });
    return gathered;
  };

  it('writes the first element at once, one for each change, and ends with the last', async () => {
    const response = await open();
    expect(response.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'content-type': 'application/json; charset=utf-8'
    });
    const gathered = gather(response);
    const first =
      '[{"n_ahead_in_queue":0,"fraction":0,"message":null,"returncode":null,"error":null}';
    await until('the first element is there', () => gathered.text === first);
    source?.set({ fraction: 0.3, message: 'Größe "x"' });
    source?.set({});
    await until('the second element is there', () => gathered.text.includes('Größe'));
    source?.set({ fraction: 1, message: null, returncode: 3, error: 'no' });
    await gathered.ended;
    expect(gathered.text).toBe(
      `${first},{"n_ahead_in_queue":0,"fraction":0.3,"message":"Größe \\"x\\"","returncode":null,"error":null}` +
        ',{"n_ahead_in_queue":0,"fraction":1,"message":null,"returncode":3,"error":"no"}]\n'
    );
    expect(source?.listeners.size).toBe(0);
    expect(clock.timerCount).toBe(0);
  });

  it('repeats the last element after 15 seconds without one', async () => {
    const gathered = gather(await open());
    clock.turn(14_999);
    source?.set({ fraction: 0.5 });
    clock.turn(14_999);
    await until('two elements are there', () => gathered.text.split('{').length === 3);
    clock.turn(1);
    await until('it is repeated', () => gathered.text.split('{').length === 4);
    clock.turn(15_000);
    stream.close();
    await gathered.ended;
    const elements = JSON.parse(gathered.text) as IStatusElement[];
    expect(elements.map(({ fraction }) => fraction)).toEqual([0, 0.5, 0.5, 0.5]);
  });

  it('is valid JSON with no element, and when it is closed at any time', async () => {
    const gathered = gather(await open());
    stream.close();
    stream.close();
    await gathered.ended;
    expect(JSON.parse(gathered.text)).toEqual([START]);
    source = null;
    const none = gather(await open());
    await none.ended;
    expect(JSON.parse(none.text)).toEqual([]);
  });

  it('keeps nothing for a reader that stops, who gets the newest then', async () => {
    const response = await open();
    response.pause();
    const message = 'x'.repeat(10_000);
    for (let index = 1; index <= 4000; index++) {
      source?.set({ fraction: index / 10_000, message });
      if (index % 100 === 0) {
        // What the system takes is not ours to hold.
        await new Promise(resolve => setImmediate(resolve));
      }
    }
    const gathered = gather(response);
    response.resume();
    source?.set({ fraction: 1, message: null, returncode: 0 });
    await gathered.ended;
    const elements = JSON.parse(gathered.text) as IStatusElement[];
    expect(elements.length).toBeLessThan(3_000);
    expect(elements[elements.length - 1]).toMatchObject({ fraction: 1, returncode: 0 });
    const fractions = elements.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('lets go of the run when the reader leaves', async () => {
    const response = await open();
    await until('it listens', () => source?.listeners.size === 1);
    response.destroy();
    await until('it has let go', () => source?.listeners.size === 0 && clock.timerCount === 0);
  });
});
