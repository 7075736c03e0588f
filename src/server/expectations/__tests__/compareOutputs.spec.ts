import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { deflateSync } from 'node:zlib';
import { compareOutputs } from '../compareOutputs';

describe('compareOutputs()', () => {
  let expected: string;
  let actual: string;

  beforeEach(async () => {
    expected = await mkdtemp(path.join(os.tmpdir(), 'expected-'));
    actual = await mkdtemp(path.join(os.tmpdir(), 'actual-'));
  });

  afterEach(async () => {
    await rm(expected, { recursive: true });
    await rm(actual, { recursive: true });
  });

  async function compare(
    file: string,
    one: string | Buffer,
    other: string | Buffer | null,
    variables: { id: string; path: string }[] = []
  ) {
    await writeFile(path.join(expected, file), one);
    if (other !== null) {
      await writeFile(path.join(actual, file), other);
    }
    return (await compareOutputs(expected, actual, variables)).differences;
  }

  it('takes numbers as numbers, and passes over variables that are not expected', async () => {
    const differences = await compare(
      'variables.dictionary',
      '{"total": 3, "rate": 1e-2, "none": NaN}',
      '{"other": 1, "none": NaN, "rate": 0.010, "total": 3.0}'
    );
    expect(differences).toEqual([]);
  });

  it('names each variable that differs, and the place in it', async () => {
    const differences = await compare(
      'variables.dictionary',
      '{"a": 1, "b": [1, {"x y": "1"}], "c": 9007199254740993, "d": null, "e": {"k": 1}}',
      '{"a": "1", "b": [1, {"x y": 1}, 2], "c": 9007199254740992, "e": {"k": 1, "l": 2}}'
    );
    const seen = differences.map(each => [each.variable, each.place, each.expected, each.actual]);
    expect(seen).toEqual([
      ['a', 'a', '1', '"1"'],
      ['b', 'b[1].x y', '"1"', '1'],
      ['b', 'b[2]', null, '2'],
      ['c', 'c', '9007199254740993', '9007199254740992'],
      ['d', 'd', 'null', null],
      ['e', 'e.l', null, '2']
    ]);
  });

  it('compares text by lines, whatever ends them, and numbers the first that differs', async () => {
    expect(await compare('a.txt', 'one\r\ntwo\r\n', 'one\ntwo')).toEqual([]);
    const variables = [{ id: 'report', path: 'b.md' }];
    expect(await compare('b.md', 'ä\nb\nc\n', 'ä\nB\nC\n', variables)).toEqual([
      { file: 'b.md', variable: 'report', place: '', line: 2, expected: 'b', actual: 'B' }
    ]);
    await rm(path.join(expected, 'b.md'));
    expect(await compare('c.csv', 'a\n', 'a\nb\n')).toMatchObject([
      { line: 2, expected: null, actual: 'b' }
    ]);
  });

  it('says which file was not written, and passes over hidden ones and those beside', async () => {
    await writeFile(path.join(expected, '.gitkeep'), '');
    await writeFile(path.join(actual, 'beside.txt'), 'x');
    expect(await compare('a.txt', 'x', null)).toMatchObject([{ file: 'a.txt', actual: null }]);
  });

  it('compares JSON that is broken as text', async () => {
    expect(await compare('a.json', '{"a": 1}', '{"a": ')).toMatchObject([{ line: 1 }]);
  });

  it('looks at results of notebooks alone: counts, ids and metadata differ each time', async () => {
    const notebook = (count: number, text: string | string[], source = 'print(1)') =>
      JSON.stringify({
        metadata: { count },
        cells: [
          {
            ...{ cell_type: 'code', id: `${count}`, metadata: { count }, source: [source] },
            execution_count: count,
            outputs: [
              { output_type: 'stream', name: 'stdout', text: '1\n' },
              { output_type: 'stream', name: 'stdout', text: '2\n' },
              {
                output_type: 'execute_result',
                execution_count: count,
                data: { 'text/plain': text }
              }
            ]
          }
        ]
      });
    const joined = notebook(2, 'a\nb').replace(/"1\\n"\},.*?"2\\n"/, '"1\\n2\\n"');
    expect(joined).not.toBe(notebook(2, 'a\nb'));
    expect(await compare('a.ipynb', notebook(1, ['a\n', 'b']), joined)).toEqual([]);
    expect(await compare('a.ipynb', notebook(1, 'a'), notebook(1, 'b'))).toMatchObject([
      { place: 'cells[0].outputs[1].data["text/plain"]', expected: '"a"', actual: '"b"' }
    ]);
  });

  it('compares pictures without what was remarked in them, other files byte for byte', async () => {
    const chunk = (type: string, data: Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(data.length);
      return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
    };
    const picture = (pixels: string, remark: string) =>
      Buffer.concat([
        Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
        chunk('tEXt', Buffer.from(remark)),
        chunk('IDAT', deflateSync(Buffer.from(pixels))),
        chunk('IEND', Buffer.alloc(0))
      ]);
    expect(await compare('a.png', picture('x', 'version 1'), picture('x', 'v2'))).toEqual([]);
    expect(await compare('a.png', picture('x', ''), picture('y', ''))).toMatchObject([
      { file: 'a.png', line: null, actual: expect.stringContaining('other from byte') }
    ]);
    await rm(path.join(expected, 'a.png'));
    expect(await compare('b.bin', Buffer.from([0, 1]), Buffer.from([0, 2]))).toMatchObject([
      { expected: '2 bytes', actual: '2 bytes, other from byte 2 on' }
    ]);
  });
});
