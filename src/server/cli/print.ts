import * as path from 'node:path';
import type { IPrintedFile } from '../../core/api';
import { formatTimestamp } from '../../core/print/documentName';
import type { HttpError } from '../httpError';
import { createServer } from '../http/server';
import { finalFolder, writeFinal } from '../print/documentFolder';
import { printBatches } from '../print/printSweep';
import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { EXIT, globExpression, UsageError, type IArguments } from './arguments';
import type { IOutput } from './output';

/** A final document as the command tells it: `path` is relative to the working folder. */
type PrintedLine = IPrintedFile & { automation: string; path: string };

/**
 * `crosscompute print PATH`: run what is new or stale, then print every batch into `prints/<timestamp>/` of its
 * automation.
 *
 * @param automations - of the site, in their order
 * @param signal - aborted when the person interrupts: printing and the runs for it are stopped
 * @returns 0 when all are printed, 1 when any is not, 130 when interrupted
 * @throws {UsageError} when no batch is there to be printed
 */
export async function printAll(
  services: Services,
  automations: readonly LoadedAutomation[],
  options: IArguments & { version: string },
  output: IOutput,
  signal: AbortSignal
): Promise<number> {
  const { only } = options;
  const expression = only === null ? null : globExpression(only);
  const wanted = automations.flatMap(loaded => {
    const slugs = loaded.batches.map(({ slug }) => slug);
    const chosen = slugs.filter(slug => expression?.test(slug) ?? true);
    return chosen.length ? [{ loaded, slugs: chosen }] : [];
  });
  if (!wanted.length) {
    throw new UsageError(
      only === null ? 'there is no batch to print' : `no batch matches --only ${only}`
    );
  }
  const total = wanted.reduce((sum, { slugs }) => sum + slugs.length, 0);
  const report = new Report(total, options.isJson, output);
  for (const { loaded, slugs } of wanted) {
    if (!signal.aborted) {
      await print(services, loaded, slugs, options.version, report, signal);
    }
  }
  report.finish();
  if (signal.aborted) {
    return EXIT.interrupted;
  }
  return report.failures.length ? EXIT.failed : EXIT.done;
}

async function print(
  services: Services,
  loaded: LoadedAutomation,
  slugs: readonly string[],
  version: string,
  report: Report,
  signal: AbortSignal
): Promise<void> {
  // Nothing listens: the pages are handed to the printer inside this process.
  const server = {
    proxySecret: null,
    rootUri: '',
    hosts: [],
    origins: [],
    hasSites: false,
    version
  };
  const app = await createServer(services, server);
  const timestamp = formatTimestamp(new Date());
  const folder = finalFolder(loaded, timestamp);
  report.open(path.relative(process.cwd(), folder));
  try {
    const sweep = {
      loaded,
      slugs,
      asker: 'command line',
      signal,
      onDocument: async (batch, document) => {
        const { name, variable, pdf, warnings } = document;
        // What older configurations say; scripts cannot, as it is not read from their files.
        const named = variable?.configuration.folder;
        const target = typeof named === 'string' ? finalFolder(loaded, timestamp, named) : folder;
        const file = await writeFinal(target, batch, document);
        report.add({
          automation: loaded.get().slug,
          batch: batch.slug,
          variable: variable?.id ?? null,
          name,
          path: path.relative(process.cwd(), file),
          size: pdf.length,
          warnings
        });
      },
      onFailure: (slug, error) => report.fail(loaded.get().slug, slug, error),
      onFinished: () => report.finishBatch()
    } satisfies Parameters<typeof printBatches>[1];
    await printBatches(services.prints.sweepOptions, sweep, timestamp);
  } finally {
    await app.close();
  }
}

/** Lines about documents as they are there, and the totals. */
class Report {
  constructor(
    private readonly _total: number,
    private readonly _isJson: boolean,
    private readonly _output: IOutput
  ) {}

  readonly failures: { automation: string; batch: string; code: string; message: string }[] = [];

  /** @param folder - that the documents of the next automation go to */
  open(folder: string): void {
    this._folders.push(folder);
  }

  add(document: PrintedLine): void {
    this._documents.push(document);
    if (!this._isJson) {
      this._output.result(`${this._label()} ${document.batch}: ${document.path}`);
      document.warnings.forEach(text => this._output.result(`    warning: ${text}`));
    }
  }

  fail(automation: string, batch: string, { code, message }: HttpError): void {
    this.failures.push({ automation, batch, code, message });
    if (!this._isJson) {
      this._output.result(`${this._label()} ${batch}: ${code}: ${message}`);
    }
  }

  finishBatch(): void {
    this._finished += 1;
  }

  finish(): void {
    const folders = this._folders;
    const documents = this._documents;
    const seconds = (performance.now() - this._startedMs) / 1000;
    if (this._isJson) {
      const { failures } = this;
      this._output.result(JSON.stringify({ folders, documents, failures, seconds }));
      return;
    }
    const failed = new Set(this.failures.map(({ automation, batch }) => `${automation}/${batch}`))
      .size;
    const where = documents.length ? ` in ${folders.join(', ')}` : '';
    this._output.result(
      `${documents.length} printed${where}, ${failed} failed in ${seconds.toFixed(2)} s`
    );
  }

  private _label(): string {
    return `[${this._finished + 1}/${this._total}]`;
  }

  private _finished = 0;
  private readonly _folders: string[] = [];
  private readonly _documents: PrintedLine[] = [];
  private readonly _startedMs = performance.now();
}
