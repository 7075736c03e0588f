import {
  readDensityPoints,
  type DensityPoints,
  type IDensityOptions
} from '../../core/map/density';
import { BoundsBuilder } from '../../core/map/bounds';
import { parseJsonText } from '../../core/view/jsonText';
import { densityGrid, projectPoints } from './densityGrid';
import type { IDrawnMap, IMapRequest, MapDrawer } from './mapDrawing';
import { MapView } from './mapView';
import { runAccessors } from './runAccessors';

/** Pixels of a cell. */
const CELL_SIZE = 24;

/** From few to many: colours of increasing depth that are told apart by who sees no red or no green, too. */
const COLORS = ['#ffffb2', '#fed976', '#feb24c', '#fd8d3c', '#f03b20', '#bd0026'] as const;

/** Draws how many points lie where, as a grid over a map. */
export const drawDensity: MapDrawer = async (element, request) => {
  const points = await readPoints(request);
  const view = await MapView.create(element, request, { isInteractive: true });
  const drawn = new DensityMap(view, request);
  try {
    await drawn.show(points, request, true);
    return drawn;
  } catch (error) {
    drawn.dispose();
    throw error;
  }
};

class DensityMap implements IDrawnMap {
  constructor(
    private readonly _view: MapView,
    { options }: IMapRequest
  ) {
    const { map } = _view;
    this._canvas.className = '_density';
    this._canvas.style.opacity = String((options as unknown as IDensityOptions).opacity);
    this._legend.className = '_density-legend';
    map.getCanvasContainer().append(this._canvas);
    map.getContainer().append(this._legend);
    map.on('move', this._draw);
    map.on('resize', this._draw);
  }

  get note(): string {
    return this._view.note;
  }

  async update(request: IMapRequest): Promise<void> {
    await this.show(await readPoints(request), request, false);
  }

  async show(points: DensityPoints, request: IMapRequest, isFirst: boolean): Promise<void> {
    const { options, signal } = request;
    this._projected = projectPoints(points);
    const builder = new BoundsBuilder();
    for (let at = 0; at < points.length; at += 3) {
      builder.add(points[at], points[at + 1]);
    }
    const hasLook = options.bounds !== null || options.look !== null;
    this._view.look(hasLook ? options : { bounds: builder.bounds, look: null }, isFirst);
    this._draw();
    await this._view.whenIdle(signal);
  }

  dispose(): void {
    this._view.dispose();
  }

  private readonly _draw = (): void => {
    const { map } = this._view;
    const { clientWidth: width, clientHeight: height } = map.getContainer();
    const ratio = window.devicePixelRatio || 1;
    this._canvas.width = width * ratio;
    this._canvas.height = height * ratio;
    const { lng, lat } = map.getCenter();
    const grid = densityGrid(
      this._projected,
      { center: [lng, lat], zoom: map.getZoom(), bearing: map.getBearing(), width, height },
      CELL_SIZE
    );
    const context = this._canvas.getContext('2d');
    if (!context) {
      return;
    }
    context.scale(ratio, ratio);
    grid.sums.forEach((sum, cell) => {
      if (sum > 0) {
        const column = cell % grid.columns;
        const row = Math.floor(cell / grid.columns);
        context.fillStyle = colorOf(sum / grid.most);
        context.fillRect(column * CELL_SIZE, row * CELL_SIZE, CELL_SIZE - 1, CELL_SIZE - 1);
      }
    });
    this._drawLegend(grid.most);
  };

  /** What the colours stand for where the map looks now. */
  private _drawLegend(most: number): void {
    const swatches = COLORS.map(color => {
      const swatch = document.createElement('i');
      swatch.style.backgroundColor = color;
      return swatch;
    });
    const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
    this._legend.hidden = most <= 0;
    this._legend.replaceChildren('0 ', ...swatches, ` ${number.format(most)}`);
  }

  private readonly _canvas = document.createElement('canvas');
  private readonly _legend = document.createElement('div');
  private _projected = new Float64Array();
}

/** @param share - of the largest sum: above 0, at most 1 */
function colorOf(share: number): string {
  return COLORS[Math.min(COLORS.length - 1, Math.floor(share * COLORS.length))];
}

async function readPoints(request: IMapRequest): Promise<DensityPoints> {
  const { fetchText, uri, signal, mayRunCode, words } = request;
  const options = request.options as unknown as IDensityOptions;
  const data = parseJsonText(await fetchText(uri, signal)).value;
  if (options.position.kind !== 'code' && options.weight.kind !== 'code') {
    return readDensityPoints(data, options);
  }
  if (!mayRunCode) {
    throw new Error(words.noFunctions);
  }
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
  return runAccessors({ data, ...options, nonce, signal });
}
