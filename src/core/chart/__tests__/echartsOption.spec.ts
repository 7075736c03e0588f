import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json';
import { addressBeside } from '../../view/relativeAddress';
import { safeEchartsOption } from '../echartsOption';

const safe = (option: JsonObject) =>
  safeEchartsOption(option, address => addressBeside('/o/x', address));

describe('safeEchartsOption()', () => {
  it('keeps what is drawn', () => {
    const option = {
      title: { text: 'a' },
      xAxis: {},
      series: [{ type: 'bar', data: [1, null, '2', { value: 3 }] }]
    };
    expect(safe(option)).toEqual({ ...option, tooltip: { show: false, renderMode: 'richText' } });
  });

  it('has tooltips drawn, which as markup could act', () => {
    expect(
      safe({
        tooltip: {
          formatter: '<img src=x onerror=evil()>',
          renderMode: 'html',
          extraCssText: 'x',
          appendTo: 'body'
        }
      })
    ).toEqual({
      tooltip: { show: true, formatter: '<img src=x onerror=evil()>', renderMode: 'richText' }
    });
    expect(safe({ tooltip: [{ trigger: 'axis', renderMode: 'html' }] }).tooltip).toEqual({
      show: true,
      trigger: 'axis',
      renderMode: 'richText'
    });
    expect(safe({ series: [{ tooltip: { renderMode: 'html' } }] }).series).toEqual([
      { tooltip: {} }
    ]);
  });

  it('leaves out what is made of markup', () => {
    const toolbox = { feature: { dataView: { optionToContent: 'x' }, restore: {} } };
    expect(safe({ toolbox }).toolbox).toEqual({ feature: { restore: {} } });
  });

  it('keeps links that lead somewhere, and no others', () => {
    const title = { link: 'https://example.org/', sublink: 'java\nscript:evil()' };
    expect(safe({ title }).title).toEqual({ link: 'https://example.org/' });
    expect(safe({ series: [{ data: [{ name: 'a', link: 'data:text/html,x' }] }] }).series).toEqual([
      { data: [{ name: 'a' }] }
    ]);
    // Elsewhere a link is something between two nodes.
    expect(safe({ link: { a: 1 } }).link).toEqual({ a: 1 });
  });

  it('loads pictures from beside the chart, or none', () => {
    const png = 'data:image/png;base64,AA==';
    expect(
      safe({ s: ['image://x.png', 'image://https://evil.example/x.png', `image://${png}`] }).s
    ).toEqual(['image:///o/x/x.png', 'image://', `image://${png}`]);
    expect(safe({ style: { image: 'http://evil.example/x' } }).style).toEqual({});
    expect(safe({ style: { image: 'y.png' } }).style).toEqual({ image: '/o/x/y.png' });
  });

  it('never lets anything through, wherever it stands', () => {
    const key = fc.constantFrom(
      'link',
      'sublink',
      'image',
      'tooltip',
      'renderMode',
      'data',
      '__proto__',
      'x'
    );
    const text = fc.constantFrom(
      'javascript:evil()',
      'image://https://evil.example/',
      'https://evil.example/',
      'html',
      'a'
    );
    const { json } = fc.letrec<{ json: JsonValue }>(tie => ({
      json: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(key, tie('json'), { maxKeys: 3, noNullPrototype: true })
      )
    })) as { json: fc.Arbitrary<JsonValue> };
    fc.assert(
      fc.property(fc.dictionary(key, json, { noNullPrototype: true }), option => {
        const result = safe(option);
        visit(result, (name, value) => {
          expect([name, value]).not.toEqual(['renderMode', 'html']);
          if (name === 'link' || name === 'sublink') {
            expect(value).not.toBe('javascript:evil()');
          }
          if (name === 'image') {
            expect(String(value)).not.toMatch(/evil/);
          }
          expect(String(value)).not.toMatch(/^image:\/\/https/);
        });
        expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
      })
    );
  });
});

function visit(value: JsonValue, check: (name: string, text: string) => void, name = ''): void {
  if (typeof value === 'string') {
    check(name, value);
  } else if (Array.isArray(value)) {
    value.forEach(item => visit(item, check));
  } else if (isJsonObject(value)) {
    Object.entries(value).forEach(([key, member]) => visit(member, check, key));
  }
}
