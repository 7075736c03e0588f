import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ILog } from '../log';

/** Version of the tables; a file of another version is moved aside and made anew. */
const SCHEMA_VERSION = 2;

/** Milliseconds to wait for another process that writes. */
const BUSY_TIMEOUT_MS = 5_000;

const SCHEMA = `
  CREATE TABLE runs (
    -- Order in the queue and in time: microseconds since the epoch when it was asked for, made unique.
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    automation TEXT NOT NULL,
    automation_folder TEXT NOT NULL,
    batch TEXT NOT NULL,
    folder TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    created TEXT NOT NULL,
    is_single INTEGER NOT NULL,
    secrets TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_in_flight ON runs (key) WHERE state IN ('queued', 'running');
  CREATE INDEX runs_done ON runs (key, sequence) WHERE state = 'done';
  CREATE INDEX runs_unfinished ON runs (sequence) WHERE state IN ('queued', 'running');
  CREATE INDEX runs_by_batch ON runs (automation, batch, sequence);
  CREATE INDEX runs_by_automation ON runs (automation, sequence);
  CREATE INDEX runs_by_folder ON runs (automation_folder, id);
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** The opened state of a server. */
export interface IStateDatabase {
  connection: DatabaseSync;
  /** True when there was none, or none that can be read: the index is to be rebuilt from histories. */
  isNew: boolean;
  close(): void;
}

/**
 * Open `state.sqlite` of a server, made when missing. It is an index of what lies in histories: one
 * that is damaged, or of another version, is moved aside, which is said, and made anew.
 *
 * @param file - absolute path, its folder is made; null keeps all in memory
 */
export function openStateDatabase(file: string | null, log: ILog): IStateDatabase {
  if (file === null) {
    return open(':memory:', true);
  }
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const isNew = !fs.existsSync(file);
  try {
    return open(file, isNew);
  } catch (error) {
    if (isNew || !isDamage(error)) {
      throw error;
    }
    const aside = moveAside(file);
    log.warn(
      `"${file}" cannot be read (${error.message}); it was moved to "${aside}" and is made anew from the histories`
    );
    return open(file, true);
  }
}

function open(file: string, isNew: boolean): IStateDatabase {
  const connection = new DatabaseSync(file);
  try {
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    connection.exec('PRAGMA journal_mode = WAL');
    // Histories are the truth: the index may lose its last moment to a power cut.
    connection.exec('PRAGMA synchronous = NORMAL');
    const version = readOne(connection, 'PRAGMA user_version', 'user_version');
    if (
      version === 0 &&
      readOne(connection, 'SELECT count(*) AS n FROM sqlite_master', 'n') === 0
    ) {
      connection.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
      return { connection, isNew: true, close: () => connection.close() };
    }
    if (version !== SCHEMA_VERSION) {
      throw new DamageError(`it has version ${String(version)}, not ${SCHEMA_VERSION}`);
    }
    const check = readOne(connection, 'PRAGMA quick_check(1)', 'quick_check');
    if (check !== 'ok') {
      throw new DamageError(String(check));
    }
    return { connection, isNew, close: () => connection.close() };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function readOne(connection: DatabaseSync, sql: string, column: string): unknown {
  return connection.prepare(sql).get()?.[column];
}

/** The file is not what it should be. */
class DamageError extends Error {}

/** SQLite's result codes for a file that is damaged or no database at all. */
const DAMAGE_CODES = new Set([11, 26]);

function isDamage(error: unknown): error is Error {
  if (error instanceof DamageError) {
    return true;
  }
  const code = typeof error === 'object' && error !== null && 'errcode' in error && error.errcode;
  // The low byte is the primary code, the rest says more.
  return typeof code === 'number' && DAMAGE_CODES.has(code & 0xff);
}

function moveAside(file: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const aside = `${file}.broken-${stamp}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (fs.existsSync(file + suffix)) {
      fs.renameSync(file + suffix, aside + suffix);
    }
  }
  return aside;
}
