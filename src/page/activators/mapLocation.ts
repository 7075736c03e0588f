import { MapLocationControl, type ChooserLoader } from '../form/mapLocationControl';
import type { MapDrawer } from '../maps/mapDrawing';
import type { IViewActivator } from './activator';
import { MapOutput } from './mapOutput';

/** What draws places. */
export interface ILocationDrawers {
  loadDrawer(): Promise<MapDrawer>;
  loadChooser: ChooserLoader;
}

const DRAWERS: ILocationDrawers = {
  loadDrawer: async () => (await import('../maps/locationMap')).drawLocation,
  loadChooser: async () => (await import('../maps/locationMap')).drawChooser
};

/** Lets people choose a place on a map, and shows one. */
export const mapLocationActivator = createMapLocationActivator(DRAWERS);

/** @param drawers - specs give their own */
export function createMapLocationActivator(drawers: ILocationDrawers): IViewActivator {
  return {
    name: 'map-mapbox-location',
    activate: (element, context) => {
      if (element instanceof HTMLFieldSetElement) {
        const control = new MapLocationControl(element, context, drawers.loadChooser);
        return { control, dispose: () => control.dispose() };
      }
      return element.hasAttribute('data-draw') ? new MapOutput(element, context, drawers) : null;
    }
  };
}
