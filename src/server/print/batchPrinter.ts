import type { IAutomation } from '../../core/automation/automation';
import { findVariable } from '../../core/automation/automation';
import type { JsonValue } from '../../core/json';
import { DEFAULT_NAME, documentName, type UniqueNames } from '../../core/print/documentName';
import { planDocuments, PRINTER_VIEW, type IPlannedDocument } from '../../core/print/printPlan';
import { readPrintSettings, type IPrintSettings } from '../../core/print/printSettings';
import { renderPrintStyle } from '../../core/print/printStyle';
import { isFinal, type IRunRecord } from '../../core/run/run';
import type { ViewRegistry } from '../../core/view/registry';
import { HttpError } from '../httpError';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import type { Pages } from '../site/pages';
import type { RunService } from '../site/runService';
import type { VariableReader } from '../site/variableReader';
import { printDocument, type IPrintedDocument } from './documentPrinter';
import type { IPageSource } from './pageSource';
import type { PrintBrowser } from './printBrowser';
import { viewOf } from '../../core/view/viewOf';

/** What printing a batch needs. */
export interface IBatchPrinterOptions {
  browser: PrintBrowser;
  pages: Pages;
  runService: RunService;
  variables: VariableReader;
  views: ViewRegistry;
  /** Milliseconds that one page may take; default 60,000. */
  timeoutMs?: number;
  /** True lets pages load from this machine and its network; default false. */
  allowsPrivate?: boolean;
}

/** A document of a batch that is to be printed, with its file name. */
export interface INamedDocument extends IPlannedDocument {
  /** Safe and, among those that were named with the same `UniqueNames`, unique. */
  name: string;
  settings: IPrintSettings;
}

/** A document of a batch, printed. */
export type BatchDocument = INamedDocument & IPrintedDocument;

/** Prints the output pages of batches. */
export class BatchPrinter {
  constructor(private readonly _options: IBatchPrinterOptions) {}

  /** Where pages come from; set once, when the HTTP server is built. */
  set source(source: IPageSource) {
    this._source = source;
  }

  /**
   * Refuse a batch whose results are not there: what failed or is not over is never printed.
   *
   * @returns the run that is printed; null for an automation without scripts
   * @throws {HttpError} 409 `not-printable` with the reason
   */
  requireDone(loaded: LoadedAutomation, batch: ILocatedBatch): IRunRecord | null {
    const run = this._options.pages.newestRun(loaded, batch);
    const isScripted = loaded.get().scripts.length > 0;
    if (run?.state === 'done' || (!run && !isScripted)) {
      return run;
    }
    const reason = !run
      ? 'has not been run yet; run it first'
      : !isFinal(run.state)
        ? 'is not finished yet; wait for its run'
        : run.state === 'failed'
          ? `failed${run.error ? `: ${[run.error.message, ...(run.error.tail ?? []).slice(-1)].join(': ')}` : ''}`
          : `was ${run.state === 'lost' ? 'lost' : 'stopped'}; run it again`;
    throw new HttpError(409, 'not-printable', `"${batch.name}" is not printed: it ${reason}`);
  }

  /**
   * Name the documents of a batch, from its values as they are now.
   *
   * @param timestamp - see `formatTimestamp`
   * @param names - of all documents that go to the same folder
   */
  async name(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    timestamp: string,
    names: UniqueNames
  ): Promise<INamedDocument[]> {
    const { variables } = this._options;
    const values = await this._values(loaded.get(), batch);
    const named: INamedDocument[] = [];
    for (const planned of planDocuments(loaded.get())) {
      const configuration = planned.variable
        ? (await variables.read(batch, planned.variable)).configuration
        : {};
      const settings = readPrintSettings(configuration);
      const name = documentName(settings.name ?? DEFAULT_NAME, {
        batchName: batch.name,
        view: PRINTER_VIEW,
        timestamp,
        find: id => values.get(id) ?? null
      });
      named.push({ ...planned, settings, name: names.add(name) });
    }
    return named;
  }

  /** Print a document of a batch. @throws {HttpError} see `printDocument` */
  async print(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    document: INamedDocument,
    signal: AbortSignal
  ): Promise<BatchDocument> {
    if (!this._source) {
      throw new Error('nothing serves the pages to print');
    }
    const { browser, pages, timeoutMs, allowsPrivate } = this._options;
    const uri = `/${pages.stepUri(loaded, batch.slug, 'output')}`;
    const printed = await printDocument(
      { browser, source: this._source, timeoutMs, allowsPrivate },
      {
        uri: `${uri}?_print`,
        prefixes: ['/assets/', `/${loaded.uri}/assets/`, uri.replace(/o$/, '')],
        style: renderPrintStyle(document.settings),
        title: document.name.replace(/\.pdf$/, ''),
        signal
      }
    );
    return { ...document, ...printed };
  }

  /** Values of inputs and outputs that a name may hold; an input comes before an output of the same id. */
  private async _values(
    automation: IAutomation,
    batch: ILocatedBatch
  ): Promise<Map<string, JsonValue>> {
    const { runService, variables, views } = this._options;
    const found = new Map<string, JsonValue>();
    for (const { id } of automation.steps.output.variables) {
      const variable = findVariable(automation, 'output', id);
      if (variable && !viewOf(views, variable)?.isSecret) {
        found.set(id, (await variables.value(batch, variable))?.text ?? null);
      }
    }
    const inputs = await runService.values(automation, batch);
    for (const variable of automation.steps.input.variables) {
      const { id } = variable;
      if (!viewOf(views, variable)?.isSecret && Object.prototype.hasOwnProperty.call(inputs, id)) {
        found.set(id, inputs[id]);
      }
    }
    return found;
  }

  private _source: IPageSource | null = null;
}
