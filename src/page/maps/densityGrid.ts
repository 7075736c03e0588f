import type { DensityPoints } from '../../core/map/density';
import { toWorld } from '../../core/map/mercator';

/** Where a map looks, and how large it is. */
export interface IGridView {
  center: readonly [longitude: number, latitude: number];
  zoom: number;
  /** Degrees clockwise from north. */
  bearing: number;
  /** Pixels. */
  width: number;
  height: number;
}

/** Sums of weights in square cells of the screen. */
export interface IDensityGrid {
  /** Row by row from the upper left corner; 0 where nothing lies. */
  sums: Float64Array;
  columns: number;
  rows: number;
  /** The largest sum. */
  most: number;
}

/** Width of the world in pixels at zoom 0. */
const WORLD_PIXELS = 512;

/**
 * Points in the square of the map of the world, which is all that has to be done once: x, y and weight of each.
 */
export function projectPoints(points: DensityPoints): Float64Array {
  const projected = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 3) {
    const [x, y] = toWorld([points[at], points[at + 1]]);
    projected.set([x, y, points[at + 2]], at);
  }
  return projected;
}

/**
 * Add up the weights of points in the cells of a screen. A turn and a scale for each point: a million takes some
 * milliseconds, so that it can be done while a map moves.
 *
 * @param projected - from `projectPoints`
 * @param cellSize - pixels
 */
export function densityGrid(
  projected: Float64Array,
  { center, zoom, bearing, width, height }: IGridView,
  cellSize: number
): IDensityGrid {
  const columns = Math.ceil(width / cellSize);
  const rows = Math.ceil(height / cellSize);
  const sums = new Float64Array(columns * rows);
  const [centerX, centerY] = toWorld(center);
  const scale = WORLD_PIXELS * 2 ** zoom;
  const angle = (-bearing * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  let most = 0;
  for (let at = 0; at < projected.length; at += 3) {
    let x = projected[at] - centerX;
    // The nearest of the copies of the world that stand side by side.
    x -= Math.round(x);
    const y = projected[at + 1] - centerY;
    const column = Math.floor((x * cosine - y * sine + width / 2) / cellSize);
    const row = Math.floor((x * sine + y * cosine + height / 2) / cellSize);
    if (column >= 0 && column < columns && row >= 0 && row < rows) {
      const cell = row * columns + column;
      sums[cell] += projected[at + 2];
      most = Math.max(most, sums[cell]);
    }
  }
  return { sums, columns, rows, most };
}
