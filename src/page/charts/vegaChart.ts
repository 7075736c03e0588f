import { formats, mergeConfig, parse, transforms, View, type Loader, type Spec } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import * as themes from 'vega-themes';
import { delimitedRows } from './delimitedRows';
import { objectsTable, type IChartTable } from '../../core/chart/chartTable';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json';
import { safeUri } from '../../core/view/element';
import type { IAppearance } from '../appearance';
import type { ChartDrawer, IChartRequest, IDrawnChart } from './chartDrawer';

// The library's own readers make code of the header, which pages refuse.
formats('csv', text => delimitedRows(text, ','));
formats('tsv', text => delimitedRows(text, '\t'));
formats('dsv', (text, { delimiter, header }) => delimitedRows(text, delimiter, header));

/** Pixels where neither chart nor configuration say a height. */
const HEIGHT = 300;

/** Draws a Vega-Lite or Vega specification. Its expressions are interpreted, never made into code. */
export const drawVega: ChartDrawer = async (element, request) => {
  const { spec, isFluid } = vegaSpec(request);
  const runtime = parse(withoutElements(spec) as unknown as Spec, undefined, { ast: true });
  const view = new View(runtime, {
    expr: expressionInterpreter,
    loader: createLoader(request),
    renderer: request.isPrint ? 'svg' : 'canvas',
    container: element,
    hover: true
  });
  const failure = failureOf(view);
  await view.runAsync();
  if (failure.message) {
    view.finalize();
    element.replaceChildren();
    throw new Error(failure.message);
  }
  // The page names it, in its own words.
  ['role', 'aria-label', 'aria-roledescription'].forEach(name => element.removeAttribute(name));
  const drawn = new DrawnVega(view, element, { isFluid, spec, chart: request.chart });
  await drawn.restore(request.previous?.state);
  return drawn;
};

/** What a person selected, and in which chart. */
interface IVegaState {
  shape: string;
  state: ReturnType<View['getState']>;
}

/** End of the names of data that hold what is selected. */
const STORE = '_store';

/** What a signal of this kind holds is made from others. */
const PROXY = transforms.proxy as unknown as new () => unknown;

class DrawnVega implements IDrawnChart {
  constructor(
    private readonly _view: View,
    private readonly _element: HTMLElement,
    private readonly _drawn: {
      /** True when its width is that of the page. */
      isFluid: boolean;
      spec: JsonObject;
      chart: JsonObject;
    }
  ) {}

  get table(): IChartTable | null {
    const source = sourceName(this._drawn.spec);
    const rows: unknown = source ? this._view.data(source) : [];
    // Dates become text, and what the library adds to a row goes.
    const plain: unknown = JSON.parse(JSON.stringify(rows));
    return Array.isArray(plain) ? objectsTable(plain.filter(isJsonObject)) : null;
  }

  /** What people selected, zoomed and moved; not what was made of the data. */
  get state(): IVegaState {
    const state = this._view.getState({
      data: (name = '') => name.endsWith(STORE),
      signals: (name, operator: unknown) =>
        name !== 'parent' && name !== 'width' && !(operator instanceof PROXY),
      recurse: true
    });
    return { shape: shapeOf(this._drawn.chart), state };
  }

  /** Take over what was selected before, if this is the same chart with other data. */
  async restore(previous: unknown): Promise<void> {
    if (isJsonObject(previous) && previous.shape === this.state.shape) {
      this._view.setState((previous as unknown as IVegaState).state);
      await this._view.runAsync();
    }
  }

  resize(): void {
    const { clientWidth } = this._element;
    if (this._drawn.isFluid && clientWidth) {
      void this._view.signal('width', clientWidth).runAsync();
    }
  }

  dispose(): void {
    this._view.finalize();
    this._element.replaceChildren();
  }
}

/** Data that cannot be read are only logged by the library; a chart without them says nothing true. */
function failureOf(view: View): { message: string } {
  const failure = { message: '' };
  const note = (...parts: unknown[]) => {
    const error = parts.find((part): part is Error => part instanceof Error);
    failure.message ||= error?.message ?? '';
    return logger;
  };
  const quiet = () => logger;
  const logger = { level: quiet, error: note, warn: note, info: quiet, debug: quiet };
  view.logger(logger as unknown as ReturnType<View['logger']>);
  return failure;
}

