import { createHash } from 'node:crypto';
import { createWriteStream, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isJsonObject } from '../../../core/json';
import { staysInside } from '../../../core/path';
import { draftPath } from '../atomicWrite';
import { digestFile, isDigest, type IBlob } from '../blobs';
import type { IClock } from '../clock';
import type {
  IResults,
  IResultStore,
  ISharedResult,
  ISharedResults,
  IStoredResult
} from '../resultStore';
import { ResultStoreError } from '../resultStoreError';
import { S3Client } from './s3Client';
import type { IS3Place } from './s3Place';
import { tap, textBody, uploadFile } from './s3Upload';
import { readElements, readText } from './s3Xml';

/** What one object may hold. */
const MAXIMUM_BYTES = 5 * 1024 ** 4;
/** What one request carries at most: of larger files a part. */
const PART_BYTES = 64 * 1024 ** 2;
const CONTENTS = 'blobs/sha256/';
const RESULTS = 'results/';

/**
 * Results in a bucket of S3-compatible storage, for all automations of all servers that are told of it: contents in
 * `blobs/sha256/ab/cdef…`, and what is done under a run key in `results/<run key>.json`.
 */
export class S3Results implements IResults, IResultStore, ISharedResults {
  constructor(
    place: IS3Place,
    clock: Pick<IClock, 'after'>,
    private readonly _partBytes = PART_BYTES
  ) {
    this._client = new S3Client(place, clock);
  }

  readonly shared = this;

  of(): IResultStore {
    return this;
  }

  close(): void {
    this._client.close();
  }

  async has(digest: string): Promise<boolean> {
    const isThere = await this._client.send(
      { method: 'HEAD', name: nameOf(digest) },
      async answer => {
        answer.resume();
        return true;
      }
    );
    return isThere ?? false;
  }

  async get(digest: string, file: string): Promise<void> {
    await fs.mkdir(path.dirname(file), { recursive: true });
    const draft = draftPath(file);
    try {
      const found = await this._client.send(
        { method: 'GET', name: nameOf(digest) },
        async answer => {
          const hash = createHash('sha256');
          await pipeline(answer, tap(hash), createWriteStream(draft));
          return `sha256:${hash.digest('hex')}`;
        }
      );
      if (found !== digest) {
        throw found === null
          ? new ResultStoreError('absent', `${this._shown(digest)} does not exist; run again`)
          : new ResultStoreError(
              'damaged',
              `${this._shown(digest)} is damaged; remove it and run again`
            );
      }
      await fs.rename(draft, file);
    } finally {
      await fs.rm(draft, { force: true });
    }
  }

  async put(file: string): Promise<IBlob> {
    const blob = await digestFile(file);
    if (blob.bytes > MAXIMUM_BYTES) {
      throw new ResultStoreError(
        'too-large',
        `"${path.basename(file)}" is larger than the 5 TiB that a bucket takes at once; write several files`
      );
    }
    if (!(await this.has(blob.digest))) {
      await this._upload(file, blob);
    }
    return blob;
  }

  async *list(): AsyncGenerator<IStoredResult> {
    const { prefix } = this._client.place;
    let token = '';
    do {
      const query = {
        'list-type': '2',
        prefix: `${prefix}${CONTENTS}`,
        ...(token === '' ? {} : { 'continuation-token': token })
      };
      const text = await this._client.send({ method: 'GET', name: '', query }, answer =>
        this._client.text(answer)
      );
      for (const entry of readElements(text ?? '', 'Contents')) {
        const key = readText(entry, 'Key');
        const digest = `sha256:${key.slice(prefix.length + CONTENTS.length).replace('/', '')}`;
        if (isDigest(digest)) {
          const storedMs = Date.parse(readText(entry, 'LastModified'));
          yield { digest, bytes: Number(readText(entry, 'Size')), storedMs };
        }
      }
      token = readText(text ?? '', 'NextContinuationToken');
    } while (token);
  }

  async remove(digest: string): Promise<void> {
    await this._client.send({ method: 'DELETE', name: nameOf(digest) }, async answer =>
      answer.resume()
    );
  }

  async find(key: string): Promise<ISharedResult | null> {
    const text = await this._client.send({ method: 'GET', name: resultName(key) }, answer =>
      this._client.text(answer)
    );
    return text === null ? null : parseResult(text);
  }

  async publish(key: string, result: ISharedResult): Promise<void> {
    const body = textBody(JSON.stringify(result));
    await this._client.require({ method: 'PUT', name: resultName(key), body }, async answer =>
      answer.resume()
    );
  }

  private async _upload(file: string, blob: IBlob): Promise<void> {
    const handle = await fs.open(file);
    try {
      const changed = () => new ResultStoreError('changed', changedText(file));
      const name = nameOf(blob.digest);
      await uploadFile(this._client, {
        ...blob,
        name,
        handle,
        partBytes: this._partBytes,
        changed
      });
    } finally {
      await handle.close();
    }
  }

  private _shown(name: string): string {
    const { bucket, endpoint } = this._client.place;
    return `"${name}" in the bucket "${bucket}" at ${endpoint}`;
  }

  private readonly _client: S3Client;
}

function nameOf(digest: string): string {
  if (!isDigest(digest)) {
    throw new RangeError(`"${digest}" is not a digest such as sha256:5891…`);
  }
  const hex = digest.slice('sha256:'.length);
  return `${CONTENTS}${hex.slice(0, 2)}/${hex.slice(2)}`;
}

function resultName(key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) {
    throw new RangeError(`"${key}" is not a run key`);
  }
  return `${RESULTS}${key}.json`;
}

function changedText(file: string): string {
  return `"${path.basename(file)}" was written while it was being stored; run again`;
}

/** Whoever can write into the bucket can write anything there, so no path leaves its folder. */
function parseResult(text: string): ISharedResult | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: the same as no result.
    return null;
  }
  if (!isJsonObject(value)) {
    return null;
  }
  const { run, outputs } = value;
  if (typeof run !== 'string' || !/^[a-z0-9]{32}$/.test(run) || !isJsonObject(outputs)) {
    return null;
  }
  const entries = Object.entries(outputs).filter(
    (entry): entry is [string, string] =>
      staysInside(entry[0]) && typeof entry[1] === 'string' && isDigest(entry[1])
  );
  const isWhole = entries.length === Object.keys(outputs).length;
  return isWhole ? { run, outputs: Object.fromEntries(entries) } : null;
}
