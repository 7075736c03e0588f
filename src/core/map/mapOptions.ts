import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import type { IViewProblem } from '../view/view';
import { isBounds, isLatitude, isLongitude, type Bounds, type Position } from './bounds';

/** The style where none is given. */
export const DEFAULT_STYLE = 'mapbox://styles/mapbox/dark-v11';

/** Where a map looks at first. */
export interface IMapLook {
  center: Position;
  /** 0 (the world) to 24. */
  zoom: number;
}

/** What a page has to know of a map, from its configuration. */
export interface IMapOptions {
  /** Address of a style, `light`, `dark`, or a style itself. */
  style: string | JsonObject;
  /** Null where the configuration says nothing of it. */
  look: IMapLook | null;
  /** What is to be seen at least; wins over `look`; null where the configuration says nothing of it. */
  bounds: Bounds | null;
  /** Of the library's style specification, each with an `id`, and a `source` where its type needs one. */
  layers: readonly JsonObject[];
  /** Further sources by their ids. */
  sources: Readonly<Record<string, JsonObject>>;
}

/** What is drawn of data for which the author names no layers. */
const DEFAULT_LAYERS: readonly JsonObject[] = [
  {
    type: 'circle',
    paint: {
      'circle-color': '#f26b1d',
      'circle-radius': 5,
      'circle-stroke-color': '#ffffff',
      'circle-stroke-width': 1
    }
  }
];

/** Keys of a configuration that say where a map looks. */
export const LOOK_KEYS = ['longitude', 'latitude', 'zoom'] as const;

/**
 * Read the configuration of a map; what cannot be used is left out.
 *
 * @param dataSource - id of the source that holds the data of the variable
 */
export function readMapOptions(configuration: JsonObject, dataSource: string): IMapOptions {
  const { style, bounds, layers, sources } = configuration;
  return {
    style:
      (typeof style === 'string' && style.trim()) || isJsonObject(style) ? style : DEFAULT_STYLE,
    look: readLook(configuration),
    bounds: isBounds(bounds) ? bounds : null,
    layers: readLayers(layers, dataSource),
    sources: readSources(sources, dataSource)
  };
}

/** Where a configuration looks; 0 for what it leaves out; null where it says nothing. */
export function readLook(configuration: JsonObject): IMapLook | null {
  const { longitude, latitude, zoom } = configuration;
  if (![longitude, latitude, zoom].some(value => typeof value === 'number')) {
    return null;
  }
  return {
    center: [isLongitude(longitude) ? longitude : 0, isLatitude(latitude) ? latitude : 0],
    zoom: isZoom(zoom) ? zoom : 0
  };
}

/** Tell whether a value is a zoom of a map. */
export function isZoom(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value <= 24;
}

/** Problems of the keys that all maps share. */
export function checkMap(configuration: JsonObject): IViewProblem[] {
  const { style, longitude, latitude, zoom, bounds } = configuration;
  const isWrong = (value: JsonValue | undefined, isRight: (value: JsonValue) => boolean) =>
    value !== undefined && value !== null && !isRight(value);
  const rules: [string, boolean, string][] = [
    [
      'style',
      isWrong(style, value => typeof value === 'string' || isJsonObject(value)),
      'the address of a style or a style itself'
    ],
    ['longitude', isWrong(longitude, isLongitude), 'a number of degrees'],
    ['latitude', isWrong(latitude, isLatitude), 'a number of degrees from -90 to 90'],
    ['zoom', isWrong(zoom, isZoom), 'a number from 0 to 24'],
    ['bounds', isWrong(bounds, isBounds), 'a list of west, south, east and north in degrees']
  ];
  return rules
    .filter(([, isProblem]) => isProblem)
    .map(([key, , expected]) => ({
      key,
      severity: 'error',
      message: `configuration "${key}" must be ${expected}`
    }));
}

/** Problems of `layers` and `sources`. */
export function checkLayers(configuration: JsonObject): IViewProblem[] {
  return (['layers', 'sources'] as const).flatMap((key): IViewProblem[] => {
    const items = configuration[key];
    if (items === undefined || items === null) {
      return [];
    }
    if (!Array.isArray(items)) {
      return [{ key, severity: 'error', message: `configuration "${key}" must be a list` }];
    }
    return items.flatMap((item, index): IViewProblem[] => {
      const needsType = key === 'layers' && isJsonObject(item) && typeof item.type !== 'string';
      if (isJsonObject(item) && !needsType) {
        return [];
      }
      const what = needsType ? 'a type, such as circle' : 'its properties';
      const message = `each item of "${key}" needs ${what}; item ${index + 1} has none`;
      return [{ key: `${key}.${index}`, severity: 'error', message }];
    });
  });
}

function readLayers(layers: JsonValue | undefined, dataSource: string): JsonObject[] {
  const given = Array.isArray(layers) ? layers.filter(isJsonObject) : [];
  const used = given.length ? given : DEFAULT_LAYERS;
  return used.map((layer, index) => ({
    ...(layer.type === 'background' ? {} : { source: dataSource }),
    ...layer,
    id: typeof layer.id === 'string' && layer.id ? layer.id : `${dataSource}-${index}`
  }));
}

function readSources(
  sources: JsonValue | undefined,
  dataSource: string
): Record<string, JsonObject> {
  const given = Array.isArray(sources) ? sources.filter(isJsonObject) : [];
  return Object.fromEntries(
    given.map(({ id, ...source }, index) => [
      typeof id === 'string' && id ? id : `${dataSource}-source-${index}`,
      { type: 'geojson', ...source }
    ])
  );
}
