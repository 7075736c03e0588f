import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { errorCode } from '../../files';
import type { IClock } from '../clock';
import { ResultStoreError } from '../resultStoreError';
import type { IS3Place } from './s3Place';
import { readText } from './s3Xml';

/** Milliseconds of silence after which a request is given up. */
const SILENCE_MS = 20_000;
/** Milliseconds before a request is tried again, and once more. */
const DELAYS_MS = [250, 1_000, 4_000];
const MAXIMUM_SOCKETS = 16;
/** Bytes of an answer that is no content: what a person may read, or a page of a list. */
const MAXIMUM_ANSWER_BYTES = 4 * 1024 * 1024;

/** A request to a bucket. */
export interface IS3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Name of the object below the prefix; '' for the bucket itself. */
  name: string;
  query?: Record<string, string>;
  body?: IS3Body;
}

/** What a request carries. */
export interface IS3Body {
  /** Called once for each attempt. */
  open(): Readable;
  bytes: number;
  /** 64 hex digits. */
  sha256: string;
}

/** A network or a service that may do better the next time. */
export class Passing extends Error {}

/** Sends signed requests to one bucket, and again when the service is busy or away for a moment. */
export class S3Client {
  constructor(
    readonly place: IS3Place,
    private readonly _clock: Pick<IClock, 'after'>
  ) {
    const options = { keepAlive: true, maxSockets: MAXIMUM_SOCKETS };
    this._agent = place.endpoint.startsWith('https:')
      ? new https.Agent(options)
      : new http.Agent(options);
  }

  /**
   * Send a request, and read its answer.
   *
   * @param read - reads the answer to its end; may be called again after an answer that was cut off
   * @returns null when there is no such object
   * @throws {ResultStoreError} for everything else that the service refuses
   */
  async send<T>(
    request: IS3Request,
    read: (answer: http.IncomingMessage) => Promise<T>
  ): Promise<T | null> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this._sendOnce(request);
        if (answer.statusCode === 404 && (await this._isObjectAbsent(request, answer))) {
          return null;
        }
        if ((answer.statusCode ?? 0) >= 300) {
          throw await this._refusal(answer);
        }
        return await read(answer);
      } catch (error) {
        if (!isPassing(error)) {
          throw error;
        }
        if (attempt >= DELAYS_MS.length) {
          throw this._giveUp(error);
        }
        await new Promise<void>(resolve => this._clock.after(DELAYS_MS[attempt], resolve));
      }
    }
  }

  /** The same for an object that must be there. @throws {ResultStoreError} `failed` when it is not */
  async require<T>(
    request: IS3Request,
    read: (answer: http.IncomingMessage) => Promise<T>
  ): Promise<T> {
    const found = await this.send(request, read);
    if (found === null) {
      const { bucket, endpoint } = this.place;
      const what = `"${request.name}" in the bucket "${bucket}" at ${endpoint}`;
      throw new ResultStoreError('failed', `${what} cannot be written`);
    }
    return found;
  }

  /** Read a small answer as text. */
  async text(answer: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAXIMUM_ANSWER_BYTES) {
        throw this._error('failed', 'answered with more than it should');
      }
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString('utf-8');
  }

  close(): void {
    this._agent.destroy();
  }

  private async _sendOnce({
    method,
    name,
    query,
    body
  }: IS3Request): Promise<http.IncomingMessage> {
    const { endpoint, bucket, prefix, ...keys } = this.place;
    const url = new URL(`${endpoint}/${bucket}${name ? `/${prefix}${name}` : ''}`);
    Object.entries(query ?? {}).forEach(([key, value]) => url.searchParams.set(key, value));
    // Loaded by servers that use a bucket alone.
    const { AwsV4Signer } = await import('aws4fetch');
    const headers: Record<string, string> = body
      ? { 'x-amz-content-sha256': body.sha256, 'content-length': String(body.bytes) }
      : {};
    const signer = new AwsV4Signer({ ...keys, method, url: url.href, headers, service: 's3' });
    const signed = await signer.sign();
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? https.request : http.request;
      const request = send(signed.url, {
        method,
        agent: this._agent,
        headers: Object.fromEntries(signed.headers.entries()),
        timeout: SILENCE_MS
      });
      request.once('response', resolve);
      request.on('error', reject);
      request.once('timeout', () => request.destroy(new Passing('it did not answer in time')));
      if (body?.bytes) {
        // A refusal may come before all is sent: then the answer counts.
        pipeline(body.open(), request, error => error && reject(error));
      } else {
        request.end();
      }
    });
  }

  /** A bucket that does not exist is not an object that does not. */
  private async _isObjectAbsent(
    { method, name }: IS3Request,
    answer: http.IncomingMessage
  ): Promise<boolean> {
    const code = method === 'HEAD' ? '' : readText(await this.text(answer), 'Code');
    answer.resume();
    if (!name || code === 'NoSuchBucket') {
      throw this._error('bucket-missing', 'does not exist; make it, or correct the address');
    }
    return true;
  }

  private async _refusal(answer: http.IncomingMessage): Promise<Error> {
    const status = answer.statusCode ?? 0;
    const code = readText(await this.text(answer), 'Code');
    const shown = `${status}${code ? ` ${code}` : ''}`;
    if (status >= 500 || status === 429 || code === 'RequestTimeout') {
      return new Passing(`it answers ${shown}`);
    }
    return status === 401 || status === 403 || status === 400
      ? this._error(
          'refused',
          `refuses the request (${shown}); check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, and what they allow`
        )
      : this._error('failed', `answers ${shown}; its administrators may know why`);
  }

  private _giveUp(error: unknown): ResultStoreError {
    const reason = errorCode(error) || (error instanceof Error ? error.message : String(error));
    return this._error('unreachable', `cannot be reached (${reason}); try again later`);
  }

  private _error(code: ResultStoreError['code'], what: string): ResultStoreError {
    return new ResultStoreError(
      code,
      `the bucket "${this.place.bucket}" at ${this.place.endpoint} ${what}`
    );
  }

  private readonly _agent: http.Agent;
}

const NETWORK_CODES = /^(ECONN|ENOTFOUND$|EAI_AGAIN$|ETIMEDOUT$|EPIPE$|EHOST|ENET|ERR_STREAM_PREM)/;

function isPassing(error: unknown): boolean {
  return error instanceof Passing || NETWORK_CODES.test(errorCode(error));
}
