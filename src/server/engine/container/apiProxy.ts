import { createServer, request as requestHttp } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { canonicalHost } from '../../../core/automation/apiHost';
import { AddressRefusal } from '../../datasets/publicAddress';
import type { AllowedHosts } from './allowedHosts';
import { messageHeaders } from './messageHeaders';

/** What a proxy needs. */
export interface IApiProxyOptions {
  hosts: AllowedHosts;
  /** Gets a sentence about each host that is refused, once, with its line end. */
  warn(text: string): void;
}

/** A host and a port that a client asks for. */
interface ITarget {
  host: string;
  port: number;
}

/** Connections of one container at the same time. */
const MAXIMUM_CONNECTIONS = 512;
/** Refused hosts that are told; a script may try any number of names. */
const MAXIMUM_TOLD = 20;
const CONNECT_MS = 30_000;

/**
 * A forward proxy that lets a container reach some hosts and no other: `CONNECT` to their ports, and requests in plain
 * http. What it refuses is answered with 403 and a sentence.
 */
export class ApiProxy {
  constructor(private readonly _options: IApiProxyOptions) {
    this._server = createServer((request, response) => this._onRequest(request, response));
    this._server.maxConnections = MAXIMUM_CONNECTIONS;
    this._server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) =>
      this._onConnect(request, client, head)
    );
    this._server.on('connection', (socket: Duplex) => this._keep(socket));
  }

  /** Listen at a Unix socket. */
  async listen(socketPath: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this._server.once('error', reject);
      this._server.listen(socketPath, resolve);
    });
  }

  /** End it with all its connections. */
  async close(): Promise<void> {
    this._isClosed = true;
    const closed = new Promise<void>(resolve => this._server.close(() => resolve()));
    this._open.forEach(stream => stream.destroy());
    await closed;
  }

  private _onConnect(request: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on('error', () => client.destroy());
    const answer = (status: number, sentence: string) =>
      client.end(
        `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Error'}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
          `Content-Length: ${Buffer.byteLength(sentence)}\r\nConnection: close\r\n\r\n${sentence}`
      );
    const target = parseTarget(request.url ?? '');
    const refusal = this._refusal(target);
    if (target === null || refusal !== null) {
      answer(target === null ? 400 : 403, refusal ?? NOT_UNDERSTOOD);
      return;
    }
    const upstream = connect({
      ...this._place(target),
      allowHalfOpen: true,
      timeout: CONNECT_MS
    });
    this._keep(upstream);
    let isConnected = false;
    upstream.once('connect', () => {
      isConnected = true;
      upstream.setTimeout(0);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    upstream.once('timeout', () => upstream.destroy(new Error('nobody answers')));
    upstream.once('error', error => {
      if (isConnected) {
        client.destroy();
      } else {
        answer(...this._explain(target, error));
      }
    });
    client.once('close', () => upstream.destroy());
  }

  private _onRequest(request: IncomingMessage, response: ServerResponse): void {
    const answer = (status: number, sentence: string) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(sentence);
    };
    const url = parseUrl(request.url ?? '');
    const target = url && { host: hostOf(url), port: Number(url.port || 80) };
    const refusal = this._refusal(target);
    if (url === null || target === null || refusal !== null) {
      answer(target === null ? 400 : 403, refusal ?? NOT_UNDERSTOOD);
      return;
    }
    const upstream = requestHttp({
      ...this._place(target),
      agent: false,
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...messageHeaders(request.headers), host: url.host },
      setHost: false
    });
    upstream.once('socket', socket => this._keep(socket));
    upstream.once('response', found => {
      response.writeHead(found.statusCode ?? 502, messageHeaders(found.headers));
      pipeline(found, response, () => undefined);
    });
    upstream.once('error', error => answer(...this._explain(target, error)));
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  /** @returns why there may be no connection; null when it is tried */
  private _refusal(target: ITarget | null): string | null {
    if (target === null || this._options.hosts.allows(target.host, target.port)) {
      return null;
    }
    const { host, port } = target;
    const isUsual = port === 80 || port === 443;
    return this._refuse(
      host,
      `${isUsual ? host : `${host}:${port}`} is not among the apis of the automation`
    );
  }

  /** Where and how to connect; names are judged by the addresses that they lead to. */
  private _place({ host, port }: ITarget) {
    return {
      host: host.replace(/^\[|\]$/g, ''),
      port,
      lookup: this._options.hosts.lookupFor(host)
    };
  }

  /** Status and sentence for a connection that did not come about. */
  private _explain({ host, port }: ITarget, error: Error): [number, string] {
    if (error instanceof AddressRefusal) {
      const why = `${host} leads to ${error.address}, an address of the server's own network that is not among the apis`;
      return [403, this._refuse(host, why)];
    }
    return [502, `${host}:${port} could not be reached: ${error.message}\n`];
  }

  /** Tell it once a host. */
  private _refuse(host: string, why: string): string {
    if (!this._isClosed && !this._told.has(host) && this._told.size <= MAXIMUM_TOLD) {
      const isLast = this._told.size === MAXIMUM_TOLD;
      this._told.add(host);
      this._options.warn(
        isLast ? 'More hosts were refused.\n' : `A connection was refused: ${why}.\n`
      );
    }
    return `${why}\n`;
  }

  private _keep(stream: Duplex): void {
    this._open.add(stream);
    stream.once('close', () => this._open.delete(stream));
  }

  private readonly _server: Server;
  private readonly _open = new Set<Duplex>();
  private readonly _told = new Set<string>();
  private _isClosed = false;
}

const NOT_UNDERSTOOD = 'this is a proxy: ask it for http://host/path, or for CONNECT host:port\n';

/** @returns null for anything but `host:port` */
function parseTarget(text: string): ITarget | null {
  const [, name = '', digits] = /^(\[[\da-fA-F:.]+\]|[^\s/@?#\\:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  const host = name && canonicalHost(name);
  const port = Number(digits);
  return host && port > 0 && port < 65536 ? { host, port } : null;
}

function parseUrl(text: string): URL | null {
  const url = /^http:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  return url && !url.username && !url.password && url.port !== '0' ? url : null;
}

function hostOf({ hostname }: URL): string {
  return isIP(hostname) ? hostname : (canonicalHost(hostname) ?? hostname);
}
