import { isJsonObject, type JsonValue } from '../json';

/** Longitude and latitude in degrees. */
export type Position = readonly [longitude: number, latitude: number];

/** West, south, east, north in degrees. */
export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** Grows around positions. */
export class BoundsBuilder {
  /** What encloses all positions so far; null when there was none. */
  get bounds(): Bounds | null {
    return this._west <= this._east ? [this._west, this._south, this._east, this._north] : null;
  }

  add(longitude: number, latitude: number): void {
    if (Number.isFinite(longitude) && Number.isFinite(latitude)) {
      this._west = Math.min(this._west, longitude);
      this._south = Math.min(this._south, latitude);
      this._east = Math.max(this._east, longitude);
      this._north = Math.max(this._north, latitude);
    }
  }

  /** Add all positions of a geometry, a feature or a collection; what is none of them adds nothing. */
  addGeojson(value: JsonValue | undefined): void {
    if (!isJsonObject(value)) {
      return;
    }
    const { coordinates, geometry, geometries, features } = value;
    this._addCoordinates(coordinates);
    this.addGeojson(geometry);
    [geometries, features]
      .filter(Array.isArray)
      .flat()
      .forEach(item => this.addGeojson(item));
  }

  private _addCoordinates(value: JsonValue | undefined): void {
    if (!Array.isArray(value)) {
      return;
    }
    const [longitude, latitude] = value;
    if (typeof longitude === 'number' && typeof latitude === 'number') {
      this.add(longitude, latitude);
    } else {
      value.forEach(item => this._addCoordinates(item));
    }
  }

  private _west = Infinity;
  private _south = Infinity;
  private _east = -Infinity;
  private _north = -Infinity;
}

/** The middle of bounds. */
export function centerOf([west, south, east, north]: Bounds): Position {
  return [(west + east) / 2, (south + north) / 2];
}

/** Tell whether a value is a position on earth. */
export function isPosition(value: JsonValue | undefined): value is [number, number] {
  return Array.isArray(value) && value.length >= 2 && isLongitude(value[0]) && isLatitude(value[1]);
}

/** Tell whether a value are bounds on earth; those across the date line end beyond 180°. */
export function isBounds(value: JsonValue | undefined): value is [number, number, number, number] {
  if (!Array.isArray(value) || value.length !== 4) {
    return false;
  }
  const [west, south, east, north] = value;
  return (
    isLongitude(west) &&
    isLatitude(south) &&
    isLongitude(east) &&
    isLatitude(north) &&
    west <= east &&
    south <= north
  );
}

/** Degrees; the world may be gone around once. */
export function isLongitude(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= -540 && value <= 540;
}

/** Degrees. */
export function isLatitude(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= -90 && value <= 90;
}
