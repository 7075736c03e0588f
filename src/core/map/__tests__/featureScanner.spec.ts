import fc from 'fast-check';
import { FeatureScanner } from '../featureScanner';

function scan(text: string, cuts: readonly number[] = []) {
  const features: string[] = [];
  const scanner = new FeatureScanner(feature => features.push(feature));
  const ends = [...cuts.map(cut => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    scanner.push(text.slice(start, end));
    start = end;
  }
  return { features: features.map(feature => JSON.parse(feature)), scanner };
}

describe('FeatureScanner', () => {
  it('finds the same features as a parser, wherever the text is cut', () => {
    const key = fc.oneof(fc.constantFrom('features', 'type', '"', '\\', '[{'), fc.string());
    const json = fc.jsonValue({ maxDepth: 3 });
    const feature = fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true });
    const rest = fc.dictionary(
      key.filter(name => name !== 'features'),
      fc.oneof(json, fc.record({ features: fc.array(feature, { maxLength: 2 }) })),
      { maxKeys: 3, noNullPrototype: true }
    );
    fc.assert(
      fc.property(
        rest,
        fc.array(feature, { maxLength: 5 }),
        rest,
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.constantFrom(undefined, 2),
        (before, features, after, cuts, indent) => {
          const text = JSON.stringify({ ...before, features, ...after }, null, indent);
          const found = scan(text, cuts);
          expect(found.features).toEqual(JSON.parse(JSON.stringify(features)));
          expect(found.scanner.count).toBe(features.length);
          expect(found.scanner.isCollection).toBe(true);
        }
      )
    );
  });

  it('says that a feature alone is no collection', () => {
    for (const text of ['{"type": "Feature", "geometry": null}', '[{"features": [{}]}]', '', 'x']) {
      expect(scan(text).scanner.isCollection).toBe(false);
    }
  });

  it('finds what is there when the text ends too early', () => {
    expect(scan('{"features": [{"a": 1}, {"b": ').features).toEqual([{ a: 1 }]);
  });
});
