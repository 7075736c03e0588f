import type { JsonValue } from '../../core/json';
import type { IControl } from '../form/control';
import type { IViewModule } from '../host';
import type { IPlace } from '../place';
import type { IPageWords } from '../words';

/** What an activator works with, besides the element. */
export interface IActivatorContext {
  place: IPlace;
  /** What people call the variable. */
  name: string;
  words: IPageWords;
  /**
   * Read data as text.
   *
   * @param uri - address as the page has it
   * @throws {Error} with a sentence for people when the answer is a refusal
   */
  fetchText(uri: string, signal: AbortSignal): Promise<string>;
  /** Read data as text in pieces that may end anywhere, as they arrive. @throws as `fetchText` does */
  fetchPieces(uri: string, signal: AbortSignal): AsyncIterable<string>;
  /** See `IPageHost.mayRunCode`. */
  mayRunCode: boolean;
  /** See `IPageHost.assetUri`. */
  assetUri(name: string): string;
  /** See `IPageHost.loadModule`. */
  loadModule?(name: string): Promise<IViewModule>;
  /** True on paper: nothing waits until it is seen, nothing moves, and nobody presses a button. */
  isPrint: boolean;
  /** See `IPageHost.fetchData`. */
  fetchData(uri: string, signal: AbortSignal, headers?: Record<string, string>): Promise<Response>;
  /** See `IPageHost.upload`. */
  upload(
    files: readonly File[],
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<string>;
  /** Tell that a person changed the control. */
  onEdit(): void;
  /** Hand data to scripts of authors. */
  onData(value: JsonValue): void;
  /** Tell of what went wrong and has no place of its own. */
  report(error: unknown): void;
}

/** A place that is alive. */
export interface IActivated {
  /** The control, for inputs that are more than an element with text or a group of boxes. */
  readonly control?: IControl;
  /**
   * Take over what a newer page shows in this place, so that what a person did to it (order of rows, scroll)
   * stays. The attributes of the element are set by the caller afterwards.
   *
   * @param next - not in the document
   * @returns false when the place must be put anew
   */
  update?(next: HTMLElement): boolean;
  /** Stop, and take away what was added to the page. A second call does nothing. */
  dispose(): void;
}

/**
 * The browser part of a view: brings what the view rendered to life. Data are never markup: they are put into
 * the page as text.
 *
 * Every activator passes `activatorContract`.
 */
export interface IViewActivator {
  /** Name of the view. */
  readonly name: string;
  /**
   * Bring a place to life; called once for each element.
   *
   * @returns null when there is nothing to do for this place
   */
  activate(element: HTMLElement, context: IActivatorContext): IActivated | null;
}
