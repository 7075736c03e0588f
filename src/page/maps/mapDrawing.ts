import type { IMapLook } from '../../core/map/mapOptions';
import type { Bounds } from '../../core/map/bounds';
import type { JsonObject } from '../../core/json';
import type { IPageWords } from '../words';

/** What a map is drawn with. */
export interface IMapRequest {
  /** From `data-options`, as the view wrote it; each view has its own. */
  options: IMapSettings & Record<string, unknown>;
  /** Id of the place, for the ids of what is drawn. */
  elementId: string;
  /** Address of the data. */
  uri: string;
  /** Public token of Mapbox; '' for none. */
  token: string;
  /** What people call it. */
  name: string;
  words: IPageWords;
  isPrint: boolean;
  /** True where functions that the author wrote may run, in a frame of their own. */
  mayRunCode: boolean;
  assetUri(name: string): string;
  fetchText(uri: string, signal: AbortSignal): Promise<string>;
  signal: AbortSignal;
}

/** What all maps know of their configuration. */
export interface IMapSettings {
  style: string | JsonObject;
  look: IMapLook | null;
  bounds: Bounds | null;
}

/** A map on a page. */
export interface IDrawnMap {
  /** Said below it, such as that the base map is another than asked for; '' for nothing. */
  readonly note: string;
  /**
   * Show newer data, or look elsewhere.
   *
   * @throws {Error} with a sentence for people
   */
  update(request: IMapRequest): Promise<void>;
  dispose(): void;
}

/**
 * Draws a map into an empty element, and resolves when all of it is there; in a chunk of its own.
 *
 * @throws {Error} with a sentence for people
 */
export type MapDrawer = (element: HTMLElement, request: IMapRequest) => Promise<IDrawnMap>;

/** Read `data-options`, which our own view wrote. */
export function readMapSettings(text: string): IMapRequest['options'] {
  return JSON.parse(text) as IMapRequest['options'];
}
