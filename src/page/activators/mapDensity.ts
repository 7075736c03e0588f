import type { IDensityOptions } from '../../core/map/density';
import { parseJsonText } from '../../core/view/jsonText';
import { readMapSettings } from '../maps/mapDrawing';
import { densityTable } from '../maps/mapTables';
import type { IViewActivator } from './activator';
import { MapOutput, type IMapKind } from './mapOutput';

const DENSITY: IMapKind = {
  loadDrawer: async () => (await import('../maps/densityMap')).drawDensity,
  readTable: async (uri, { fetchText, place }, signal) => {
    const options = readMapSettings(place.element.dataset.options ?? '{}');
    const { value } = parseJsonText(await fetchText(uri, signal));
    return densityTable(value, options as unknown as IDensityOptions);
  }
};

/** Draws how many points lie where. */
export const mapDensityActivator = createMapDensityActivator(DENSITY);

/** @param kind - specs give their own */
export function createMapDensityActivator(kind: IMapKind): IViewActivator {
  return {
    name: 'map-deck-screengrid',
    activate: (element, context) =>
      element.hasAttribute('data-draw') ? new MapOutput(element, context, kind) : null
  };
}
