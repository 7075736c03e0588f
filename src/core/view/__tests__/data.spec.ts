import fc from 'fast-check';
import { dataSourceOf, mergeConfigurations, readVariableText, valueAsData } from '../data';
import { JsonTextError, parseJsonText, shownText } from '../jsonText';
import { mimeTypeOf } from '../mimeType';
import { parseTable, tableToCsv } from '../table';

const read = (path: string, text: string, id = 'x') => readVariableText({ id, path }, text);

describe('readVariableText()', () => {
  it('keeps numbers as they are written', () => {
    const text = '{"x": 3.0, "y": 12345678901234567890, "z": null, "t": "a", "o": {"b":1.50}}';
    const shown = (id: string) => read('v.dictionary', text, id);
    expect(shown('x')).toEqual({ kind: 'value', value: 3, text: '3.0' });
    expect(shown('y')).toMatchObject({ text: '12345678901234567890' });
    expect(shown('z')).toEqual({ kind: 'value', value: null, text: '' });
    expect(shown('t')).toEqual({ kind: 'value', value: 'a', text: 'a' });
    expect(shown('o')).toEqual({ kind: 'value', value: { b: 1.5 }, text: '{"b":1.50}' });
    expect(shown('none')).toEqual({ kind: 'none' });
  });

  it('reads what scientific libraries write', () => {
    expect(read('v.dictionary', '{"x": NaN}')).toEqual({ kind: 'value', value: NaN, text: 'NaN' });
    expect(read('v.json', '[-Infinity]')).toMatchObject({
      value: [-Infinity],
      text: '[-Infinity]'
    });
  });

  it('removes blanks at the end of text, and a byte order mark', () => {
    expect(read('a.md', '\uFEFF  a \n\n')).toEqual({ kind: 'value', value: '  a', text: '  a' });
    expect(read('a.txt', '')).toEqual({ kind: 'value', value: '', text: '' });
  });

  it('leaves large values to be fetched', () => {
    const long = 'é'.repeat(10_000);
    expect(read('v.dictionary', JSON.stringify({ x: long }))).toEqual({
      kind: 'file',
      name: 'x',
      type: 'text/plain',
      size: 20_000
    });
    expect(read('a.txt', long)).toMatchObject({ kind: 'file', name: 'a.txt', size: 20_000 });
    expect(readVariableText({ id: 'x', path: 'a.txt' }, long, 1e6)).toMatchObject({
      kind: 'value'
    });
  });

  it('refuses what is no JSON', () => {
    for (const text of ['', '{', '{"x": 1,}', "{'x': 1}", '[1 2]', '01', '"a\nb"', '{}x']) {
      expect(() => read('v.json', text)).toThrow(JsonTextError);
    }
    expect(() => read('v.json', '['.repeat(100_000))).toThrow(JsonTextError);
  });

  it('knows nothing of the environment', () => {
    expect(read('ENVIRONMENT', 'secret')).toEqual({ kind: 'none' });
    expect(dataSourceOf('x.PNG')).toBe('file');
  });
});

describe('parseJsonText()', () => {
  it('agrees with the JSON of the engine', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const pretty = JSON.stringify(JSON.parse(text), null, indent);
        const node = parseJsonText(pretty);
        expect(JSON.stringify(node.value)).toBe(JSON.stringify(JSON.parse(pretty)));
        expect(node.text).toBe(pretty);
      })
    );
  });

  it('fails with its own error alone', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringOf(fc.constantFrom(...'{}[]",:\\1.-eNa '))),
        text => {
          try {
            shownText(parseJsonText(text));
          } catch (error) {
            expect(error).toBeInstanceOf(JsonTextError);
          }
        }
      )
    );
  });

  it('keeps a key that would change the prototype a key', () => {
    const { value, members } = parseJsonText('{"__proto__": {"x": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(members?.get('__proto__')?.value).toEqual({ x: 1 });
    expect((value as { x?: number }).x).toBeUndefined();
  });
});

describe('parseTable()', () => {
  it('reads objects, lists, and columns with data', () => {
    const texts = (text: string) =>
      parseTable(text)?.rows.map(({ cells }) => cells.map(cell => cell.text));
    expect(parseTable('[{"a": 1}, {"b": "x"}]')?.columns).toEqual(['a', 'b']);
    expect(texts('[{"a": 1.0}, {"b": "x"}]')).toEqual([
      ['1.0', ''],
      ['', 'x']
    ]);
    expect(texts('[[1], [2, 3]]')).toEqual([
      ['1', ''],
      ['2', '3']
    ]);
    expect(texts('{"columns": ["a"], "data": [[1, 2], []]}')).toEqual([['1'], ['']]);
    expect(parseTable('[]')).toEqual({ columns: [], indexColumns: 0, rows: [] });
    expect(parseTable('[1]')).toBeNull();
  });

  it('writes CSV that a spreadsheet does not calculate', () => {
    const table = parseTable('[{"a,b": "=1+1", "c": -1}, {"a,b": "q\\"", "c": null}]');
    expect(table && tableToCsv(table)).toBe('"a,b",c\r\n\'=1+1,-1\r\n"q""",\r\n');
  });
});

describe('valueAsData()', () => {
  it('writes values as people read them', () => {
    expect(valueAsData([1, 'a'])).toMatchObject({ text: '[1,"a"]' });
    expect(valueAsData(true)).toMatchObject({ text: 'true' });
    expect(valueAsData('x'.repeat(20_000), 'id')).toMatchObject({ kind: 'file', name: 'id' });
  });
});

describe('mimeTypeOf()', () => {
  it('goes by the suffix', () => {
    expect(mimeTypeOf('a/b.PNG')).toBe('image/png');
    expect(mimeTypeOf('x.constructor')).toBe('application/octet-stream');
    expect(mimeTypeOf('none')).toBe('application/octet-stream');
  });
});

describe('mergeConfigurations()', () => {
  it('keeps a list of options where a later one holds nothing readable', () => {
    const fixed = { options: ['a'], min: 1 };
    expect(mergeConfigurations(fixed, { options: ['b'], min: 2 })).toEqual({
      options: ['b'],
      min: 2
    });
    for (const options of [null, 'b', [], [{}], 5]) {
      expect(mergeConfigurations(fixed, { options })).toEqual(fixed);
    }
    expect(mergeConfigurations(fixed, 'no object', null)).toEqual(fixed);
    expect(mergeConfigurations({ options: [] }, { options: null })).toEqual({ options: null });
  });
});
