import { ServerResponse, createServer, request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import type { ContainerPorts, IReachablePort } from '../engine/container/containerPorts';
import {
  headersToBrowser,
  headersToContainer,
  locationBelow,
  ourHeaders,
  preflightHeaders
} from './portHeaders';
import { prefixOf } from './security';
import { withoutPrefix } from './siteUrl';

/** Where ports are found. */
export interface IPortGateOptions {
  ports: ContainerPorts;
  /** Prefix of all addresses, '' or `/x`. */
  rootUri: string;
}

/** A request for a port of a container. */
interface IPortRequest {
  /** Null when its container has ended. */
  port: IReachablePort | null;
  /** Path and query in the container; '' without the slash after the name of the port. */
  path: string;
  /** What stands before that in our addresses. */
  prefix: string;
}

const PATTERN = /^(\/ports\/([\w-]{22})\/([^/?#]+))(?:(\/[^?#]*)(\?[^#]*)?)?$/;

/** What a page of ours may ask for: to show it in a frame or a window, never to run it as its own. */
const SHOWN = new Set(['document', 'iframe', 'frame']);

/**
 * Answers requests below `/ports/`, before anything else looks at them: whoever knows the address of a port may use it,
 * and nothing of ours, neither cookies nor tokens, plays a part. Everything else goes to the handler of our own routes.
 */
export class PortGate {
  constructor(private readonly _options: IPortGateOptions) {}

  /** Make the server that passes requests to the ports of containers, and all others to a handler. */
  createServer(handler: RequestListener): Server {
    const options: ServerOptions & { shouldUpgradeCallback(request: IncomingMessage): boolean } = {
      // Where Node knows it, other upgrades that somebody offers are not even considered.
      shouldUpgradeCallback: request => this._find(request) !== null
    };
    const server = createServer(options, (request, response) => {
      const found = this._find(request);
      if (found) {
        this._pass(request, response, found);
      } else {
        handler(request, response);
      }
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const found = this._find(request);
      if (found) {
        this._join(request, socket, head, found);
      } else {
        answerPlainly(request, socket, handler);
      }
    });
    return server;
  }

  /** End the connections that are no more the server's. */
  close(): void {
    this._upgraded.forEach(socket => socket.destroy());
  }

  private _find({ url = '', headers }: IncomingMessage): IPortRequest | null {
    const { ports, rootUri } = this._options;
    const match = PATTERN.exec(withoutPrefix(url, rootUri));
    if (!match) {
      return null;
    }
    const [, inner, token, id, path = '', query = ''] = match;
    // Whoever forges it deceives nobody but himself: it only becomes part of his own answer.
    const forwarded = headers['x-forwarded-prefix'];
    const root = (typeof forwarded === 'string' && prefixOf(forwarded)) || rootUri;
    return {
      port: ports.find(token, decoded(id)),
      path: path && `${path}${withoutToken(query)}`,
      prefix: `${root}${inner}`
    };
  }

  private _pass(request: IncomingMessage, response: ServerResponse, found: IPortRequest): void {
    const { headers, method } = request;
    const { port, path, prefix } = found;
    const refusal = refusalOf(request, found);
    if (port === null || refusal !== null) {
      say(request, response, ...(refusal ?? GONE));
    } else if (path === '') {
      response.writeHead(308, { ...ourHeaders(headers), location: `${prefix}/` }).end();
    } else if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
      response.writeHead(204, preflightHeaders(headers)).end();
    } else {
      passOn(request, response, { port, path, prefix });
    }
  }

  private _join(request: IncomingMessage, socket: Socket, head: Buffer, found: IPortRequest): void {
    const { port, path, prefix } = found;
    const refuse = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    this._upgraded.add(socket);
    socket.once('close', () => this._upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    if (port === null || path === '' || !/^websocket$/i.test(request.headers.upgrade ?? '')) {
      refuse(port === null ? '404 Not Found' : '400 Bad Request');
      return;
    }
    const upstream = requestHttp({
      ...placeOf(port, path),
      method: 'GET',
      headers: {
        ...headersToContainer(request.headers, { number: port.number, prefix }),
        connection: 'Upgrade',
        upgrade: 'websocket'
      }
    });
    upstream.once('upgrade', (answer: IncomingMessage, other: Socket, otherHead: Buffer) => {
      port.keep(other);
      const names = ['accept', 'protocol', 'extensions'].map(name => `sec-websocket-${name}`);
      const lines = names.flatMap(name => {
        const value = answer.headers[name];
        return value === undefined ? [] : [`${name}: ${String(value)}\r\n`];
      });
      const start =
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
      socket.write(`${start}${lines.join('')}\r\n`);
      socket.write(otherHead);
      other.write(head);
      other.on('error', () => other.destroy());
      socket.once('close', () => other.destroy());
      other.once('close', () => socket.destroy());
      socket.pipe(other).pipe(socket);
    });
    upstream.once('response', answer => {
      answer.destroy();
      refuse('502 Bad Gateway');
    });
    upstream.once('error', () => refuse('502 Bad Gateway'));
    upstream.end();
  }

  private readonly _upgraded = new Set<Duplex>();
}

const GONE: [number, string] = [
  404,
  'nothing is at this address any more: the run that opened it has ended; start it again and open its new address'
];

/** A reason why a request is not passed on, with its status. */
function refusalOf({ headers }: IncomingMessage, { port }: IPortRequest): [number, string] | null {
  const isOurs = headers['sec-fetch-site'] === 'same-origin';
  const purpose = headers['sec-fetch-dest'];
  return port !== null && isOurs && typeof purpose === 'string' && !SHOWN.has(purpose)
    ? [403, 'pages of ours show what comes from containers, and never use it as their own']
    : null;
}

function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  { port, path, prefix }: { port: IReachablePort; path: string; prefix: string }
): void {
  const { number } = port;
  const { headers, method } = request;
  const upstream = requestHttp({
    ...placeOf(port, path),
    method,
    headers: headersToContainer(headers, { number, prefix })
  });
  upstream.once('socket', socket => port.keep(socket));
  upstream.once('response', answer => {
    const kept = headersToBrowser(answer.headers, headers);
    const { location } = answer.headers;
    if (location !== undefined) {
      const below = locationBelow(location, { number, path, prefix });
      if (below === null) {
        answer.destroy();
        say(
          request,
          response,
          502,
          'the container sends browsers to another site, which is not done'
        );
        return;
      }
      kept.location = below;
    }
    response.writeHead(answer.statusCode ?? 502, kept);
    pipeline(answer, response, () => undefined);
  });
  upstream.once('error', () => {
    if (response.headersSent) {
      response.destroy();
    } else {
      say(
        request,
        response,
        502,
        `nothing answers at port ${number} of the container; the script may not have opened it yet`
      );
    }
  });
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

function placeOf({ hostPort }: IReachablePort, path: string) {
  return { host: '127.0.0.1', port: hostPort, path, agent: false, setHost: false };
}

function say(
  { headers }: IncomingMessage,
  response: ServerResponse,
  status: number,
  sentence: string
): void {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...ourHeaders(headers), ...type }).end(`${sentence}\n`);
}

/** Answer a request as if no upgrade had been offered, which is what a server that knows none does. */
function answerPlainly(request: IncomingMessage, socket: Socket, handler: RequestListener): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    response.detachSocket(socket);
    socket.end();
  });
  socket.on('error', () => socket.destroy());
  handler(request, response);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No name of a port.
    return '';
  }
}

/** A token of ours that somebody put into the address is not told to the container. */
function withoutToken(query: string): string {
  const kept = query
    .slice(1)
    .split('&')
    .filter(part => part && !/^_token(=|$)/.test(decoded(part.split('=')[0])));
  return kept.length ? `?${kept.join('&')}` : '';
}
