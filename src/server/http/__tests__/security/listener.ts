import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** An answer, as it came over a socket. */
export interface IAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** What was read of it: of an event stream the beginning. */
  body: string;
}

/** A request whose path goes out as it is written: neither `..` nor what is encoded twice is made plain. */
export interface IAsked {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Until where an event stream is read; default its beginning. */
  until?: string;
}

/** A server that listens, as attackers reach it. */
export class Listener {
  private constructor(readonly port: number) {}

  /** Listen on a free port of this machine; the server is closed by whoever made it. */
  static async open(app: FastifyInstance): Promise<Listener> {
    await app.listen({ host: '127.0.0.1', port: 0 });
    return new Listener((app.server.address() as AddressInfo).port);
  }

  /** Ask, and read the whole answer; of an event stream only its beginning. */
  ask({ method = 'GET', path, headers = {}, body, until = '' }: IAsked): Promise<IAnswer> {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, path, headers: { ...length, ...headers }, agent: this._agent };
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: this.port, ...options }, response => {
        const chunks: Buffer[] = [];
        const done = () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString()
          });
        const isStream = (response.headers['content-type'] ?? '').includes('event-stream');
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (isStream && Buffer.concat(chunks).includes(until)) {
            done();
            request.destroy();
          }
        });
        response.on('end', done);
        response.on('error', reject);
      });
      request.on('error', error => reject(new Error(`${method} ${path}: ${error.message}`)));
      request.end(body);
    });
  }

  /** Let connections go. */
  close(): void {
    this._agent.destroy();
  }

  private readonly _agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
}
