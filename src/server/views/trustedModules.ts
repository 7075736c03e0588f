import type { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS trusted_modules (
    -- SHA-256 of the text: after an edit it is another one.
    digest TEXT PRIMARY KEY,
    -- Path in the folder of its automation, for people who look.
    path TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Modules of views whose code may run where a tool is opened by only looking at a folder: those that a person
 * said so of. Kept over restarts.
 */
export class TrustedModules {
  /** @param _connection - of the state of this server */
  constructor(private readonly _connection: DatabaseSync) {
    _connection.exec(SCHEMA);
  }

  /** @param digest - SHA-256 of the text of the module, hexadecimal */
  has(digest: string): boolean {
    return (
      this._connection.prepare('SELECT 1 FROM trusted_modules WHERE digest = ?').get(digest) !==
      undefined
    );
  }

  /** Trust a module as it is now; twice changes nothing. */
  add(digest: string, path: string): void {
    this._connection
      .prepare('INSERT OR IGNORE INTO trusted_modules (digest, path) VALUES (?, ?)')
      .run(digest, path);
  }
}
