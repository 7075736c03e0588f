import { featureTable } from '../maps/mapTables';
import type { IViewActivator } from './activator';
import { MapOutput, type IMapKind } from './mapOutput';

const FEATURES: IMapKind = {
  loadDrawer: async () => (await import('../maps/featureMap')).drawFeatures,
  readTable: (uri, { fetchPieces }, signal) => featureTable(fetchPieces(uri, signal))
};

/** Draws GeoJSON on a map. */
export const mapFeaturesActivator = createMapFeaturesActivator(FEATURES);

/** @param kind - specs give their own */
export function createMapFeaturesActivator(kind: IMapKind): IViewActivator {
  return {
    name: 'map-mapbox',
    activate: (element, context) =>
      element.hasAttribute('data-draw') ? new MapOutput(element, context, kind) : null
  };
}
