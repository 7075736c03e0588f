import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isFinal, type IRunBatch, type IRunRecord } from '../../core/run/run';
import type { IRunBrief, IRunFilter } from '../queue/queue';
import { Activity } from './activity';
import { isDiskFull } from './diskReserve';
import { listQuery } from './runFilter';

/** A run as the index keeps it: its record, and what only the queue needs. */
export interface IIndexedRun {
  record: IRunRecord;
  /** Order in the queue and in time; unique. */
  sequence: number;
  /** Absolute. */
  automationFolder: string;
  /** Absolute folder in which it executes. */
  folder: string;
  isSingle: boolean;
  /** Ids of ENVIRONMENT values that it was given. */
  secrets: readonly string[];
}

const COLUMNS = 'sequence, automation_folder, folder, is_single, secrets, record';
const IN_FLIGHT = `state IN ('queued', 'running')`;

/**
 * The index of runs in `state.sqlite`. Records in it are copies of those in histories; what is final
 * never changes.
 */
export class RunIndex {
  constructor(private readonly _database: DatabaseSync) {
    for (const { id, automation, state, kind, askers } of this._prepare(
      `SELECT id, automation, state, record ->> '$.batch.kind' AS kind, record -> '$.askers' AS askers
        FROM runs WHERE ${IN_FLIGHT}`
    ).iterate()) {
      this.activity.note({
        id: String(id),
        automation: { id: String(automation) },
        // Only we write records.
        batch: { kind: kind as IRunBatch['kind'] },
        state: state === 'running' ? 'running' : 'queued',
        askers: JSON.parse(String(askers)) as string[]
      });
    }
  }

  /** The runs that are not over. */
  readonly activity = new Activity(id => this._inputsOf(id));

