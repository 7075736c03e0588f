import type { IInputRefusal, IRunRequest, IRunResponse, PostedInputs } from '../../core/api';
import { STEP_CODES } from '../../core/automation/automation';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json';
import type { IPageSettings } from '../../core/template/settings';
import type { Draft, IDataChange, IPageHost, IViewModule } from '../host';
import { changeHeaders, postJson, Refusal } from '../request';
import { uploadFiles } from '../upload';
import type { AuthorScripts } from './authorScripts';
import type { IEnvironment } from './environment';
import { hasActiveMarkup } from './surroundings';

/** Where a page stands that the server serves by itself. */
export class ServedHost implements IPageHost {
  /**
   * @param _scripts - scripts of the author on this page
   * @param _onPage - called with each page that was read anew
   */
  constructor(
    private readonly _settings: IPageSettings,
    private readonly _environment: IEnvironment,
    private readonly _scripts: AuthorScripts,
    private readonly _onPage: (page: Document) => void
  ) {
    const { automation, batch } = _settings;
    this._draftKey = `crosscompute:draft:${automation}:${batch}`;
    this._noteActive(_environment.document);
  }

  /** The author of a served page is trusted. */
  readonly mayRunCode = true;

  /** The same page as a whole: the fragments of the API are rendered for JupyterLab. */
  async fetchFragment(signal: AbortSignal): Promise<{ html: string; stamp: string }> {
    const { address } = this._environment;
    const response = await this._environment.fetch(address(), { signal, cache: 'no-store' });
    if (!response.ok) {
      throw new Error(`The page cannot be read anew: the server answered ${response.status}.`);
    }
    const text = await response.text();
    const page = new DOMParser().parseFromString(text, 'text/html');
    this._noteActive(page);
    const html = page.querySelector('._page')?.outerHTML ?? '';
    const stamp = page.querySelector<HTMLElement>('[data-stamp-page]')?.dataset.stampPage;
    this._onPage(page);
    return { html, stamp: stamp ?? html };
  }

  fetchData(uri: string, signal: AbortSignal, headers?: Record<string, string>): Promise<Response> {
    return this._environment.fetch(uri, { signal, headers });
  }

  loadModule(name: string): Promise<IViewModule> {
    if (!/^[a-z][a-z0-9-]*\.mjs$/.test(name)) {
      return Promise.reject(new Error(`"${name}" is no name of a module`));
    }
    return this._environment.importModule(`${this._settings.automationUri}/views/${name}`);
  }

  assetUri(name: string): string {
    return `${this._settings.rootUri}/assets/${name}`;
  }

  upload(
    files: readonly File[],
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<string> {
    const uri = `${this._settings.rootUri}/files.json`;
    const headers = {
      ...changeHeaders(this._environment.document.cookie),
      'X-CrossCompute-Form': this._settings.formToken
    };
    return uploadFiles({ uri, headers, files, onProgress, signal });
  }

  async submit(inputs: PostedInputs): Promise<readonly IInputRefusal[]> {
    const { rootUri, automation, batch, step } = this._settings;
    const request: IRunRequest = { automation, batch, inputs, step, priority: 'interactive' };
    try {
      const body = request as unknown as JsonObject;
      const answer = await postJson(`${rootUri}/api/runs`, body, this._environment.fetch);
      this.saveDraft(null);
      this.showRun((answer as IRunResponse).batch);
      return [];
    } catch (error) {
      if (error instanceof Refusal && error.refusals.length) {
        return error.refusals;
      }
      throw error;
    }
  }

  loadDraft(): Promise<JsonObject | null> {
    const text = this._environment.storage?.getItem(this._draftKey) ?? 'null';
    const value: unknown = JSON.parse(text);
    return Promise.resolve(isJsonObject(value) ? value : null);
  }

  saveDraft(draft: Draft | null): void {
    try {
      if (draft) {
        this._environment.storage?.setItem(this._draftKey, JSON.stringify(draft));
      } else {
        this._environment.storage?.removeItem(this._draftKey);
      }
    } catch (error) {
      // The store is full: the form works on, without being kept.
      this.report(error);
    }
  }

  /**
   * Set where the author's scripts, styles or frames stand in the page: they work only when it is loaded. What
   * was typed is kept.
   */
  onTemplateChange?: () => void;

  onData(change: IDataChange): void {
    this._scripts.tell(change);
  }

  report(error: unknown): void {
    this._environment.report(error);
  }

  /** Go to the page of a run: its log while it runs where there is one, else its output. */
  showRun(batch: string): void {
    const step = this._settings.steps.includes('log') ? 'log' : 'output';
    this._environment.navigate(this.stepUri(batch, step));
  }

  /** Address of a step's page; stays in the frame of another page. */
  stepUri(batch: string, step: 'log' | 'output'): string {
    const { automationUri, isEmbedded } = this._settings;
    const uri = `${automationUri}/b/${encodeURIComponent(batch)}/${STEP_CODES[step]}`;
    return isEmbedded ? `${uri}?_embed` : uri;
  }

  /**
   * Do something with a run.
   *
   * @throws {Error} with a sentence for people
   */
  act(run: string, action: 'stop' | 'retry', body?: JsonValue): Promise<unknown> {
    const uri = `${this._settings.rootUri}/api/runs/${run}/${action}`;
    return postJson(uri, body, this._environment.fetch);
  }

  private _noteActive(page: Document): void {
    if (hasActiveMarkup(page)) {
      this.onTemplateChange = () => this._environment.reload();
    }
  }

  private readonly _draftKey: string;
}
