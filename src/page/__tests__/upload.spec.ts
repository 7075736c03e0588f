import { uploadFiles } from '../upload';

/** A request that a test answers by hand. */
class FakeRequest {
  static last: FakeRequest;

  constructor() {
    FakeRequest.last = this;
  }

  readonly upload = new EventTarget();
  readonly headers: Record<string, string> = {};
  status = 0;
  responseText = '';
  opened: unknown[] = [];
  body: FakeForm | null = null;

  open(...parameters: unknown[]): void {
    this.opened = parameters;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  send(body: FakeForm): void {
    this.body = body;
  }

  abort(): void {
    this._events.dispatchEvent(new Event('abort'));
  }

  addEventListener(type: string, listener: () => void): void {
    this._events.addEventListener(type, listener);
  }

  finish(status: number, text: string): void {
    this.status = status;
    this.responseText = text;
    this._events.dispatchEvent(new Event('load'));
  }

  fail(): void {
    this._events.dispatchEvent(new Event('error'));
  }

  private readonly _events = new EventTarget();
}

/** That of jsdom takes only files of its own. */
class FakeForm {
  append(name: string, file: File, fileName: string): void {
    this.parts.push([name, file, fileName]);
  }

  readonly parts: unknown[] = [];
}

describe('uploadFiles()', () => {
  const original = { XMLHttpRequest, FormData };

  beforeAll(() => {
    Object.assign(globalThis, { XMLHttpRequest: FakeRequest, FormData: FakeForm });
  });

  afterAll(() => {
    Object.assign(globalThis, original);
  });

  const start = (controller = new AbortController()) => {
    const fractions: number[] = [];
    const done = uploadFiles({
      uri: '/root/files.json',
      headers: { 'X-XSRFToken': 't' },
      files: [new File(['a'], 'å.txt'), new File(['b'], 'b.txt')],
      onProgress: fraction => fractions.push(fraction),
      signal: controller.signal
    });
    return { done, fractions, controller, request: FakeRequest.last };
  };

  it('sends all files, tells how far it is, and gives their address', async () => {
    const { done, fractions, request } = start();
    const progress = { lengthComputable: true, loaded: 1, total: 4 };
    request.upload.dispatchEvent(Object.assign(new Event('progress'), progress));
    request.finish(200, '{"uri": "/f/abc"}');
    expect(await done).toBe('/f/abc');
    expect(fractions).toEqual([0.25]);
    expect(request.opened).toEqual(['POST', '/root/files.json']);
    expect(request.headers).toEqual({ 'X-XSRFToken': 't' });
    expect(request.body?.parts).toMatchObject([
      ['files', { name: 'å.txt' }, 'å.txt'],
      ['files', { name: 'b.txt' }, 'b.txt']
    ]);
  });

  it('says why the server refused, in its words', async () => {
    const { done, request } = start();
    request.finish(413, '{"code": "upload-too-large", "detail": "a file is too large"}');
    await expect(done).rejects.toThrow('a file is too large');
  });

  it.each(['', '{}', '[]', 'null'])('refuses %p for an address', async text => {
    const { done, request } = start();
    request.finish(200, text);
    await expect(done).rejects.toThrow();
  });

  it('says when there is no answer', async () => {
    const { done, request } = start();
    request.fail();
    await expect(done).rejects.toThrow('does not answer');
  });

  it('can be cancelled, before and while it goes on', async () => {
    const { done, controller } = start();
    controller.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    await expect(start(controller).done).rejects.toMatchObject({ name: 'AbortError' });
  });
});
