import { createAutomation, createVariable } from '../../template/__tests__/sample';
import type { JsonObject } from '../../json';
import { mapUris } from '../mapUris';

const uris = (view: string, configuration: JsonObject, hasToken = false) =>
  mapUris(createAutomation([createVariable('output', 'x', view, { configuration })]), hasToken);

describe('mapUris()', () => {
  it('are those that the author names', () => {
    const sources: JsonObject[] = [
      { data: 'https://data.example/a.geojson' },
      { data: 'b.geojson' },
      { type: 'raster', tiles: ['https://tiles.example/{z}/{x}/{y}.png'] }
    ];
    expect(uris('map-mapbox', { style: 'https://style.example/style.json', sources })).toEqual([
      'https://style.example/style.json',
      'https://data.example/a.geojson',
      'https://tiles.example/{z}/{x}/{y}.png'
    ]);
  });

  it('are those of Mapbox with a token and one of its styles alone', () => {
    const mapbox = ['https://api.mapbox.com', 'https://events.mapbox.com'];
    expect(uris('map-mapbox', {}, true)).toEqual(mapbox);
    expect(uris('map-deck-screengrid', {}, true)).toEqual(mapbox);
    expect(uris('map-mapbox', {}, false)).toEqual([]);
    expect(uris('map-mapbox', { style: 'light' }, true)).toEqual([]);
    expect(uris('string', { style: 'https://style.example/' }, true)).toEqual([]);
  });

  it('never end what they are written into', () => {
    const style = "https://style.example/; script-src 'unsafe-inline'";
    expect(uris('map-mapbox', { style })).toEqual([]);
  });
});
