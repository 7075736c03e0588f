import type { IInputRefusal, IPageFragment, PostedInputs } from '../core/api';
import type { JsonObject, JsonValue } from '../core/json';
import type { ActivatorRegistry } from './activators/registry';
import type { IPageWords } from './words';

/**
 * A value that was changed and not run yet. Names of files are kept with their upload, so that people see
 * what they chose.
 */
export type DraftValue = { value: JsonValue } | { uri: string; names: string[] };

/** Values that were changed, by variable id; never secrets. */
export type Draft = Record<string, DraftValue>;

/** What a page needs from where it lives: a served page, or the panel in JupyterLab. */
export interface IPageHost {
  /** Read the page anew: the element `._page` and what is in it, with a stamp that changes when the markup does. */
  fetchFragment(signal: AbortSignal): Promise<Pick<IPageFragment, 'html' | 'stamp'>>;
  /**
   * Read the data of a variable; refusals resolve, too.
   *
   * @param uri - address as the page has it
   * @param headers - of the request, such as a range of bytes
   */
  fetchData(uri: string, signal: AbortSignal, headers?: Record<string, string>): Promise<Response>;
  /** The address of a file in the server's `assets/`, such as the worker or the style sheet of a library. */
  assetUri(name: string): string;
  /** True where functions that authors wrote into configurations may run, in a frame of their own; default false. */
  readonly mayRunCode?: boolean;
  /**
   * Load the module of a view that the automation brings; absent where code of authors must not run in this page.
   *
   * @param name - as the place has it
   */
  loadModule?(name: string): Promise<IViewModule>;
  /** True when the page is for a printer; default false. */
  readonly isPrint?: boolean;
  /**
   * Upload files for one input.
   *
   * @param onProgress - called with 0–1
   * @returns address of the upload, such as `/f/<id>`
   * @throws {Error} with a sentence for people; with the reason of the signal when it was aborted
   */
  upload(
    files: readonly File[],
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<string>;
  /**
   * Run the values of the form.
   *
   * @returns refused inputs; [] when the run was accepted, or the host has told the refusals by itself
   * @throws {Error} with a sentence for people
   */
  submit(values: PostedInputs): Promise<readonly IInputRefusal[]>;
  /** What was kept by `saveDraft`; null for nothing. */
  loadDraft(): Promise<JsonObject | null>;
  /**
   * Keep what was changed; called at each change, so a slow host waits a little.
   *
   * @param draft - null when nothing differs from the batch
   */
  saveDraft(draft: Draft | null): void;
  /** Called when more than values changed; without it the page is put anew in its place. */
  onTemplateChange?(): void;
  /** Called when the data of a place were shown or changed, for scripts of authors. */
  onData?(change: IDataChange): void;
  /** Told of what went wrong and has no place of its own on the page. */
  report(error: unknown): void;
  /** Default: English. */
  words?: Partial<IPageWords>;
  /** Default: the activators that come with us. */
  activators?: ActivatorRegistry;
}

/** What the module of a view is for a page. */
export interface IViewModule {
  default?: unknown;
}

/** Data that a page has now. */
export interface IDataChange {
  variable: string;
  /** Address of the data. */
  uri: string;
  /** Value of a `json` variable; undefined for other views. */
  value?: JsonValue;
  /** False when the page was opened with them. */
  isRefresh: boolean;
}