/** Translate to a Vega specification that looks as the page does and takes the width that there is. */
function vegaSpec(request: IChartRequest): { spec: JsonObject; isFluid: boolean } {
  const { chart, height, theme, appearance } = request;
  const named = Object.entries(themes).find(([name]) => name === theme)?.[1];
  const own = isJsonObject(chart.config) ? chart.config : {};
  const config = mergeConfig(pageConfig(appearance), isJsonObject(named) ? named : {}, own);
  if (isVega(chart)) {
    const spec = { background: 'transparent', ...chart, config: config as JsonObject };
    return { spec, isFluid: false };
  }
  const isSingle = ['mark', 'layer'].some(key => chart[key] !== undefined);
  const isFaceted = hasFacet(chart.encoding);
  const isFluid = isSingle && !isFaceted && (chart.width ?? 'container') === 'container';
  const size = isSingle && !isFaceted ? { height: height ?? chart.height ?? HEIGHT } : {};
  const sized = { ...chart, ...size, ...(isFluid ? { width: 'container' } : {}), config };
  return { spec: compileLite(sized), isFluid };
}

/** @throws {Error} with a sentence where the library fails over what it expects */
function compileLite(chart: object): JsonObject {
  try {
    return compile(chart as TopLevelSpec).spec as unknown as JsonObject;
  } catch (error) {
    if (error instanceof TypeError) {
      throw new Error(`this is no complete specification of Vega-Lite (${error.message})`);
    }
    throw error;
  }
}

function isVega({ $schema, marks }: JsonObject): boolean {
  return typeof $schema === 'string' ? /\/vega\//.test($schema) : Array.isArray(marks);
}

/** A view that repeats itself has the width of one of its parts. */
function hasFacet(encoding: JsonValue | undefined): boolean {
  return isJsonObject(encoding) && ['row', 'column', 'facet'].some(key => key in encoding);
}

function pageConfig({ color, line, font }: IAppearance) {
  const axis = {
    domainColor: color,
    gridColor: line,
    labelColor: color,
    tickColor: color,
    titleColor: color
  };
  return {
    background: 'transparent',
    font,
    axis,
    header: { labelColor: color, titleColor: color },
    legend: { labelColor: color, titleColor: color },
    style: { 'guide-label': { fill: color, font }, 'guide-title': { fill: color, font } },
    title: { color, subtitleColor: color },
    text: { color },
    view: { stroke: line }
  };
}

/** Loads what lies beside the chart, and nothing else. */
function createLoader({ resolve, fetchText }: IChartRequest): Loader {
  const load = async (address: string) => {
    const uri = resolve(address);
    if (uri === null) {
      throw new Error(
        `the data "${address}" are not loaded: name a file in the folder of the chart`
      );
    }
    return fetchText(uri);
  };
  return {
    load,
    http: load,
    file: load,
    sanitize: async (address: string, options: { context?: string } = {}) => {
      if (options.context === 'href') {
        const href = safeUri(address);
        if (href !== '#' && !href.startsWith('data:')) {
          return { href, target: '_blank', rel: 'noopener noreferrer' };
        }
      }
      const isPicture = /^data:image\/(png|jpeg|gif|webp|avif);/i.test(address);
      const href = isPicture ? address : resolve(address);
      if (href === null) {
        throw new Error(`"${address}" is not loaded`);
      }
      return { href };
    }
  } as unknown as Loader;
}

/** Controls of a chart stand in the chart: one elsewhere on the page is not its own. */
function withoutElements(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(withoutElements);
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const entries = Object.entries(value).map(([key, member]): [string, JsonValue] => {
    if (key === 'bind' && isJsonObject(member)) {
      const { element: _element, ...bind } = member;
      return [key, bind];
    }
    return [key, key === 'values' ? member : withoutElements(member)];
  });
  return Object.fromEntries(entries);
}

/** The first data that are not a selection; '' for none. */
function sourceName({ data }: JsonObject): string {
  const names = (Array.isArray(data) ? data : []).filter(isJsonObject).map(({ name }) => name);
  const found = names.find(name => typeof name === 'string' && !name.endsWith(STORE));
  return typeof found === 'string' ? found : '';
}

/** A chart without its data. */
function shapeOf(chart: JsonObject): string {
  return JSON.stringify(chart, (key, value: unknown) =>
    key === 'values' || key === 'datasets' ? null : value
  );
}
