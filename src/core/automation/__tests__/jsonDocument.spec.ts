import fc from 'fast-check';
import { parseJson } from '../jsonDocument';
import { createPositionAt } from '../positions';
import { jsonOf } from '../tree';

function parse(text: string): unknown {
  const parsed = parseJson(text, createPositionAt(text, 'a.json'));
  if ('node' in parsed) {
    return jsonOf(parsed.node);
  }
  const { code, message, position } = parsed.fault;
  return `${position.line}:${position.column} ${code}: ${message}`;
}

/** Null counts as absent in a configuration. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter(item => item !== null).map(withoutNulls);
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
  }
  return value;
}

describe('parseJson()', () => {
  it('reads all that JSON can write', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parse(text)).toEqual(withoutNulls(JSON.parse(text)));
      })
    );
  });

  it('refuses what JSON refuses, at a place in the text', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const parsed = parseJson(text, createPositionAt(text, 'a.json'));
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        // NaN and infinities are the only difference.
        expect('node' in parsed || !isJson).toBe(true);
        if ('fault' in parsed) {
          expect(parsed.fault.position.line).toBeLessThanOrEqual(text.split('\n').length);
        }
      })
    );
  });

  it.each([
    ['{"a": 1 "b": 2}', '1:9 syntax: "," or "}" is expected'],
    ['{"a": 1,\n}', '2:1 syntax: a text is expected'],
    ['{"a" 1}', '1:6 syntax: ":" is expected'],
    ['[1, 2', '1:6 syntax: "," or "]" is expected, but the text ends'],
    ['"a\nb"', '1:1 syntax: this text is not closed, or has a wrong escape'],
    ['[True]', '1:2 syntax: "True" is no JSON'],
    ['1 2', '1:3 syntax: there is something after the value'],
    ['', '1:1 syntax: a value is expected, but the text ends'],
    ['{"a": 1, "a": 2}', '1:10 duplicate-key: "a" is given twice; first at line 1'],
    ['['.repeat(5000), '1:102 syntax: the value is nested too deeply']
  ])('names the place in %.30j', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  it('takes what Python writes for no number as nothing', () => {
    expect(parse('{"a": NaN, "b": -Infinity, "c": [1, NaN]}')).toEqual({ c: [1] });
  });
});
