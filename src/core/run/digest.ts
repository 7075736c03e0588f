import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import canonicalize from 'canonicalize';
import type { JsonObject } from '../json';

/** A file of the code: POSIX path relative to the automation's folder, 64 hex digits of its SHA-256. */
export interface IDigestedFile {
  path: string;
  sha256: string;
}

/**
 * Compute the SHA-256 of a text in UTF-8.
 *
 * @returns 64 lower-case hex digits
 */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/**
 * Digest the code of an automation: lines `path NUL sha256 LF` sorted by path, then the sections of
 * the configuration that decide what executes, as canonical JSON.
 *
 * @param files - in any order, each path once
 * @param sections - `scripts environment input output datasets` of the configuration
 * @returns `sha256:` and 64 hex digits
 */
export function codeDigest(files: readonly IDigestedFile[], sections: JsonObject): string {
  const lines = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ path, sha256 }) => `${path}\0${sha256}\n`);
  return `sha256:${sha256Hex(lines.join('') + canonicalJson(sections))}`;
}

/**
 * Write a value as RFC 8785 canonical JSON.
 *
 * @throws {Error} when a number is not finite, which JSON cannot write
 */
export function canonicalJson(value: unknown): string {
  return canonicalize(value) ?? 'null';
}
