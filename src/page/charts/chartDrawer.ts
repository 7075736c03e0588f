import type { IChartTable } from '../../core/chart/chartTable';
import type { JsonObject } from '../../core/json';
import type { IAppearance } from '../appearance';

/** What a chart is drawn from. */
export interface IChartRequest {
  /** As it came, from data. */
  chart: JsonObject;
  /** Pixels; null for what the chart says, or a default. */
  height: number | null;
  /** Name of a theme; '' to look as the page does. */
  theme: string;
  appearance: IAppearance;
  /** True on paper: drawn sharp at any size, and without movement. */
  isPrint: boolean;
  /** The address of a file beside that of the chart; null when it may not be loaded. */
  resolve(address: string): string | null;
  /** Read data by an address that `resolve` gave. */
  fetchText(uri: string): Promise<string>;
  /** The chart that stood here before: how far it was zoomed is taken over. */
  previous: IDrawnChart | null;
}

/** A chart on a page. */
export interface IDrawnChart {
  /** Its data. */
  readonly table: IChartTable | null;
  /** How a person looks at it, in words of the library alone. */
  readonly state: unknown;
  /** Take the width that there is now. */
  resize(): void;
  dispose(): void;
}

/**
 * Draws charts of one kind into an empty element; in chunks of their own, as each brings a large library.
 *
 * @throws {Error} with what is wrong in the chart
 */
export type ChartDrawer = (element: HTMLElement, request: IChartRequest) => Promise<IDrawnChart>;
