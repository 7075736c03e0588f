import type { JsonObject, JsonValue } from '../json';
import { JsonTextError, parseJsonText } from '../view/jsonText';
import type { IReadableFile } from '../view/view';
import { BoundsBuilder, centerOf } from './bounds';
import { FeatureScanner } from './featureScanner';
import { LOOK_KEYS } from './mapOptions';
import { roundDegrees } from './mercator';

/** Zoom for a single point, which has no extent. */
const POINT_ZOOM = 15;

/** Bytes of a geometry that is no collection, which is read as a whole. */
const MAX_SINGLE_BYTES = 16 * 1024 * 1024;

/**
 * Find out where a map of a GeoJSON file should look: at the middle of the data, near enough to see all of them.
 *
 * @param configuration - of the author; where it says where to look, nothing is derived
 * @returns keys of a map's configuration; undefined when there is nothing to look at
 */
export async function deriveLook(
  file: IReadableFile,
  configuration: JsonObject
): Promise<JsonObject | undefined> {
  if ([...LOOK_KEYS, 'bounds'].some(key => (configuration[key] ?? null) !== null)) {
    return undefined;
  }
  const builder = new BoundsBuilder();
  const scanner = new FeatureScanner(text => builder.addGeojson(parse(text)));
  const pieces: string[] = [];
  for await (const piece of file.read()) {
    scanner.push(piece);
    if (!scanner.isCollection && file.size <= MAX_SINGLE_BYTES) {
      pieces.push(piece);
    }
  }
  if (!scanner.isCollection) {
    builder.addGeojson(parse(pieces.join('')));
  }
  const { bounds } = builder;
  if (!bounds) {
    return undefined;
  }
  const [longitude, latitude] = centerOf(bounds).map(roundDegrees);
  const [west, south, east, north] = bounds;
  return west === east && south === north
    ? { longitude, latitude, zoom: POINT_ZOOM }
    : { longitude, latitude, bounds: bounds.map(roundDegrees) };
}

/** Null for what is no JSON. */
function parse(text: string): JsonValue {
  try {
    return parseJsonText(text).value;
  } catch (error) {
    if (error instanceof JsonTextError) {
      return null;
    }
    throw error;
  }
}
