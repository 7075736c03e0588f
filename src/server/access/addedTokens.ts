import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { isJsonObject, type JsonObject } from '../../core/json';
import { isSameDigest, type TokenDigest, type TokenDigester } from './tokenDigest';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Characters of a token that we make. */
const TOKEN_LENGTH = 32;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tokens (
    digest BLOB PRIMARY KEY,
    -- Id of the site that it counts in.
    site TEXT NOT NULL,
    identity TEXT NOT NULL,
    -- Milliseconds since the epoch; NULL never expires.
    expires INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/** An added token that is known. */
export interface IAddedToken {
  identity: JsonObject;
  /** Milliseconds since the epoch; null never expires. */
  expiresMs: number | null;
}

/** Tokens that were added by `POST tokens.json`: kept hashed, over restarts, until they expire. */
export class AddedTokens {
  /**
   * @param _connection - of the state of this server
   * @param _now - milliseconds since the epoch
   */
  constructor(
    private readonly _connection: DatabaseSync,
    private readonly _digester: TokenDigester,
    private readonly _now: () => number = Date.now
  ) {
    _connection.exec(SCHEMA);
  }

  /**
   * Make a token for an identity. It is told once, here.
   *
   * @param site - id of the site that it counts in
   * @param seconds - until it expires; 0 for never
   */
  add(site: string, identity: JsonObject, seconds: number): string {
    this._removeExpired();
    const token = createToken();
    this._connection
      .prepare('INSERT INTO tokens (digest, site, identity, expires) VALUES (?, ?, ?, ?)')
      .run(
        this._digester.digest(token),
        site,
        JSON.stringify(identity),
        seconds > 0 ? this._now() + seconds * 1000 : null
      );
    return token;
  }

  /** The token of a digest in a site; null when it is not known there, or expired. */
  find(site: string, digest: TokenDigest): IAddedToken | null {
    const row = this._connection
      .prepare('SELECT digest, identity, expires FROM tokens WHERE digest = ? AND site = ?')
      .get(digest, site);
    if (!row || !(row.digest instanceof Uint8Array) || !isSameDigest(digest, row.digest)) {
      return null;
    }
    const expiresMs = typeof row.expires === 'number' ? row.expires : null;
    if (expiresMs !== null && expiresMs <= this._now()) {
      return null;
    }
    const identity: unknown = JSON.parse(String(row.identity));
    return isJsonObject(identity) ? { identity, expiresMs } : null;
  }

  private _removeExpired(): void {
    this._connection
      .prepare('DELETE FROM tokens WHERE expires IS NOT NULL AND expires <= ?')
      .run(this._now());
  }
}

/** Make 32 random letters and digits: 190 bits. */
function createToken(): string {
  return Array.from({ length: TOKEN_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
