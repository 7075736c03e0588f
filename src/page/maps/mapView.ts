import type { Map as LibraryMap } from 'maplibre-gl';
import { baseStyle, isDarkStyle, type IBaseShapes } from '../../core/map/baseStyle';
import type { IMapLook } from '../../core/map/mapOptions';
import { centerOf, type Bounds } from '../../core/map/bounds';
import type { JsonObject } from '../../core/json';
import { appearanceOf } from '../appearance';
import { readBaseShapes, WORLD_ATLAS } from './baseMap';
import type { IMapRequest } from './mapDrawing';
import { hasWebgl, loadMapbox, loadMaplibre, type MapLibrary } from './mapLibrary';
import { abortError, stopIfAborted } from '../abort';

/** Zoom of a single point, which has no extent. */
const POINT_ZOOM = 15;

/** Pixels between data and the edge of a map. */
const PADDING = 32;

/** How a map is made. */
export interface IMapViewOptions {
  /** False for a picture of a map. */
  isInteractive: boolean;
}

/** A style that can be shown, and by which library. */
interface IStyle {
  style: string | JsonObject;
  isMapbox: boolean;
  note: string;
}

/** A map with its base map and its controls, without data. */
export class MapView {
  /**
   * Make a map and wait for its style.
   *
   * @param element - empty
   * @throws {Error} with a sentence for people when this browser cannot draw maps
   */
  static async create(
    element: HTMLElement,
    request: IMapRequest,
    options: IMapViewOptions
  ): Promise<MapView> {
    if (!hasWebgl()) {
      throw new Error(request.words.noWebgl);
    }
    const wanted = await findStyle(element, request);
    try {
      return await MapView._open(element, request, options, wanted);
    } catch (error) {
      if (!wanted.isMapbox || request.signal.aborted) {
        throw error;
      }
      // The token is not good, or there is no network.
      return MapView._open(element, request, options, await offlineStyle(element, request));
    }
  }

  private static async _open(
    element: HTMLElement,
    request: IMapRequest,
    options: IMapViewOptions,
    { style, isMapbox, note }: IStyle
  ): Promise<MapView> {
    const { assetUri, token, signal } = request;
    const { library, styleUri } = isMapbox
      ? await loadMapbox(assetUri, token)
      : await loadMaplibre(assetUri);
    const container = document.createElement('div');
    container.className = '_map-canvas';
    await loadSheet(element, styleUri);
    stopIfAborted(signal);
    element.append(container);
    const map = createMap(library, container, request, style, options.isInteractive);
    try {
      await styleLoaded(map, signal);
    } catch (error) {
      map.remove();
      element.replaceChildren();
      throw error;
    }
    return new MapView(element, map, library, isMapbox, note);
  }

  private constructor(
    private readonly _element: HTMLElement,
    readonly map: LibraryMap,
    readonly library: MapLibrary,
    readonly isMapbox: boolean,
    readonly note: string
  ) {
    map.on('movestart', event => {
      this._isMoved ||= event.originalEvent !== undefined;
    });
    map.on('error', event => {
      const source = 'sourceId' in event ? String(event.sourceId) : '';
      this._problems.push({ source, message: event.error.message });
    });
  }

  /**
   * The first thing that the library found wrong, such as in a layer; '' for nothing.
   *
   * @param exceptSource - id of a source whose problems are told otherwise
   */
  problem(exceptSource: string): string {
    return this._problems.find(({ source }) => source !== exceptSource)?.message ?? '';
  }

  /** Look at bounds, or from a place, unless a person moved the map; the same again does nothing. */
  look({ bounds, look }: { bounds: Bounds | null; look: IMapLook | null }, isFirst: boolean): void {
    const wanted = JSON.stringify([bounds, look]);
    if (this._isMoved || wanted === this._looked) {
      return;
    }
    this._looked = wanted;
    if (bounds) {
      const [west, south, east, north] = bounds;
      const isPoint = west === east && south === north;
      this.map.fitBounds([west, south, east, north], {
        padding: PADDING,
        maxZoom: POINT_ZOOM,
        ...(isPoint ? { center: [...centerOf(bounds)] as [number, number] } : {}),
        duration: isFirst ? 0 : 500
      });
    } else if (look) {
      const [longitude, latitude] = look.center;
      this.map.jumpTo({ center: [longitude, latitude], zoom: look.zoom });
    }
  }

