import { createViewContext } from '../../../testing/viewContract';
import type { JsonObject, JsonValue } from '../../json';
import { InputProblem } from '../../view/view';
import { mapMapboxView } from '../../view/views/mapMapbox';
import { deriveLook } from '../deriveLook';
import { parseMapLocation } from '../mapLocation';
import { readMapOptions } from '../mapOptions';

describe('readMapOptions()', () => {
  it('has the defaults of the original', () => {
    const options = readMapOptions({}, 'v0');
    expect(options).toMatchObject({
      style: 'mapbox://styles/mapbox/dark-v11',
      look: null,
      bounds: null,
      layers: [{ id: 'v0-0', source: 'v0', type: 'circle' }],
      sources: {}
    });
  });

  it('fills in id and source of layers, and ids of sources', () => {
    const { layers, sources } = readMapOptions(
      {
        layers: [
          { type: 'fill', paint: { 'fill-color': 'blue' } },
          { type: 'line', id: 'roads', source: 'more' },
          { type: 'background' },
          'no layer'
        ],
        sources: [
          { id: 'more', data: 'roads.geojson' },
          { type: 'raster', tiles: [] }
        ]
      },
      'v0'
    );
    expect(layers).toEqual([
      { id: 'v0-0', source: 'v0', type: 'fill', paint: { 'fill-color': 'blue' } },
      { id: 'roads', source: 'more', type: 'line' },
      { id: 'v0-2', type: 'background' }
    ]);
    expect(sources).toEqual({
      more: { type: 'geojson', data: 'roads.geojson' },
      'v0-source-1': { type: 'raster', tiles: [] }
    });
  });

  it('takes 0 for what a look leaves out', () => {
    expect(readMapOptions({ longitude: 5 }, 'v0').look).toEqual({ center: [5, 0], zoom: 0 });
    expect(readMapOptions({ zoom: 99 }, 'v0').look).toEqual({ center: [0, 0], zoom: 0 });
    expect(readMapOptions({ bounds: [1, 2, 3, 4] }, 'v0').bounds).toEqual([1, 2, 3, 4]);
  });
});

describe('map-mapbox', () => {
  const data = { kind: 'value' as const, value: {}, text: '{}' };

  it('gives pages the token of the server, and only when there is one', () => {
    const render = (environment: Record<string, string>) =>
      String(mapMapboxView.output?.(createViewContext(mapMapboxView, { data, environment })));
    expect(render({ MAPBOX_TOKEN: 'pk.x' })).toContain('data-token="pk.x"');
    expect(render({})).not.toContain('data-token');
    expect(render({ MAPBOX_TOKEN: 'sk.secret' })).not.toContain('secret');
  });

  it('names each key that is wrong', () => {
    const check = (configuration: JsonObject) =>
      mapMapboxView.check?.(configuration).map(({ key }) => key);
    expect(check({ layers: [{ type: 'fill' }], sources: [{}], zoom: 3, style: 'x' })).toEqual([]);
    expect(
      check({
        style: 3,
        longitude: 'x',
        latitude: 91,
        zoom: -1,
        bounds: [1, 2],
        layers: [{}],
        sources: 'x'
      })
    ).toEqual(['style', 'longitude', 'latitude', 'zoom', 'bounds', 'layers.0', 'sources']);
  });
});

describe('deriveLook()', () => {
  const derive = (value: object | string, configuration: JsonObject = {}) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const read = async function* () {
      for (let at = 0; at < text.length; at += 7) {
        yield text.slice(at, at + 7);
      }
    };
    return deriveLook({ size: text.length, read }, configuration);
  };
  const feature = (...coordinates: number[]) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates }
  });

  it('looks at the middle of all features', async () => {
    const features = [feature(10, 50), feature(20, 60)];
    expect(await derive({ type: 'FeatureCollection', features })).toEqual({
      longitude: 15,
      latitude: 55,
      bounds: [10, 50, 20, 60]
    });
  });

  it('looks at a single point from near', async () => {
    const look = { longitude: 10.123457, latitude: 50, zoom: 15 };
    expect(await derive(feature(10.1234567, 50))).toEqual(look);
    expect(await derive({ features: [feature(10.1234567, 50)] })).toEqual(look);
  });

  it('finds nothing where there is nothing, or where the author says where to look', async () => {
    expect(await derive({ features: [] })).toBeUndefined();
    expect(await derive('no JSON')).toBeUndefined();
    expect(await derive(feature(1, 2), { zoom: 3 })).toBeUndefined();
    expect(await derive(feature(1, 2), { zoom: null })).toBeDefined();
  });
});

describe('parseMapLocation()', () => {
  const full = { bounds: [1, 2, 3, 4], center: [2, 3], zoom: 5 };

  it('takes objects and their JSON, and fills in what a map would show', () => {
    expect(parseMapLocation(full)).toEqual(full);
    expect(parseMapLocation(JSON.stringify(full))).toEqual(full);
    const place = parseMapLocation({ center: [10, 60] });
    expect(place).toMatchObject({ center: [10, 60], zoom: 10 });
    const [west, south, east, north] = place.bounds;
    expect([west < 10, south < 60, east > 10, north > 60]).toEqual([true, true, true, true]);
  });

  it('refuses what is no place', () => {
    const refused: JsonValue[] = [
      ...[null, '', 'x', [], {}, { center: [0, 91] }, { center: ['1', 2] }],
      { center: [1, 2], zoom: 99 }
    ];
    for (const raw of refused) {
      expect(() => parseMapLocation(raw)).toThrow(InputProblem);
    }
  });
});
