import type { IPageFragment } from '../../core/api';
import { STEP_CODES, type IVariable, type StepName } from '../../core/automation/automation';
import { readTemplates } from '../../core/template/readTemplates';
import { renderStep, type IRenderedStep } from '../../core/template/stepPage';
import { isFinal, type IRunRecord } from '../../core/run/run';
import type { IFiles } from '../../core/files';
import { mapUris } from '../../core/map/mapUris';
import { placePortAddress } from '../../core/view/portAddress';
import type { ViewRegistry } from '../../core/view/registry';
import { MAPBOX_TOKEN, publicToken } from '../../core/view/views/mapMapbox';
import { HttpError } from '../httpError';
import type { IRunQueue } from '../queue/queue';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import { readAssets, readAuthorStyles, type IAssets } from './pageStyles';
import type { IReadVariable, VariableReader } from './variableReader';

/** What pages are made from. */
export interface IPagesOptions {
  queue: IRunQueue;
  variables: VariableReader;
  views: ViewRegistry;
  files: IFiles;
  /** Folder of `page.js`, `page.css` and `logo.svg`. */
  assetsFolder: string;
  /** Value of a variable of this server's environment, for what views may tell pages. */
  environment: (name: string) => string | undefined;
}

/** How the step of a batch is to be rendered. */
export interface IStepRendering {
  rootUri: string;
  isPrint: boolean;
  /** False where scripts of authors must not run (JupyterLab). */
  isAuthorTrusted: boolean;
  nonce?: string;
  /** True for who may look, and not run. Default false. */
  isReadOnly?: boolean;
  /** Variables that the reader may see; default all. */
  isVisible?: (variable: IVariable) => boolean;
  /** Texts for controls by variable id, from the address. */
  prefill?: Readonly<Record<string, string>>;
}

/**
 * Renders the steps of automations, for whole pages and for the panel alike, and knows their addresses.
 */
export class Pages {
  /** Read our assets. @throws when the server was not built */
  static async create(options: IPagesOptions): Promise<Pages> {
    return new Pages(options, await readAssets(options.assetsFolder));
  }

  private constructor(
    private readonly _options: IPagesOptions,
    readonly assets: IAssets
  ) {}

  /** The page of a step as a fragment for a shadow root, with its style sheets. */
  async fragment(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    step: StepName,
    rendering: Pick<IStepRendering, 'rootUri' | 'isReadOnly' | 'isVisible'>
  ): Promise<IPageFragment> {
    const rendered = await this.render(loaded, batch, step, {
      ...rendering,
      isPrint: false,
      isAuthorTrusted: false
    });
    const authorStyles = await readAuthorStyles(this._options.files, loaded);
    return {
      html: rendered.html,
      styles: [
        this.assets.styleText,
        ...authorStyles.flatMap(style => ('text' in style ? [style.text] : [])),
        ...rendered.styles
      ],
      styleUris: authorStyles.flatMap(style => ('uri' in style ? [style.uri] : [])),
      title: rendered.title,
      step,
      batch: batch.slug,
      stamp: rendered.stamp
    };
  }

  /** Render a step of a batch. */
  async render(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    step: StepName,
    rendering: IStepRendering
  ): Promise<IRenderedStep> {
    const { views, environment } = this._options;
    const automation = loaded.get();
    const templates = await readTemplates(this._options.files, automation, step);
    return renderStep({
      ...rendering,
      automation,
      step,
      batch: { slug: batch.slug, name: batch.name },
      templates: templates.map(({ text }) => text),
      expressions: templates.map(({ expression }) => expression),
      views,
      environment,
      data: variable =>
        rendering.isVisible?.(variable) === false
          ? Promise.resolve({ data: { kind: 'none' }, configuration: {}, stamp: '' })
          : this._read(loaded, batch, variable, rendering.rootUri),
      uriOf: variable => `${rendering.rootUri}/${this.variableUri(loaded, batch.slug, variable)}`,
      missing: missingOutputs(this.newestRun(loaded, batch))
    });
  }

  /** The address of a port of a container is told as the page has it. */
  private async _read(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    variable: IVariable,
    rootUri: string
  ): Promise<IReadVariable> {
    const state = await this._options.variables.read(batch, variable);
    const isPort = loaded.get().environment.ports.some(({ id }) => id === variable.id);
    const isTold = variable.step === 'log' || variable.step === 'debug';
    return isPort && isTold && state.data.kind === 'value'
      ? { ...state, data: { ...state.data, text: placePortAddress(state.data.text, rootUri) } }
      : state;
  }

  /** The newest run of a batch; null when it never ran. */
  newestRun(loaded: LoadedAutomation, { slug }: ILocatedBatch): IRunRecord | null {
    return this._options.queue.newest(loaded.id, slug);
  }

  /** Addresses elsewhere from which the maps of an automation read. */
  mapUris(loaded: LoadedAutomation): string[] {
    const token = this._options.environment(MAPBOX_TOKEN) ?? '';
    return mapUris(loaded.get(), publicToken({ environment: { [MAPBOX_TOKEN]: token } }) !== null);
  }

  /** Address of a step's page relative to the root. */
  stepUri(loaded: LoadedAutomation, slug: string, step: StepName): string {
    return `${loaded.uri}/b/${encodeURIComponent(slug)}/${STEP_CODES[step]}`;
  }

  /** Address of a variable's data relative to the root. */
  variableUri(loaded: LoadedAutomation, slug: string, variable: IVariable): string {
    return `${this.stepUri(loaded, slug, variable.step)}/${encodeURIComponent(variable.id)}`;
  }

  /** Text of an author's style sheet by the name in its address. @throws {HttpError} 404 `not-found` */
  async authorStyle(loaded: LoadedAutomation, name: string): Promise<string> {
    for (const style of await readAuthorStyles(this._options.files, loaded)) {
      if ('text' in style && style.name === name) {
        return style.text;
      }
    }
    throw new HttpError(404, 'not-found', 'there is no such style sheet');
  }
}

/** Why outputs of a finished run are not there, by variable id. */
function missingOutputs(run: IRunRecord | null): ReadonlyMap<string, string> {
  return new Map(
    run && isFinal(run.state)
      ? run.problems
          .filter(({ code }) => code === 'output-missing')
          .map(({ variable, message }) => [variable, message])
      : []
  );
}
