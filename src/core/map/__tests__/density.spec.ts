import { createViewContext } from '../../../testing/viewContract';
import type { JsonObject, JsonValue } from '../../json';
import { mapDeckScreengridView } from '../../view/views/mapDeckScreengrid';
import { readDensityOptions, readDensityPoints } from '../density';

const points = (data: JsonValue, configuration: JsonObject = {}) => [
  ...readDensityPoints(data, readDensityOptions(configuration, configuration))
];

describe('readDensityPoints()', () => {
  it('reads positions, and objects as libraries usually write them', () => {
    expect(
      points([
        [1, 2],
        [3, 4, 5]
      ])
    ).toEqual([1, 2, 1, 3, 4, 1]);
    const items: JsonObject[] = [
      { lon: 1, lat: 2 },
      { longitude: 1, latitude: 2 },
      { position: [1, 2] },
      { geometry: { coordinates: [1, 2] } }
    ];
    for (const item of items) {
      expect(points([item])).toEqual([1, 2, 1]);
    }
  });

  it('takes fields that the configuration names', () => {
    const data = [{ at: { p: [1, 2] }, x: 3, y: 4, n: 5 }];
    expect(points(data, { position: 'at.p', weight: 'n' })).toEqual([1, 2, 5]);
    expect(points(data, { position: ['x', 'y'], weight: 2 })).toEqual([3, 4, 2]);
    expect(points([[1, 2, 7]], { weight: '2' })).toEqual([1, 2, 7]);
  });

  it('leaves out what lies nowhere', () => {
    const data: JsonValue = [[1], ['1', 2], [0, 91], null, {}, [NaN, 1], { lon: 1 }, [9, 9]];
    expect(points(data)).toEqual([9, 9, 1]);
    expect(points('x')).toEqual([]);
    expect(points([{ lon: 1, lat: 2 }], { weight: '__proto__' })).toEqual([]);
    expect(points([{ lon: 1, lat: 2 }], { position: 'constructor.name' })).toEqual([]);
  });
});

describe('readDensityOptions()', () => {
  it('has the defaults of the original, for which no code is needed', () => {
    const defaults = {
      position: { kind: 'usual' },
      weight: { kind: 'constant', value: 1 },
      opacity: 0.5
    };
    expect(readDensityOptions({}, {})).toEqual(defaults);
    const written = { position: 'd => d', opacity: 7 };
    expect(readDensityOptions(written, written)).toEqual(defaults);
  });

  it('knows functions from names, and takes them from the author alone', () => {
    const written = { position: 'd => [d.x, d.y]', weight: 'function (d) { return d.n; }' };
    expect(readDensityOptions(written, written)).toMatchObject({
      position: { kind: 'code', text: 'd => [d.x, d.y]' },
      weight: { kind: 'code' }
    });
    expect(readDensityOptions({ position: 'd => evil()', weight: 'x' }, {})).toMatchObject({
      position: { kind: 'usual' },
      weight: { kind: 'fields', fields: ['x'] }
    });
    expect(readDensityOptions({ position: 'd => evil()' }, written)).toMatchObject({
      position: { text: 'd => [d.x, d.y]' }
    });
  });

  it('never takes a function from what a script wrote to a page', () => {
    const configuration = { position: 'd => evil()' };
    const data = { kind: 'value' as const, value: [], text: '[]' };
    const context = createViewContext(mapDeckScreengridView, { data, configuration });
    expect(String(mapDeckScreengridView.output?.(context))).not.toContain('evil');
  });
});
