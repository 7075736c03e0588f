import type { JsonObject } from '../json';

/** The shapes of a base map, as GeoJSON. */
export interface IBaseShapes {
  land: JsonObject;
  borders: JsonObject;
}

/** Colours of a base map. */
interface IBaseColors {
  sea: string;
  land: string;
  coast: string;
  border: string;
  graticule: string;
}

const LIGHT: IBaseColors = {
  sea: '#dce8f0',
  land: '#f7f5f0',
  coast: '#b8c4cc',
  border: '#a8a39a',
  graticule: '#c9d7e0'
};

const DARK: IBaseColors = {
  sea: '#10161d',
  land: '#262d35',
  coast: '#46525e',
  border: '#55606c',
  graticule: '#1d2630'
};

/** Who made the shapes. */
const ATTRIBUTION = 'Natural Earth';

/** Degrees between two lines of the graticule. */
const GRATICULE_STEP = 10;

/** Latitude at which maps of the web end. */
const MAX_LATITUDE = 85;

/**
 * A style of land, borders and graticule that needs nothing from elsewhere: no tiles, fonts or pictures.
 *
 * @param shapes - null draws the graticule alone
 */
export function baseStyle(shapes: IBaseShapes | null, isDark: boolean): JsonObject {
  const colors = isDark ? DARK : LIGHT;
  const source = (data: JsonObject): JsonObject => ({
    type: 'geojson',
    data,
    attribution: ATTRIBUTION
  });
  const line = (id: string, from: string, color: string, width: number): JsonObject => ({
    id,
    source: from,
    type: 'line',
    paint: { 'line-color': color, 'line-width': width }
  });
  const background: JsonObject = {
    id: 'base-sea',
    type: 'background',
    paint: { 'background-color': colors.sea }
  };
  const graticule = line('base-graticule', 'base-graticule', colors.graticule, 0.6);
  const graticuleSource: JsonObject = { type: 'geojson', data: graticuleLines() };
  if (!shapes) {
    return {
      version: 8,
      sources: { 'base-graticule': graticuleSource },
      layers: [background, graticule]
    };
  }
  const land: JsonObject = {
    id: 'base-land',
    source: 'base-land',
    type: 'fill',
    paint: { 'fill-color': colors.land, 'fill-antialias': false }
  };
  return {
    version: 8,
    sources: {
      'base-graticule': graticuleSource,
      'base-land': source(shapes.land),
      'base-borders': source(shapes.borders)
    },
    layers: [
      background,
      graticule,
      land,
      line('base-coasts', 'base-land', colors.coast, 0.8),
      line('base-borders', 'base-borders', colors.border, 0.8)
    ]
  };
}

/**
 * Tell whether a style that is not there is a dark one, by its name; null for a name that says nothing.
 *
 * @param style - such as `mapbox://styles/mapbox/dark-v11`
 */
export function isDarkStyle(style: string): boolean | null {
  if (/dark|night|satellite/i.test(style)) {
    return true;
  }
  return /^mapbox:|light|day|streets|outdoors/i.test(style) ? false : null;
}

/** Meridians and parallels are straight on maps of the web. */
function graticuleLines(): JsonObject {
  const lines: number[][][] = [];
  for (let longitude = -180; longitude <= 180; longitude += GRATICULE_STEP) {
    lines.push([
      [longitude, -MAX_LATITUDE],
      [longitude, MAX_LATITUDE]
    ]);
  }
  for (let latitude = -80; latitude <= 80; latitude += GRATICULE_STEP) {
    lines.push([
      [-180, latitude],
      [180, latitude]
    ]);
  }
  return { type: 'MultiLineString', coordinates: lines };
}
