import type { IBatchPage, IBatchSummary } from '../../core/api';
import type { IVariable } from '../../core/automation/automation';
import { isFinal, type IRunRecord } from '../../core/run/run';
import type { ViewRegistry } from '../../core/view/registry';
import type { AutomationAccess } from '../access/accessControl';
import { HttpError } from '../httpError';
import type { IRunQueue } from '../queue/queue';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import type { RunService } from './runService';
import type { VariableReader } from './variableReader';

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

/** Lists batches with what is known of their newest runs. Values are read for the listed page alone. */
export class BatchList {
  constructor(
    private readonly _queue: IRunQueue,
    private readonly _runService: RunService,
    private readonly _variables: VariableReader,
    private readonly _views: ViewRegistry
  ) {}

  /** One page of the batches of an automation. */
  async page(loaded: LoadedAutomation, query: IBatchQuery): Promise<IBatchPage> {
    const { offset = 0, limit = 100 } = query;
    const newest = this._queue.newestByBatch(loaded.id);
    const all = this._rows(loaded, newest, query.runs ?? false);
    const rows = sortRows(filterRows(await visibleRows(all, query), query), query);
    const listed = rows.slice(offset, offset + limit);
    const batches = await Promise.all(listed.map(row => this._summary(loaded, row)));
    await this._markStale(loaded, listed, batches);
    return { total: rows.length, offset, batches };
  }

  /** One batch by its slug. @throws {HttpError} 404 `batch-unknown` */
  async one(loaded: LoadedAutomation, slug: string): Promise<IBatchSummary> {
    const batch = loaded.findBatch(slug);
    if (!batch) {
      throw new HttpError(404, 'batch-unknown', `there is no batch "${slug}" in this automation`);
    }
    const run = this._queue.newestByBatch(loaded.id).get(slug) ?? null;
    const rows = [{ batch, run }];
    const batches = [await this._summary(loaded, rows[0])];
    await this._markStale(loaded, rows, batches);
    return batches[0];
  }

  /** Tell whether inputs or code changed since a run of a batch. */
  async isStale(loaded: LoadedAutomation, batch: ILocatedBatch, run: IRunRecord): Promise<boolean> {
    const [key] = await this._runService.keysOf(loaded, [batch]);
    return key !== run.key;
  }

  private _rows(
    loaded: LoadedAutomation,
    newest: ReadonlyMap<string, IRunRecord>,
    hasRuns: boolean
  ): IRow[] {
    const rows: IRow[] = loaded.batches.map(({ slug }) => ({
      batch: this._runService.locate(loaded, slug),
      run: newest.get(slug) ?? null
    }));
    if (hasRuns) {
      const forms = [...newest.values()].filter(({ batch }) => batch.kind === 'form');
      forms.sort((a, b) => (a.created < b.created ? 1 : -1));
      rows.push(...forms.map(run => ({ batch: loaded.locateRun(run.batch), run })));
    }
    return rows;
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
        (await this._variables.read(batch, variable)).data.kind === 'none'
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
      if (!this._views.get(variable.view)?.isSecret) {
        const { data } = await this._variables.read(batch, variable);
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

/** Rows that a reader may see; with `match` their values decide. */
async function visibleRows(rows: IRow[], { access }: IBatchQuery): Promise<IRow[]> {
  if (!access) {
    return rows;
  }
  const isAll = access.extentOf('see_batch') === 'accept';
  const visible: IRow[] = [];
  for (const row of rows) {
    const isListed = row.batch.kind !== 'form' || (row.run !== null && access.listsRun(row.run));
    if (isListed && (isAll || (await access.allowsBatch(row.batch)))) {
      visible.push(row);
    }
  }
  return visible;
}

function filterRows(rows: IRow[], { filter = '' }: IBatchQuery): IRow[] {
  const wanted = filter.trim().toLowerCase();
  return wanted
    ? rows.filter(
        ({ batch }) =>
          batch.name.toLowerCase().includes(wanted) || batch.slug.toLowerCase().includes(wanted)
      )
    : rows;
}

function sortRows(rows: IRow[], { sort = 'order', order = 'ascending' }: IBatchQuery): IRow[] {
  const compare = COMPARISONS[sort];
  const sorted = compare ? [...rows].sort(compare) : [...rows];
  return order === 'descending' ? sorted.reverse() : sorted;
}

const COMPARISONS: Readonly<Record<string, (a: IRow, b: IRow) => number>> = {
  name: (a, b) => a.batch.name.localeCompare(b.batch.name, undefined, { numeric: true }),
  state: (a, b) => (a.run?.state ?? 'new').localeCompare(b.run?.state ?? 'new'),
  duration: (a, b) => (durationSeconds(a.run) ?? -1) - (durationSeconds(b.run) ?? -1)
};

function durationSeconds(run: IRunRecord | null): number | null {
  return run?.started && run.ended
    ? (Date.parse(run.ended) - Date.parse(run.started)) / 1000
    : null;
}
