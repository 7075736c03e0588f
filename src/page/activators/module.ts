import type { JsonValue } from '../../core/json';
import type { IViewModule } from '../host';
import { ModuleControl } from '../form/moduleControl';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** What the `activate` of a module gets beside its element. */
export interface ILiveContext {
  /** Id of the variable. */
  variable: string;
  /** What people call it. */
  name: string;
  /** `input` or `output`. */
  mode: string;
  /** Address of the data. */
  uri: string;
  /** True on paper: nothing may wait until it is seen or pressed. */
  isPrint: boolean;
  /** Aborted when the place is left. */
  signal: AbortSignal;
  /** Read the data as text. */
  fetchText(): Promise<string>;
  /** Read the data as JSON. */
  fetchJson(): Promise<JsonValue>;
  /** The text that the control holds; '' for an output. */
  value(): string;
  /** Give the control another text, as if a person had typed it. */
  setValue(text: string): void;
  /** Be told when the control got a value otherwise: from a draft, or when it was reset. */
  onValue(listener: (text: string) => void): void;
}

type Activate = (element: HTMLElement, context: ILiveContext) => unknown;

/**
 * The browser part of a view that an automation brings: the function `activate` of its module, code of the author. It gets the
 * element that the server rendered, and changes it by itself; what it returns may have a `dispose`.
 */
export const moduleActivator: IViewActivator = {
  name: 'module',
  activate: (element, context) => {
    const name = element.dataset.module;
    return name && context.loadModule ? new ActiveModule(element, context, name) : null;
  }
};

class ActiveModule implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _context: IActivatorContext,
    module: string
  ) {
    if (_context.place.mode === 'input') {
      this.control = ModuleControl.find(_element, { onEdit: () => _context.onEdit() });
    }
    this._start(module).then(
      () => this._finish(''),
      error => this._fail(error)
    );
  }

  readonly control: ModuleControl | undefined;

  dispose(): void {
    if (this._controller.signal.aborted) {
      return;
    }
    this._controller.abort();
    this._end();
    this._problem?.remove();
    this.control?.dispose();
  }

  private async _start(module: string): Promise<void> {
    const loaded = await this._context.loadModule?.(module);
    if (this._controller.signal.aborted) {
      return;
    }
    this._alive = await activateOf(loaded)(this._element, this._liveContext());
    if (this._controller.signal.aborted) {
      this._end();
    }
  }

  private _liveContext(): ILiveContext {
    const { place, name, isPrint, fetchText } = this._context;
    const { signal } = this._controller;
    const read = () => fetchText(place.uri, signal);
    return {
      variable: place.variable,
      mode: place.mode,
      uri: place.uri,
      name,
      isPrint,
      signal,
      fetchText: read,
      fetchJson: async () => JSON.parse(await read()) as JsonValue,
      value: () => this.control?.text ?? '',
      setValue: text => this.control?.setText(String(text)),
      onValue: listener => this.control?.onWrite(listener)
    };
  }

  private _finish(outcome: string): void {
    this._element.dataset.ready = outcome;
  }

  /** The place says that it does not work; the reason is for the author, who finds it in the browser's console. */
  private _fail(error: unknown): void {
    if (this._controller.signal.aborted) {
      return;
    }
    this._problem = document.createElement('span');
    this._problem.className = '_problem';
    this._problem.dataset.problem = 'view-unavailable';
    this._problem.setAttribute('role', 'alert');
    this._problem.textContent = this._context.words.viewUnavailable(this._context.place.view);
    this._element.append(this._problem);
    this._finish('failed');
    this._context.report(error);
  }

  private _end(): void {
    const alive = this._alive;
    this._alive = null;
    try {
      if (hasDispose(alive)) {
        alive.dispose();
      }
    } catch (error) {
      this._context.report(error);
    }
  }

  private readonly _controller = new AbortController();
  private _alive: unknown = null;
  private _problem: HTMLElement | null = null;
}

function activateOf(module: IViewModule | undefined): Activate {
  const view = module?.default;
  if (typeof view === 'object' && view !== null && 'activate' in view) {
    const { activate } = view;
    if (typeof activate === 'function') {
      return (element, context) => activate.call(view, element, context) as unknown;
    }
  }
  throw new Error('the module has no function "activate" in what it exports by default');
}

function hasDispose(value: unknown): value is { dispose(): void } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dispose' in value &&
    typeof value.dispose === 'function'
  );
}
