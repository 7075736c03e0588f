import type { GeoJSONSource, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import { BoundsBuilder, isBounds, type Bounds } from '../../core/map/bounds';
import type { IMapOptions } from '../../core/map/mapOptions';
import { isJsonObject, type JsonObject } from '../../core/json';
import { JsonTextError, parseJsonText } from '../../core/view/jsonText';
import { addressBeside } from '../../core/view/relativeAddress';
import type { IDrawnMap, IMapRequest, MapDrawer } from './mapDrawing';
import { MapView } from './mapView';
import { stopIfAborted } from '../abort';

/** Draws GeoJSON with the layers of the configuration. */
export const drawFeatures: MapDrawer = async (element, request) => {
  const view = await MapView.create(element, request, { isInteractive: true });
  const drawn = new FeatureMap(view, request.elementId);
  try {
    await drawn.begin(request);
    return drawn;
  } catch (error) {
    drawn.dispose();
    throw error;
  }
};

class FeatureMap implements IDrawnMap {
  constructor(
    private readonly _view: MapView,
    private readonly _source: string
  ) {}

  get note(): string {
    return [this._view.note, this._view.problem(this._source)].filter(Boolean).join(' ');
  }

  /** Add the data, the sources and the layers. */
  async begin(request: IMapRequest): Promise<void> {
    const { map } = this._view;
    const { layers, sources } = request.options as unknown as IMapOptions;
    const loaded = this._loaded();
    map.addSource(this._source, { type: 'geojson', data: absolute(request.uri) });
    for (const [id, source] of Object.entries(sources)) {
      map.addSource(id, resolved(source, request.uri) as SourceSpecification);
    }
    layers.forEach(layer => map.addLayer(layer as unknown as LayerSpecification));
    await this._finish(request, await loaded, true);
  }

  async update(request: IMapRequest): Promise<void> {
    const loaded = this._loaded();
    this._setData(absolute(request.uri));
    await this._finish(request, await loaded, false);
  }

  dispose(): void {
    this._view.dispose();
  }

  private get _data(): GeoJSONSource {
    return this._view.map.getSource(this._source) as GeoJSONSource;
  }

  /** What goes wrong is told as an event of the map. */
  private _setData(data: string | GeoJSON.GeoJSON): void {
    Promise.resolve(this._data.setData(data)).catch(() => undefined);
  }

  /** Look at the data, and wait until they are drawn. */
  private async _finish(request: IMapRequest, isLoaded: boolean, isFirst: boolean): Promise<void> {
    const { signal, options } = request;
    stopIfAborted(signal);
    const found = isLoaded && !this._view.isMapbox ? await this._findBounds() : null;
    const bounds = found ?? (await this._readHere(request, isLoaded));
    const hasLook = options.bounds !== null || options.look !== null;
    this._view.look(hasLook ? options : { bounds, look: null }, isFirst);
    await this._view.whenIdle(signal);
  }

  /** Null for data without extent, of which the library says so or fails. */
  private async _findBounds(): Promise<Bounds | null> {
    try {
      return boundsOf(await this._data.getBounds());
    } catch {
      return null;
    }
  }

  /**
   * The library reads data in a worker, which large ones need. What it does not understand, such as NaN, may be
   * understood here; what has no extent may be no GeoJSON at all.
   */
  private async _readHere(
    { uri, fetchText, signal, words }: IMapRequest,
    isLoaded: boolean
  ): Promise<Bounds | null> {
    const value = readGeojson(await fetchText(uri, signal), words.noGeojson);
    if (!isLoaded) {
      this._setData(value as unknown as GeoJSON.GeoJSON);
    }
    const builder = new BoundsBuilder();
    builder.addGeojson(value);
    return builder.bounds;
  }

  /** @returns false when the library could not read the data */
  private _loaded(): Promise<boolean> {
    const { map } = this._view;
    return new Promise(resolve => {
      const finish = (isLoaded: boolean) => {
        map.off('sourcedata', onData);
        map.off('error', onError);
        resolve(isLoaded);
      };
      const onData = (event: { sourceId?: string; sourceDataType?: string }) => {
        if (event.sourceId === this._source && event.sourceDataType === 'content') {
          finish(true);
        }
      };
      const onError = (event: object) => {
        if ('sourceId' in event && event.sourceId === this._source) {
          finish(false);
        }
      };
      map.on('sourcedata', onData);
      map.on('error', onError);
    });
  }
}

/** @throws {Error} with `message` when the text is no GeoJSON */
function readGeojson(text: string, message: string): JsonObject {
  try {
    const { value } = parseJsonText(text);
    if (isJsonObject(value) && typeof value.type === 'string') {
      return value;
    }
  } catch (error) {
    if (!(error instanceof JsonTextError)) {
      throw error;
    }
  }
  throw new Error(message);
}

function boundsOf(bounds: { toArray(): number[][] }): Bounds | null {
  const list = bounds.toArray().flat();
  return isBounds(list) ? list : null;
}

/** Workers know nothing of the page's address. */
function absolute(uri: string): string {
  return new URL(uri, document.baseURI).href;
}

/** Data of a further source may lie beside those of the map. */
function resolved(source: JsonObject, uri: string): JsonObject {
  const { data } = source;
  if (typeof data !== 'string' || /^https?:/.test(data)) {
    return source;
  }
  const address = addressBeside(uri, data);
  return address === null ? { ...source, data: NOTHING } : { ...source, data: absolute(address) };
}

const NOTHING: JsonObject = { type: 'FeatureCollection', features: [] };
