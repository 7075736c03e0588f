import type { Bounds, Position } from './bounds';

/** Width of the world in pixels at zoom 0, as map libraries count. */
const WORLD_PIXELS = 512;

/** Latitude at which a square map of the world ends. */
const MAX_LATITUDE = 85.051129;

/** Where a position lies in the square of the web's map of the world: 0–1 from west to east and north to south. */
export function toWorld([longitude, latitude]: Position): [x: number, y: number] {
  const bounded = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude));
  const sine = Math.sin((bounded * Math.PI) / 180);
  return [longitude / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/** The inverse of `toWorld`. */
export function fromWorld(x: number, y: number): [longitude: number, latitude: number] {
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  return [(x - 0.5) * 360, latitude];
}

/**
 * What a map that looks straight down shows.
 *
 * @param size - pixels of the map
 * @returns degrees, rounded to 6 digits (about 0.1 m)
 */
export function boundsAround(
  center: Position,
  zoom: number,
  size: { width: number; height: number }
): Bounds {
  const [x, y] = toWorld(center);
  const pixels = WORLD_PIXELS * 2 ** zoom;
  const [halfWidth, halfHeight] = [size.width / pixels / 2, size.height / pixels / 2];
  const [west, north] = fromWorld(x - halfWidth, Math.max(0, y - halfHeight));
  const [east, south] = fromWorld(x + halfWidth, Math.min(1, y + halfHeight));
  return [roundDegrees(west), roundDegrees(south), roundDegrees(east), roundDegrees(north)];
}

/** 6 digits behind the point: about 0.1 m. */
export function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
