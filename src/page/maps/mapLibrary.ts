import type * as maplibre from 'maplibre-gl';

/** What we use of a library of maps; that of Mapbox has the same parts by the same names. */
export type MapLibrary = Pick<
  typeof maplibre,
  'FullscreenControl' | 'GeolocateControl' | 'Map' | 'Marker' | 'NavigationControl' | 'ScaleControl'
>;

/** A library with the address of its style sheet. */
export interface ILoadedLibrary {
  library: MapLibrary;
  styleUri: string;
}

/**
 * Load the library that draws maps, in a chunk of its own. Its worker and style sheet are files of the server.
 *
 * @param assetUri - see `IPageHost.assetUri`
 */
export async function loadMaplibre(assetUri: (name: string) => string): Promise<ILoadedLibrary> {
  const library = await import('maplibre-gl');
  const version = library.getVersion();
  const worker = new URL(assetUri(`maplibre-gl-worker-${version}.mjs`), document.baseURI);
  library.setWorkerUrl(worker.href);
  return { library, styleUri: assetUri(`maplibre-gl-${version}.css`) };
}

/** Load the library for the styles of Mapbox, which its licence allows with a token only. */
export async function loadMapbox(
  assetUri: (name: string) => string,
  token: string
): Promise<ILoadedLibrary> {
  const { default: library } = await import('mapbox-gl/dist/mapbox-gl-csp.js');
  library.accessToken = token;
  const worker = assetUri(`mapbox-gl-worker-${library.version}.js`);
  library.workerUrl = new URL(worker, document.baseURI).href;
  return { library, styleUri: assetUri(`mapbox-gl-${library.version}.css`) };
}

/** Tell whether this browser can draw maps at all. */
export function hasWebgl(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}
