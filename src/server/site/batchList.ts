import type { IBatchPage, IBatchSummary } from '../../core/api';
import type { IVariable } from '../../core/automation/automation';
import { isFinal, type IRunBatch, type IRunRecord } from '../../core/run/run';
import type { ViewRegistry } from '../../core/view/registry';
import type { AutomationAccess } from '../access/automationAccess';
import { HttpError } from '../httpError';
import type { IRunBrief, IRunQueue } from '../queue/queue';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import type { RunService } from './runService';
import type { VariableReader } from './variableReader';
import { viewOf } from '../../core/view/viewOf';

/** Which batches to list. */
export interface IBatchQuery {
  offset?: number;
  limit?: number;
  /** Text in the name or slug, case ignored. */
  filter?: string;
  /** `order` is that of the configuration. */
  sort?: string;
  order?: 'ascending' | 'descending';
  /** Runs made from the form are listed, too, newest first. */
  runs?: boolean;
  /** What the reader may see; default everything. */
  access?: Pick<AutomationAccess, 'extentOf' | 'allowsBatch' | 'listsRun'>;
}

/** Characters of a value that a list shows. */
const MAX_VALUE_LENGTH = 80;

/** Rows that are read at once: more would wait for the disk all the same, and hold memory meanwhile. */
const ROWS_AT_ONCE = 8;

/**
 * Lists batches with what is known of their newest runs. All of a batch, its values and its run are read for the
 * listed page alone, so that a list costs the same among a hundred batches and among ten thousand.
 */
export class BatchList {
  constructor(
    private readonly _queue: IRunQueue,
    private readonly _runService: RunService,
    private readonly _variables: VariableReader,
    private readonly _views: ViewRegistry
  ) {}

  /** One page of the batches of an automation. */
  async page(loaded: LoadedAutomation, query: IBatchQuery): Promise<IBatchPage> {
    const { offset = 0, limit = 100, sort = 'order' } = query;
    const isByRun = sort === 'state' || sort === 'duration';
    const briefs = query.runs || isByRun ? this._queue.briefsByBatch(loaded.id) : NO_BRIEFS;
    const all: readonly IRunBatch[] = query.runs
      ? [...loaded.batches, ...formsOf(briefs)]
      : loaded.batches;
    const visible = await this._visible(loaded, all, query);
    const batches = sortBatches(filterBatches(visible, query), query, briefs);
    const rows = batches
      .slice(offset, offset + limit)
      .map(batch => this._row(loaded, this._locate(loaded, batch)));
    const summaries: IBatchSummary[] = [];
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      const some = rows.slice(at, at + ROWS_AT_ONCE);
      summaries.push(...(await Promise.all(some.map(row => this._summary(loaded, row)))));
    }
    await this._markStale(loaded, rows, summaries);
    return { total: batches.length, offset, batches: summaries };
  }

  /** One batch by its slug. @throws {HttpError} 404 `batch-unknown` */
  async one(loaded: LoadedAutomation, slug: string): Promise<IBatchSummary> {
    const batch = loaded.findBatch(slug);
    if (!batch) {
      throw new HttpError(404, 'batch-unknown', `there is no batch "${slug}" in this automation`);
    }
    const rows = [this._row(loaded, batch)];
    const batches = [await this._summary(loaded, rows[0])];
    await this._markStale(loaded, rows, batches);
    return batches[0];
  }

  /** Tell whether inputs or code changed since a run of a batch. */
  async isStale(loaded: LoadedAutomation, batch: ILocatedBatch, run: IRunRecord): Promise<boolean> {
    const [key] = await this._runService.keysOf(loaded, [batch]);
    return key !== run.key;
  }

  /** Batches that a reader may see; with `match` their values decide. */
  private async _visible(
    loaded: LoadedAutomation,
    batches: readonly IRunBatch[],
    { access, runs }: IBatchQuery
  ): Promise<readonly IRunBatch[]> {
    if (!access) {
      return batches;
    }
    const isAll = access.extentOf('see_batch') === 'accept';
    if (isAll && !runs) {
      return batches;
    }
    const visible: IRunBatch[] = [];
    for (const batch of batches) {
      const run = batch.kind === 'form' ? this._queue.newest(loaded.id, batch.slug) : null;
      const isListed = batch.kind !== 'form' || (run !== null && access.listsRun(run));
      if (isListed && (isAll || (await access.allowsBatch(this._locate(loaded, batch))))) {
        visible.push(batch);
      }
    }
    return visible;
  }

  private _locate(loaded: LoadedAutomation, batch: IRunBatch): ILocatedBatch {
    return batch.kind === 'form'
      ? loaded.locateRun(batch)
      : this._runService.locate(loaded, batch.slug);
  }

  private _row(loaded: LoadedAutomation, batch: ILocatedBatch): IRow {
    return { batch, run: this._queue.newest(loaded.id, batch.slug) };
  }

  private async _summary(loaded: LoadedAutomation, { batch, run }: IRow): Promise<IBatchSummary> {
    const { slug, name, folder, kind } = batch;
    const automation = loaded.find();
    const [inputs, outputs] = await Promise.all([
      this._texts(batch, automation?.steps.input.variables ?? []),
      this._texts(batch, automation?.steps.output.variables ?? [])
    ]);
    const images = (automation?.steps.output.variables ?? []).filter(
      ({ view }) => view === 'image'
    );
    const thumbnails = await Promise.all(
      images.map(async variable =>
        (await this._variables.data(batch, variable)).kind === 'none'
          ? ''
          : `${loaded.uri}/b/${encodeURIComponent(slug)}/o/${encodeURIComponent(variable.id)}`
      )
    );
    return {
      slug,
      name,
      folder,
      kind,
      inputs,
      outputs,
      thumbnails: thumbnails.filter(Boolean),
      run: run?.id ?? null,
      state: run?.state ?? 'new',
      error: run?.error?.message ?? null,
      durationSeconds: run ? durationSeconds(run) : null,
      isStale: false
    };
  }

  private async _texts(
    batch: ILocatedBatch,
    variables: readonly IVariable[]
  ): Promise<Record<string, string>> {
    const texts: Record<string, string> = {};
    for (const variable of variables) {
      if (!viewOf(this._views, variable)?.isSecret) {
        const data = await this._variables.data(batch, variable);
        if (data.kind === 'value' && data.text.length <= 4 * MAX_VALUE_LENGTH) {
          texts[variable.id] =
            data.text.length > MAX_VALUE_LENGTH
              ? `${data.text.slice(0, MAX_VALUE_LENGTH - 1)}…`
              : data.text;
        }
      }
    }
    return texts;
  }

  private async _markStale(
    loaded: LoadedAutomation,
    rows: readonly IRow[],
    batches: IBatchSummary[]
  ): Promise<void> {
    if (!loaded.find()) {
      return;
    }
    const done = rows.flatMap(({ run, batch }, index) =>
      run && isFinal(run.state) ? [{ run, batch, index }] : []
    );
    const keys = await this._runService.keysOf(
      loaded,
      done.map(({ batch }) => batch)
    );
    done.forEach(({ run, index }, position) => {
      batches[index].isStale = run.key !== keys[position];
    });
  }
}