  /** Wait until all that is to be seen was drawn. */
  whenIdle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(abortError());
      signal.addEventListener('abort', abort, { once: true });
      void this.map.once('idle', () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      this.map.triggerRepaint();
    });
  }

  dispose(): void {
    this.map.remove();
    this._element.replaceChildren();
  }

  private _isMoved = false;
  private _looked = '';
  private readonly _problems: { source: string; message: string }[] = [];
}

function createMap(
  library: MapLibrary,
  container: HTMLElement,
  request: IMapRequest,
  style: string | JsonObject,
  isInteractive: boolean
): LibraryMap {
  const { name, isPrint, options } = request;
  const [longitude, latitude] = options.look?.center ?? [0, 0];
  const map = new library.Map({
    container,
    style: style as string,
    center: [longitude, latitude],
    zoom: options.look?.zoom ?? 0,
    interactive: isInteractive && !isPrint,
    locale: { 'Map.Title': name },
    maxPitch: 0,
    // Printers read what was drawn; the library of Mapbox knows the second name.
    canvasContextAttributes: { preserveDrawingBuffer: isPrint },
    ...{ preserveDrawingBuffer: isPrint },
    fadeDuration: isPrint ? 0 : 300
  });
  map.addControl(new library.ScaleControl({}));
  if (isInteractive && !isPrint) {
    map.addControl(new library.NavigationControl({}));
    map.addControl(new library.FullscreenControl({}));
    // Browsers tell where they are to secure pages only.
    if (window.isSecureContext && 'geolocation' in navigator) {
      map.addControl(new library.GeolocateControl({}));
    }
  }
  return map;
}

function styleLoaded(map: LibraryMap, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(abortError()), { once: true });
    void map.once('style.load', () => resolve());
    map.on('error', ({ error }) => reject(error));
  });
}

/** Find what can be shown of the style that was asked for. */
async function findStyle(element: HTMLElement, request: IMapRequest): Promise<IStyle> {
  const { style } = request.options;
  if (typeof style !== 'string') {
    return { style, isMapbox: false, note: '' };
  }
  if (style.startsWith('mapbox:') && request.token) {
    return { style, isMapbox: true, note: '' };
  }
  if (/^https?:/.test(style) && (await isThere(style, request.signal))) {
    return { style, isMapbox: false, note: '' };
  }
  return offlineStyle(element, request);
}

async function offlineStyle(element: HTMLElement, request: IMapRequest): Promise<IStyle> {
  const { options, words } = request;
  const style = typeof options.style === 'string' ? options.style : '';
  const isDark = isDarkStyle(style) ?? appearanceOf(element).isDark;
  const isAsked = style === 'light' || style === 'dark';
  return {
    style: baseStyle(await loadShapes(request), isDark),
    isMapbox: false,
    note: isAsked ? '' : words.offlineMap
  };
}

async function isThere(uri: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await fetch(uri, { signal, credentials: 'omit' })).ok;
  } catch (error) {
    stopIfAborted(signal);
    return false;
  }
}

/** Shapes by their address: all maps of a page share them. */
const shapes = new Map<string, Promise<IBaseShapes>>();

/** @returns null when they cannot be read: a map without them is better than none */
async function loadShapes({
  assetUri,
  fetchText,
  signal
}: IMapRequest): Promise<IBaseShapes | null> {
  const uri = assetUri(WORLD_ATLAS);
  let loading = shapes.get(uri);
  if (!loading) {
    loading = fetchText(uri, new AbortController().signal).then(readBaseShapes);
    shapes.set(uri, loading);
  }
  try {
    const loaded = await loading;
    stopIfAborted(signal);
    return loaded;
  } catch (error) {
    stopIfAborted(signal);
    shapes.delete(uri);
    return null;
  }
}

/** A style sheet inside the map itself, so that it counts in a shadow root, too. */
function loadSheet(element: HTMLElement, uri: string): Promise<void> {
  return new Promise(resolve => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = uri;
    // Without it a map looks odd, and works.
    ['load', 'error'].forEach(type => link.addEventListener(type, () => resolve()));
    element.replaceChildren(link);
  });
}
