import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { IBaseShapes } from '../../core/map/baseStyle';
import { unwrapLine, unwrapRing } from '../../core/map/unwrap';

/** The file of the server that holds the shapes; its version is that of the package `world-atlas`. */
export const WORLD_ATLAS = 'world-atlas-50m-2.0.2.json';

/**
 * Read the shapes of the offline base map. They lie on a globe: what crosses the date line is made flat.
 *
 * @param text - TopoJSON of the package `world-atlas`
 */
export function readBaseShapes(text: string): IBaseShapes {
  const world = JSON.parse(text) as Topology;
  const land = feature(world, world.objects.land as GeometryCollection);
  const polygons = land.features.flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon'
      ? geometry.coordinates
      : geometry.type === 'Polygon'
        ? [geometry.coordinates]
        : []
  );
  const countries = world.objects.countries as GeometryCollection;
  const borders = mesh(world, countries, (one, other) => one !== other);
  return {
    land: {
      type: 'MultiPolygon',
      coordinates: polygons.map(rings => rings.map(unwrapRing))
    },
    borders: { type: 'MultiLineString', coordinates: borders.coordinates.map(unwrapLine) }
  };
}
