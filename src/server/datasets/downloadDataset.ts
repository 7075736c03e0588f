import { createWriteStream, promises as fs } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import * as path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isJsonObject } from '../../core/json';
import { isAbsent } from '../files';
import { resolveInside } from '../site/containedPath';
import { draftPath, writeAtomically } from '../store/atomicWrite';
import { stateFolderOf } from '../store/stateFolder';
import { DatasetError } from './datasetError';
import { isPublicUrl, lookupPublic } from './publicAddress';

/** What a download may cost, and where it may go. */
export interface IDownloadLimits {
  /** Bytes; default 1 GiB. */
  maxBytes: number;
  /** For the whole download; default ten minutes. */
  timeoutMs: number;
  maxRedirects: number;
  /** True where the person who runs this server allows addresses of this machine and its network. */
  allowsPrivate: boolean;
}

/** The usual limits. */
export const DOWNLOAD_LIMITS: IDownloadLimits = {
  maxBytes: 1024 ** 3,
  timeoutMs: 10 * 60 * 1000,
  maxRedirects: 5,
  allowsPrivate: false
};

/** Where a dataset is to be, and the address that it comes from; as the configuration writes them. */
export interface IDownloadedDataset {
  path: string;
  reference: { uri: string };
}

/** What was said of the last copy; with it the next request asks only for something newer. */
interface IDownloadRecord {
  uri: string;
  etag?: string;
  lastModified?: string;
}

/**
 * Bring a dataset up to date from its address. When that fails, the last copy stays in use.
 *
 * @param folder - absolute folder of the automation
 * @returns a sentence when the last copy is used, null when the dataset is up to date
 * @throws {DatasetError} when it cannot be had and there is no copy
 */
export async function downloadDataset(
  folder: string,
  dataset: IDownloadedDataset,
  limits: IDownloadLimits,
  signal?: AbortSignal
): Promise<string | null> {
  const target = await resolveInside(folder, dataset.path);
  const hasCopy = await isFile(target);
  const record = hasCopy ? await readRecord(folder, dataset) : null;
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  try {
    const within = signal ? AbortSignal.any([signal, timeout]) : timeout;
    await download(dataset.reference.uri, { folder, target, dataset, record, limits, within });
    return null;
  } catch (error) {
    if (signal?.aborted) {
      throw signal.reason;
    }
    const reason = timeout.aborted
      ? `it took longer than ${limits.timeoutMs / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error);
    const what = `"${dataset.path}" could not be downloaded: ${reason}`;
    if (!hasCopy) {
      throw new DatasetError(
        error instanceof DatasetError && error.code === 'dataset-uri'
          ? 'dataset-uri'
          : 'dataset-download',
        `${what}; there is no earlier copy`
      );
    }
    return `${what}; the last copy is used`;
  }
}

interface IDownload {
  folder: string;
  target: string;
  dataset: IDownloadedDataset;
  record: IDownloadRecord | null;
  limits: IDownloadLimits;
  within: AbortSignal;
}

async function download(uri: string, work: IDownload): Promise<void> {
  let address = checkedAddress(uri);
  for (let hop = 0; ; hop += 1) {
    const response = await request(address, work);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.destroy();
      if (hop === work.limits.maxRedirects) {
        throw new DatasetError('dataset-download', 'it is redirected too often');
      }
      address = checkedAddress(new URL(headers.location, address).href);
    } else if (statusCode === 304) {
      response.destroy();
      return;
    } else if (statusCode === 200) {
      await receive(response, work);
      return;
    } else {
      response.destroy();
      throw new DatasetError('dataset-download', `the server answered ${statusCode}`);
    }
  }
}

function checkedAddress(uri: string): URL {
  const address = URL.canParse(uri) ? new URL(uri) : null;
  if (!address || !['http:', 'https:'].includes(address.protocol)) {
    throw new DatasetError('dataset-uri', 'its address must start with http:// or https://');
  }
  return address;
}

function request(address: URL, work: IDownload): Promise<http.IncomingMessage> {
  const { record, limits, within } = work;
  if (!limits.allowsPrivate && !isPublicUrl(address)) {
    const message = `${address.hostname} is not an address of the public internet`;
    throw new DatasetError('dataset-uri', message);
  }
  const isSame = record?.uri === work.dataset.reference.uri;
  const headers = {
    'user-agent': 'crosscompute',
    ...(isSame && record.etag ? { 'if-none-match': record.etag } : {}),
    ...(isSame && record.lastModified ? { 'if-modified-since': record.lastModified } : {})
  };
  const { get } = address.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    get(address, {
      headers,
      signal: within,
      agent: false,
      ...(limits.allowsPrivate ? {} : { lookup: lookupPublic })
    })
      .on('response', resolve)
      .on('error', reject);
  });
}

async function receive(response: http.IncomingMessage, work: IDownload): Promise<void> {
  const { folder, target, dataset, limits, within } = work;
  await fs.mkdir(path.dirname(target), { recursive: true });
  const draft = draftPath(target);
  let bytes = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > limits.maxBytes ? tooLarge(limits) : null, chunk);
    }
  });
  try {
    await pipeline(response, bounded, createWriteStream(draft), { signal: within });
    if (!response.complete) {
      throw new DatasetError('dataset-download', 'the connection broke off');
    }
    await fs.rename(draft, target);
  } finally {
    await fs.rm(draft, { force: true });
  }
  const { etag, 'last-modified': lastModified } = response.headers;
  const record: IDownloadRecord = { uri: dataset.reference.uri, etag, lastModified };
  await writeAtomically(
    recordsFile(folder),
    JSON.stringify({ ...(await readRecords(folder)), [dataset.path]: record })
  );
}

function tooLarge({ maxBytes }: IDownloadLimits): DatasetError {
  return new DatasetError('dataset-download', `it has more than ${maxBytes} bytes`);
}

function recordsFile(folder: string): string {
  return path.join(stateFolderOf(folder), 'datasets', 'downloads.json');
}

async function readRecords(folder: string): Promise<Record<string, unknown>> {
  try {
    const records: unknown = JSON.parse(await fs.readFile(recordsFile(folder), 'utf8'));
    return isJsonObject(records) ? records : {};
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) {
      return {};
    }
    throw error;
  }
}

async function readRecord(
  folder: string,
  { path: name, reference }: IDownloadedDataset
): Promise<IDownloadRecord | null> {
  const record = (await readRecords(folder))[name];
  if (!isJsonObject(record as never)) {
    return null;
  }
  const { uri, etag, lastModified } = record as Record<string, unknown>;
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return uri === reference.uri
    ? { uri: reference.uri, etag: textOf(etag), lastModified: textOf(lastModified) }
    : null;
}

async function isFile(target: string): Promise<boolean> {
  try {
    return (await fs.stat(target)).isFile();
  } catch (error) {
    if (isAbsent(error)) {
      return false;
    }
    throw error;
  }
}
