import type { JsonValue } from '../json';
import { canonicalJson, sha256Hex } from './digest';

/** What makes two runs the same work, see `layers/run-queue.md` §2.1. */
export interface IRunKeyParts {
  /** Slug of the automation. */
  automation: string;
  /** Digest of its code, `sha256:…`, see `codeDigest`. */
  code: string;
  /**
   * Parsed input values by id. A file is `{"file": "sha256:…"}`, several are a list of these; a secret
   * is `{"secret": <HMAC>}` and never the value itself.
   */
  inputs: Readonly<Record<string, JsonValue>>;
  /** Dataset name → snapshot id or digest. */
  datasets: Readonly<Record<string, string>>;
  /** Kernel spec name or `command`; of several scripts joined by `+` in their order. */
  kernel: string;
}

/**
 * Compute the identity of the work of a run: SHA-256 over RFC 8785 canonical JSON of its parts. The
 * order of members has no influence.
 *
 * @returns 64 lower-case hex digits
 * @throws {Error} when a number is not finite, which JSON cannot write
 */
export function runKey(parts: IRunKeyParts): string {
  // Named one by one, so that a stray member of a wider object never changes the key.
  const { automation, code, inputs, datasets, kernel } = parts;
  return sha256Hex(canonicalJson({ automation, code, inputs, datasets, kernel }));
}

/**
 * The identifier of an automation in the API: the first 16 hex digits of the SHA-256 of the path of
 * its configuration.
 *
 * @param configurationPath - POSIX path relative to the server's root folder
 */
export function automationId(configurationPath: string): string {
  return sha256Hex(configurationPath).slice(0, 16);
}
