import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import type { IBlob } from '../blobs';
import { Passing, type IS3Body, type S3Client } from './s3Client';
import { readText } from './s3Xml';

/** A file that is being uploaded. */
export interface IUpload extends IBlob {
  /** Name of the object. */
  name: string;
  handle: FileHandle;
  /** Bytes that one request carries at most. */
  partBytes: number;
  /** Why a file that is another now cannot be stored. */
  changed(): Error;
}

/** So many parts an object may have. */
const MAXIMUM_PARTS = 10_000;

/**
 * Upload a file, in parts when it is large: a part that failed is sent again, the others are not. Nobody sees the object
 * before it is whole and what its digest says.
 *
 * @throws {ResultStoreError} and what `changed` makes; parts that were sent are removed then
 */
export async function uploadFile(client: S3Client, upload: IUpload): Promise<void> {
  const { name, handle, bytes, digest, partBytes } = upload;
  if (bytes > partBytes) {
    await uploadParts(client, upload);
    return;
  }
  const body = new RangeBody(handle, { from: 0, bytes }, digest.slice('sha256:'.length), upload);
  await client.send({ method: 'PUT', name, body }, drain);
  if (!body.isSame) {
    // Its service does not compare: nobody may find it under this digest.
    await client.send({ method: 'DELETE', name }, drain);
    throw upload.changed();
  }
}

/** Put bytes together again. */
export function textBody(text: string): IS3Body {
  const bytes = Buffer.from(text);
  return {
    open: () => Readable.from([bytes]),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex')
  };
}

async function uploadParts(client: S3Client, upload: IUpload): Promise<void> {
  const { name } = upload;
  const uploadId = await client.require(
    { method: 'POST', name, query: { uploads: '' } },
    async answer => readText(await client.text(answer), 'UploadId')
  );
  try {
    const tags = await sendParts(client, upload, uploadId);
    await complete(client, upload, uploadId, tags);
  } catch (error) {
    // What cannot be removed now is removed by the rule for unfinished uploads that a bucket should have.
    await client
      .send({ method: 'DELETE', name, query: { uploadId } }, drain)
      .catch(() => undefined);
    throw error;
  }
}

/** @returns what the service calls each part */
async function sendParts(client: S3Client, upload: IUpload, uploadId: string): Promise<string[]> {
  const { name, handle, bytes, digest } = upload;
  const partBytes = Math.max(upload.partBytes, Math.ceil(bytes / MAXIMUM_PARTS));
  const whole = createHash('sha256');
  const tags: string[] = [];
  for (let from = 0; from < bytes; from += partBytes) {
    const range = { from, bytes: Math.min(partBytes, bytes - from) };
    // Read once to sign it and once to send it, as a part is too large to be held.
    const body = new RangeBody(handle, range, await hashRange(handle, range, whole), upload);
    const query = { partNumber: String(tags.length + 1), uploadId };
    const tag = await client.require({ method: 'PUT', name, query, body }, async answer => {
      answer.resume();
      return answer.headers.etag ?? '';
    });
    if (!body.isSame) {
      throw upload.changed();
    }
    tags.push(tag);
  }
  if (`sha256:${whole.digest('hex')}` !== digest) {
    throw upload.changed();
  }
  return tags;
}

async function complete(
  client: S3Client,
  { name }: IUpload,
  uploadId: string,
  tags: readonly string[]
): Promise<void> {
  const parts = tags.map(
    (tag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`
  );
  const body = textBody(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
  const isDone = await client.send(
    { method: 'POST', name, query: { uploadId }, body },
    async answer => {
      // It answers 200 before it begins, and may fail after that.
      const code = readText(await client.text(answer), 'Code');
      if (code) {
        throw new Passing(`it answers ${code}`);
      }
      return true;
    }
  );
  if (!isDone) {
    // An answer that was lost: the upload is over, as the object is there.
    await client.require({ method: 'HEAD', name }, drain);
  }
}

/** A part of a file. */
class RangeBody implements IS3Body {
  constructor(
    private readonly _handle: FileHandle,
    private readonly _range: { from: number; bytes: number },
    readonly sha256: string,
    private readonly _upload: Pick<IUpload, 'changed'>
  ) {
    this.bytes = _range.bytes;
  }

  readonly bytes: number;

  /** False when what was sent last is not what was signed. */
  isSame = true;

  open(): Readable {
    const hash = createHash('sha256');
    const source = readRange(this._handle, this._range);
    const checked = tap(hash, () => {
      this.isSame = hash.digest('hex') === this.sha256;
      return this.isSame ? null : this._upload.changed();
    });
    source.on('error', error => checked.destroy(error));
    return source.pipe(checked);
  }
}

async function hashRange(
  handle: FileHandle,
  range: { from: number; bytes: number },
  whole: Hash
): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readRange(handle, range)) {
    hash.update(chunk as Buffer);
    whole.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

function readRange(handle: FileHandle, { from, bytes }: { from: number; bytes: number }): Readable {
  return bytes === 0
    ? Readable.from([])
    : handle.createReadStream({ start: from, end: from + bytes - 1, autoClose: false });
}

/** Passes bytes on, hashes them, and asks at the end whether they are right. */
export function tap(
  hash: { update(chunk: Buffer): unknown },
  end: () => Error | null = () => null
): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush: done => done(end())
  });
}

function escapeXml(text: string): string {
  return text.replace(/[<>&]/g, sign => `&#${sign.charCodeAt(0)};`);
}

async function drain(answer: Readable): Promise<true> {
  answer.resume();
  return true;
}
