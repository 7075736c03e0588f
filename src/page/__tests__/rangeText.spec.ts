import { MAX_WHOLE_BYTES, RangeText } from '../rangeText';

/** A file on a server that gives ranges of it. */
class FakeFile {
  constructor(public bytes: Uint8Array) {}

  givesRanges = true;
  readonly asked: (string | undefined)[] = [];

  readonly fetch = async (_uri: string, _signal: AbortSignal, headers?: Record<string, string>) => {
    const range = headers?.Range;
    this.asked.push(range);
    const match = this.givesRanges && range ? /^bytes=(\d*)-(\d*)$/.exec(range) : null;
    if (!match) {
      return answer(this.bytes, 200, null);
    }
    const { length } = this.bytes;
    const start = match[1] === '' ? Math.max(0, length - Number(match[2])) : Number(match[1]);
    const end = match[1] === '' || match[2] === '' ? length : Number(match[2]) + 1;
    return start >= length && length > 0
      ? answer(new Uint8Array(), 416, null)
      : answer(this.bytes.slice(start, end), 206, `bytes ${start}-${end - 1}/${length}`);
  };

  get size(): number {
    return this.bytes.length;
  }
}

function answer(bytes: Uint8Array, status: number, range: string | null): Response {
  return {
    ok: status < 400,
    status,
    headers: { get: () => range },
    arrayBuffer: async () => bytes.buffer
  } as unknown as Response;
}

const encode = (text: string) => new Uint8Array(Buffer.from(text));
const { signal } = new AbortController();

describe('RangeText', () => {
  it('reads a text as a whole, and then only what was added to it', async () => {
    const file = new FakeFile(encode('one\n'));
    const text = new RangeText(file.fetch);
    expect(await text.read('x', file.size, signal)).toEqual({
      text: { head: 'one\n', tail: '', leftOut: 0 }
    });
    // Half a letter, then the other half.
    const letter = encode('é');
    file.bytes = new Uint8Array([...file.bytes, letter[0]]);
    expect(await text.read('x', file.size, signal)).toEqual({ added: '' });
    file.bytes = new Uint8Array([...file.bytes, letter[1], ...encode('\n')]);
    expect(await text.read('x', file.size, signal)).toEqual({ added: 'é\n' });
    expect(file.asked).toEqual([undefined, 'bytes=0-', 'bytes=0-']);
  });

  it('asks for no more than the end of what it knows', async () => {
    const file = new FakeFile(encode('x'.repeat(1000)));
    const text = new RangeText(file.fetch);
    await text.read('x', file.size, signal);
    file.bytes = encode(`${'x'.repeat(1000)}new`);
    expect(await text.read('x', file.size, signal)).toEqual({ added: 'new' });
    expect(file.asked[1]).toBe('bytes=936-');
  });

  it('reads all of it again when it was written anew', async () => {
    const file = new FakeFile(encode('one'));
    const text = new RangeText(file.fetch);
    await text.read('x', file.size, signal);
    file.bytes = encode('other text');
    expect(await text.read('x', file.size, signal)).toEqual({
      text: { head: 'other text', tail: '', leftOut: 0 }
    });
    file.bytes = encode('o');
    expect(await text.read('x', file.size, signal)).toMatchObject({ text: { head: 'o' } });
  });

  it.each([true, false])(
    'shows begin and end of a long one, with ranges: %p',
    async givesRanges => {
      const content = `begin${'-'.repeat(2 * MAX_WHOLE_BYTES)}end`;
      const file = new FakeFile(encode(content));
      file.givesRanges = givesRanges;
      const change = await new RangeText(file.fetch).read('x', file.size, signal);
      const { head, tail, leftOut } =
        'text' in change ? change.text : { head: '', tail: '', leftOut: 0 };
      expect(head).toMatch(/^begin-/);
      expect(tail).toMatch(/-end$/);
      expect(head.length + leftOut + tail.length).toBe(content.length);
      expect(head.length).toBeLessThan(MAX_WHOLE_BYTES);
    }
  );

  it('says why there is none', async () => {
    const refuse = async () => answer(new Uint8Array(), 404, null);
    await expect(new RangeText(refuse).read('x', 3, signal)).rejects.toThrow('no data yet');
  });
});
