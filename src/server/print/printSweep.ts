import type { IAsker } from '../../core/access/identity';
import type { IRunRecord } from '../../core/run/run';
import { formatTimestamp, UniqueNames } from '../../core/print/documentName';
import { HttpError } from '../httpError';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import type { BatchDocument, BatchPrinter, INamedDocument } from './batchPrinter';
import { runStaleBatches, whenRunEnds, type IFreshRunsOptions } from './freshRuns';

/** Batches that are to be printed. */
export interface IPrintSweep {
  loaded: LoadedAutomation;
  /** Slugs of batches, or ids of runs made from the form, in the order of the documents' names. */
  slugs: readonly string[];
  /** Who asks; null runs nothing, and waits only for runs that go on already. */
  asker: string | IAsker | null;
  signal: AbortSignal;
  /** Called for each document as it is there; its promise is waited for. */
  onDocument(batch: ILocatedBatch, document: BatchDocument): Promise<void>;
  /** Called for each batch that has none, or fewer than planned. */
  onFailure(slug: string, error: HttpError): void;
  /** Called for each batch after the last of these. */
  onFinished?(slug: string): void;
}

/** What printing batches needs. */
export type IPrintSweepOptions = IFreshRunsOptions & { printer: BatchPrinter };

/**
 * Print batches one after the other, while the next ones run and are drawn. What fails is told and stops nothing else.
 *
 * @param timestamp - for `{timestamp}`; default now
 * @throws {HttpError} 503 `printer-unavailable`: then nothing could be printed
 * @throws {ConfigError} when batches are to be run and cannot
 */
export async function printBatches(
  options: IPrintSweepOptions,
  sweep: IPrintSweep,
  timestamp = formatTimestamp(new Date())
): Promise<void> {
  const { queue, runService } = options;
  const { loaded, slugs, asker, signal } = sweep;
  const located = new Map(slugs.map(slug => [slug, runService.locate(loaded, slug)]));
  const predefined = slugs.filter(slug => located.get(slug)?.kind !== 'form');
  const runs = asker === null ? null : await runStaleBatches(options, loaded, predefined, asker);
  const names = new UniqueNames();
  const printing: Promise<void>[] = [];
  const stop = () => void runs?.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (const [slug, batch] of located) {
      try {
        await runs?.whenAsked(slug);
        await whenRunEnds(queue, loaded, slug, signal);
        if (signal.aborted) {
          break;
        }
        const run = options.printer.requireDone(loaded, batch);
        const documents = await options.printer.name(loaded, batch, timestamp, names);
        printing.push(printOne(options, sweep, { batch, run, documents }));
      } catch (error) {
        fail(sweep, slug, error);
        sweep.onFinished?.(slug);
      }
      // What is drawn is not to grow with the number of batches.
      if (printing.length >= 4) {
        await printing.shift();
      }
    }
  } finally {
    await Promise.all(printing);
    signal.removeEventListener('abort', stop);
  }
}

interface IBatchToPrint {
  batch: ILocatedBatch;
  run: IRunRecord | null;
  documents: readonly INamedDocument[];
}

async function printOne(
  { printer, queue }: IPrintSweepOptions,
  sweep: IPrintSweep,
  { batch, run, documents }: IBatchToPrint
): Promise<void> {
  for (const document of documents) {
    try {
      await sweep.onDocument(
        batch,
        await printer.print(sweep.loaded, batch, document, sweep.signal)
      );
      // Whoever holds the document may ask where it comes from. Drafts are written anew after each run, and keep none.
      await (run && queue.notePrinted(run.id));
    } catch (error) {
      fail(sweep, batch.slug, error);
      break;
    }
  }
  sweep.onFinished?.(batch.slug);
}

function fail(sweep: IPrintSweep, slug: string, error: unknown): void {
  if (!(error instanceof HttpError)) {
    const message = error instanceof Error ? error.message : String(error);
    sweep.onFailure(slug, new HttpError(500, 'print-failed', message));
  } else if (error.code !== 'print-stopped') {
    sweep.onFailure(slug, error);
  }
}