interface IRow {
  batch: ILocatedBatch;
  run: IRunRecord | null;
}

/** What is known of newest runs by the slugs of their batches. */
type Briefs = ReadonlyMap<string, IRunBrief>;

const NO_BRIEFS: Briefs = new Map();

/** Runs made from the form, newest first. */
function formsOf(briefs: Briefs): IRunBatch[] {
  return [...briefs.values()]
    .filter(({ batch }) => batch.kind === 'form')
    .sort((a, b) => (a.created < b.created ? 1 : -1))
    .map(({ batch }) => batch);
}

function filterBatches(
  batches: readonly IRunBatch[],
  { filter = '' }: IBatchQuery
): readonly IRunBatch[] {
  const wanted = filter.trim().toLowerCase();
  return wanted
    ? batches.filter(
        ({ name, slug }) =>
          name.toLowerCase().includes(wanted) || slug.toLowerCase().includes(wanted)
      )
    : batches;
}

function sortBatches(
  batches: readonly IRunBatch[],
  { sort = 'order', order = 'ascending' }: IBatchQuery,
  briefs: Briefs
): readonly IRunBatch[] {
  const compare = COMPARISONS[sort];
  if (!compare && order === 'ascending') {
    return batches;
  }
  const sorted = [...batches];
  if (compare) {
    sorted.sort((a, b) => compare(a, b, briefs));
  }
  return order === 'descending' ? sorted.reverse() : sorted;
}

const NAME_ORDER = new Intl.Collator(undefined, { numeric: true });

const COMPARISONS: Readonly<
  Record<string, (a: IRunBatch, b: IRunBatch, briefs: Briefs) => number>
> = {
  name: (a, b) => NAME_ORDER.compare(a.name, b.name),
  state: (a, b, briefs) => stateIn(briefs, a).localeCompare(stateIn(briefs, b)),
  duration: (a, b, briefs) => durationIn(briefs, a) - durationIn(briefs, b)
};

function stateIn(briefs: Briefs, { slug }: IRunBatch): string {
  return briefs.get(slug)?.state ?? 'new';
}

function durationIn(briefs: Briefs, { slug }: IRunBatch): number {
  const brief = briefs.get(slug);
  return (brief && durationSeconds(brief)) ?? -1;
}

function durationSeconds({ started, ended }: Pick<IRunRecord, 'started' | 'ended'>): number | null {
  return started && ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : null;
}
