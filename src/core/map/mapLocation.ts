import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { InputProblem } from '../view/view';
import { isBounds, isPosition, type Bounds, type Position } from './bounds';
import { isZoom } from './mapOptions';
import { boundsAround } from './mercator';

/** A place that a person chose on a map. */
export interface IMapLocation {
  /** What the map showed. */
  bounds: Bounds;
  center: Position;
  zoom: number;
}

/** Pixels of a map that shows a place of which only centre and zoom are known. */
const USUAL_SIZE = { width: 600, height: 400 };

/** Zoom of a place of which only the centre is known. */
const USUAL_ZOOM = 10;

/**
 * Read a place from a value: an object with `center`, and perhaps `zoom` and `bounds`, or its JSON.
 *
 * @throws {InputProblem} with a sentence for people
 */
export function parseMapLocation(raw: JsonValue): IMapLocation {
  const value = typeof raw === 'string' ? parseJson(raw) : raw;
  const { center, zoom = USUAL_ZOOM, bounds } = isJsonObject(value) ? value : ({} as JsonObject);
  if (!isPosition(center)) {
    throw new InputProblem('needs a longitude and a latitude in degrees');
  }
  if (!isZoom(zoom)) {
    throw new InputProblem('needs a zoom from 0 to 24');
  }
  const [longitude, latitude] = center;
  return {
    bounds: isBounds(bounds) ? bounds : boundsAround([longitude, latitude], zoom, USUAL_SIZE),
    center: [longitude, latitude],
    zoom
  };
}

/** Read a place; null when it is none. */
export function findMapLocation(raw: JsonValue): IMapLocation | null {
  try {
    return parseMapLocation(raw);
  } catch (error) {
    if (error instanceof InputProblem) {
      return null;
    }
    throw error;
  }
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new InputProblem('is no place: JSON with a center is expected');
  }
}
