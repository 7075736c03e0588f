import type { IMapLook } from '../../core/map/mapOptions';
import type { IDrawnMap, IMapRequest, MapDrawer } from './mapDrawing';
import { MapView } from './mapView';

/** Draws a place as a picture of a map with a marker in the middle. */
export const drawLocation: MapDrawer = async (element, request) => {
  const view = await MapView.create(element, request, { isInteractive: false });
  const marker = createMarker(view, request);
  const show = async ({ options, signal }: IMapRequest) => {
    const [longitude, latitude] = options.look?.center ?? [0, 0];
    marker.setLngLat([longitude, latitude]);
    view.look({ bounds: null, look: options.look }, true);
    await view.whenIdle(signal);
  };
  const drawn: IDrawnMap = { note: view.note, update: show, dispose: () => view.dispose() };
  try {
    await show(request);
    return drawn;
  } catch (error) {
    drawn.dispose();
    throw error;
  }
};

/** A map on which a person chooses a place: it is what lies in the middle. */
export interface ILocationChooser {
  readonly note: string;
  show(look: IMapLook): void;
  dispose(): void;
}

/**
 * Draw a map to choose a place on.
 *
 * @param onMove - called when a person moved the map
 */
export async function drawChooser(
  element: HTMLElement,
  request: IMapRequest,
  onMove: (look: IMapLook) => void
): Promise<ILocationChooser> {
  const view = await MapView.create(element, request, { isInteractive: true });
  const { map } = view;
  const marker = createMarker(view, request);
  map.on('move', event => {
    const { lng, lat } = map.getCenter();
    marker.setLngLat([lng, lat]);
    if (event.originalEvent !== undefined || isUsed) {
      onMove({ center: [lng, lat], zoom: map.getZoom() });
    }
  });
  // The buttons of the map move it, too, without an event of their own.
  let isUsed = false;
  map.on('movestart', () => {
    isUsed = !isShowing;
  });
  let isShowing = false;
  return {
    note: view.note,
    show: ({ center: [longitude, latitude], zoom }) => {
      isShowing = true;
      map.jumpTo({ center: [longitude, latitude], zoom });
      isShowing = false;
    },
    dispose: () => view.dispose()
  };
}

function createMarker({ library, map }: MapView, { options }: IMapRequest) {
  const [longitude, latitude] = options.look?.center ?? [0, 0];
  return new library.Marker({ color: '#d9480f' }).setLngLat([longitude, latitude]).addTo(map);
}
