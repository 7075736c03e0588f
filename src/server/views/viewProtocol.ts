import type { JsonObject, JsonValue } from '../../core/json';
import type { IView, IViewContext, IViewProblem } from '../../core/view/view';

/** What a module tells of its view, without functions. */
export type ViewDescription = Pick<IView, 'refresh' | 'acceptsEmpty' | 'isInline'> &
  Pick<IView, 'isSecret' | 'needsNoData' | 'readsText' | 'inlineBytes' | 'publicEnvironment'> & {
    /** Keys of its configuration; null when it does not say, then every key may be one. */
    configurationKeys: readonly string[] | null;
    /** Variables of the server's environment that must be set. */
    environment: readonly string[];
    /** Names of its functions. */
    functions: readonly ViewFunction[];
  };

/** Functions that a view may have. */
export const VIEW_FUNCTIONS = [
  'check',
  'parse',
  'afterRun',
  'input',
  'output',
  'activate'
] as const;

/** A function of a view. */
export type ViewFunction = (typeof VIEW_FUNCTIONS)[number];

/** What a module gets to render a place: what a view of ours gets, as plain data. */
export interface IModuleContext extends Omit<IViewContext, 'variable'> {
  variable: { id: string; step: string; path: string; label: string; isRequired: boolean };
  /** What people call the variable. */
  name: string;
}

/** A question to a view. */
export type ViewCall =
  | { function: 'check'; configuration: JsonObject }
  | { function: 'parse'; raw: JsonValue; configuration: JsonObject }
  | { function: 'input' | 'output'; context: IModuleContext }
  | { function: 'afterRun'; text: string; configuration: JsonObject };

/** What came of it: for `parse` the value, for `input` and `output` markup. */
export type ViewAnswer =
  | { value: JsonValue | readonly IViewProblem[] }
  /** The value was refused, with a sentence for people. */
  | { refusal: string }
  /** The module failed. */
  | { failure: string };

/** Tells that a view was loaded, or why not. */
export type ViewLoaded = { description: ViewDescription } | { failure: string };

/** What the thread of a module starts with. */
export interface IViewWorkerData {
  /** Text of the module. It is run as it was read, and by itself: what it would import beside it nobody looked at. */
  source: string;
  /** Name that the configuration gives the view. */
  name: string;
  /** Set to 1 and notified when an answer lies in the port. */
  signal: SharedArrayBuffer;
}