  /**
   * Do several things as one: all or nothing, and nobody else writes meanwhile.
   *
   * @param change - synchronous
   */
  transaction<T>(change: () => T): T {
    this._database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this._database.exec('COMMIT');
      return result;
    } catch (error) {
      this._database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Add a run. Its sequence follows from its creation; among those of the same moment it comes last.
   *
   * @param isNew - true for one that was asked for just now: it comes after all others, even when the
   * clock was set back
   */
  insert(run: Omit<IIndexedRun, 'sequence'>, isNew: boolean): IIndexedRun {
    const { record } = run;
    const indexed = { ...run, sequence: this._nextSequence(Date.parse(record.created), isNew) };
    this._prepare(
      `INSERT INTO runs (sequence, id, key, automation, automation_folder, batch, folder, state,
        priority, created, is_single, secrets, record)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    ).run(
      indexed.sequence,
      record.id,
      record.key,
      record.automation.id,
      run.automationFolder,
      record.batch.slug,
      run.folder,
      record.state,
      record.priority,
      record.created,
      run.isSingle ? 1 : 0,
      JSON.stringify(run.secrets),
      JSON.stringify(record)
    );
    if (isNew && isFinal(record.state)) {
      // It ends as it comes, and counts among those that have ended.
      this.activity.note({ ...record, state: 'queued' });
    }
    this.activity.note(record);
    return indexed;
  }

  /**
   * Replace the record of a run. When the disk has no room for it, it is kept in memory until there is, so that a run
   * ends all the same. A server that starts meanwhile finds the end in the history, or finds the run lost.
   *
   * @returns false when it is unknown, or final already: then nothing changed
   */
  update(record: IRunRecord): boolean {
    try {
      this._saveKept();
      if (!this._write(record)) {
        return false;
      }
    } catch (error) {
      if (!isDiskFull(error)) {
        throw error;
      }
      this._kept.set(record.id, record);
    }
    this.activity.note(record);
    return true;
  }

  private _current(run: IIndexedRun): IIndexedRun {
    return { ...run, record: this._kept.get(run.record.id) ?? run.record };
  }

  private _saveKept(): void {
    for (const [id, record] of this._kept) {
      this._write(record);
      this._kept.delete(id);
    }
  }

  private _write(record: IRunRecord): boolean {
    const { changes } = this._prepare(
      `UPDATE runs SET key = ?, state = ?, priority = ?, record = ? WHERE id = ? AND ${IN_FLIGHT}`
    ).run(record.key, record.state, record.priority, JSON.stringify(record), record.id);
    return Number(changes) > 0;
  }

  /** Replace the record of a final run by one that says more of it, but the same of its end. */
  note(record: IRunRecord): void {
    this._prepare(`UPDATE runs SET record = ? WHERE id = ? AND NOT ${IN_FLIGHT}`).run(
      JSON.stringify(record),
      record.id
    );
  }

  /** Take a run out that could not be written into its history. */
  remove(id: string): void {
    this._prepare('DELETE FROM runs WHERE id = ?').run(id);
    this.activity.forget(id);
  }

  /** A run with what the queue needs, or null. */
  find(id: string): IIndexedRun | null {
    const row = this._prepare(`SELECT ${COLUMNS} FROM runs WHERE id = ?`).get(id);
    return row ? this._current(toRun(row)) : null;
  }

  /** Runs of a key that are queued or running, oldest first. */
  inFlight(key: string): IIndexedRun[] {
    return this._prepare(
      `SELECT ${COLUMNS} FROM runs WHERE key = ? AND ${IN_FLIGHT} ORDER BY sequence`
    )
      .all(key)
      .map(row => this._current(toRun(row)))
      .filter(({ record }) => !isFinal(record.state));
  }

  /** The newest run of a key that ended well, or null. */
  newestDone(key: string): IIndexedRun | null {
    const row = this._prepare(
      `SELECT ${COLUMNS} FROM runs WHERE key = ? AND state = 'done' ORDER BY sequence DESC LIMIT 1`
    ).get(key);
    return row ? toRun(row) : null;
  }

  /**
   * Tell whether a run of a batch is queued or running.
   *
   * @param except - ids of at most two runs that do not count
   */
  isBatchBusy(automation: string, batch: string, ...except: string[]): boolean {
    const [one = '', other = ''] = except;
    const sql = `SELECT 1 FROM runs WHERE automation = ? AND batch = ? AND id NOT IN (?, ?) AND ${IN_FLIGHT}`;
    return this._prepare(`${sql} LIMIT 1`).get(automation, batch, one, other) !== undefined;
  }

  /** All runs that are queued or running, oldest first. */
  unfinished(): IIndexedRun[] {
    return this._prepare(`SELECT ${COLUMNS} FROM runs WHERE ${IN_FLIGHT} ORDER BY sequence`)
      .all()
      .map(toRun);
  }

  /** Ids of all runs of an automation's folder. */
  idsOf(automationFolder: string): Set<string> {
    const rows = this._prepare('SELECT id FROM runs WHERE automation_folder = ?').all(
      automationFolder
    );
    return new Set(rows.map(row => String(row.id)));
  }

  /** Newest first. */
  list(filter: IRunFilter): IRunRecord[] {
    const { sql, values } = listQuery(filter);
    return this._prepare(sql)
      .all(...values)
      .map(toRecord)
      .map(record => this._kept.get(record.id) ?? record);
  }

  /** The newest run of every batch, by slug. */
  newestByBatch(automation: string): Map<string, IRunRecord> {
    const rows = this._prepare(NEWEST_BY_BATCH).all(automation);
    return new Map(rows.map(row => [String(row.batch), toRecord(row)]));
  }

  /** The same, but of each record what lists look at alone; records are read one after the other. */
  briefsByBatch(automation: string): Map<string, IRunBrief> {
    const briefs = new Map<string, IRunBrief>();
    for (const row of this._prepare(NEWEST_BY_BATCH).iterate(automation)) {
      const { batch, state, created, started, ended } = toRecord(row);
      briefs.set(batch.slug, { batch, state, created, started, ended });
    }
    return briefs;
  }

  /** A setting that survives a restart, or null. */
  setting(name: string): string | null {
    const value = this._prepare('SELECT value FROM settings WHERE name = ?').get(name)?.value;
    return typeof value === 'string' ? value : null;
  }

  /** Keep a setting; null forgets it. */
  setSetting(name: string, value: string | null): void {
    if (value === null) {
      this._prepare('DELETE FROM settings WHERE name = ?').run(name);
    } else {
      this._prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run(name, value);
    }
  }

  private _inputsOf(id: string): IRunRecord['inputs'] {
    const row = this._prepare(`SELECT record -> '$.inputs' AS inputs FROM runs WHERE id = ?`).get(
      id
    );
    return JSON.parse(String(row?.inputs ?? '{}')) as IRunRecord['inputs'];
  }

  private _nextSequence(createdMs: number, isNew: boolean): number {
    const wanted = createdMs * 1000;
    if (isNew) {
      const row = this._prepare('SELECT max(sequence) AS last FROM runs').get();
      return Math.max(wanted, Number(row?.last ?? 0) + 1);
    }
    // The first free number from there on.
    const row = this._prepare(
      `SELECT min(sequence) + 1 AS free FROM runs AS taken WHERE sequence >= ?
        AND NOT EXISTS (SELECT 1 FROM runs WHERE sequence = taken.sequence + 1)
        AND EXISTS (SELECT 1 FROM runs WHERE sequence = ?)`
    ).get(wanted, wanted);
    return Number(row?.free ?? wanted);
  }

  private _prepare(sql: string): StatementSync {
    let statement = this._statements.get(sql);
    if (!statement) {
      statement = this._database.prepare(sql);
      this._statements.set(sql, statement);
    }
    return statement;
  }

  /** Records that the disk has no room for. */
  private readonly _kept = new Map<string, IRunRecord>();
  private readonly _statements = new Map<string, StatementSync>();
}

/** Finds the newest in the index alone, then reads one row a batch. */
export const NEWEST_BY_BATCH = `
  SELECT runs.batch AS batch, runs.record AS record FROM runs
  JOIN (SELECT max(sequence) AS newest FROM runs WHERE automation = ? GROUP BY batch)
  ON runs.sequence = newest`;

function toRecord(row: Record<string, unknown>): IRunRecord {
  // Only we write this column, and only records.
  return JSON.parse(String(row.record)) as IRunRecord;
}

function toRun(row: Record<string, unknown>): IIndexedRun {
  return {
    record: toRecord(row),
    sequence: Number(row.sequence),
    automationFolder: String(row.automation_folder),
    folder: String(row.folder),
    isSingle: row.is_single === 1,
    secrets: JSON.parse(String(row.secrets)) as string[]
  };
}
