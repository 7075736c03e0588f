import * as http from 'node:http';
import * as https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isPublicUrl, lookupPublic } from '../datasets/publicAddress';
import type { IPageAnswer } from './pageSource';

/** Bytes of one picture or page from elsewhere. */
const MAX_BYTES = 32 * 1024 * 1024;

const MAX_REDIRECTS = 5;

/** Headers that are about the connection, or about bytes that are unpacked meanwhile. */
const LEFT_OUT = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'set-cookie'
]);

/** Where a page that is printed may load from. */
export interface IForeignOptions {
  /** True where the person who runs this server allows addresses of this machine and its network. */
  allowsPrivate: boolean;
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Load what a page that is printed has from elsewhere, such as a frame or a picture. The browser that prints stands
 * inside of our network, and addresses come from data: it would show readers what only this machine can reach. So
 * each address, also of a redirect, is judged here, where the connection is made.
 *
 * @param uri - absolute
 * @returns null when it may not be loaded, or cannot
 */
export async function loadForeign(
  uri: string,
  options: IForeignOptions
): Promise<IPageAnswer | null> {
  let address = new URL(uri);
  const within = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  try {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      if (!/^https?:$/.test(address.protocol) || !(options.allowsPrivate || isPublicUrl(address))) {
        return null;
      }
      const response = await request(address, options.allowsPrivate, within);
      const { statusCode = 0, headers } = response;
      if (statusCode < 300 || statusCode >= 400 || !headers.location) {
        return await read(response);
      }
      response.destroy();
      address = new URL(headers.location, address);
    }
    return null;
  } catch {
    // Not there, too slow, or no address at all: the page is printed without it.
    return null;
  }
}

function request(
  address: URL,
  allowsPrivate: boolean,
  signal: AbortSignal
): Promise<IncomingMessage> {
  const { get } = address.protocol === 'https:' ? https : http;
  const lookup = allowsPrivate ? {} : { lookup: lookupPublic };
  return new Promise((resolve, reject) => {
    get(address, { headers: { 'user-agent': 'crosscompute' }, agent: false, signal, ...lookup })
      .on('response', resolve)
      .on('error', reject);
  });
}

async function read(response: IncomingMessage): Promise<IPageAnswer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) {
      response.destroy();
      return null;
    }
    chunks.push(chunk);
  }
  const headers = Object.entries(response.headers).flatMap(([name, value]) =>
    value === undefined || LEFT_OUT.has(name) ? [] : [[name, String(value)] as const]
  );
  return {
    status: response.statusCode ?? 502,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks)
  };
}
