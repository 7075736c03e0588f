import { mkdtemp, rm } from 'node:fs/promises';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import S3rver from 's3rver';

/** The credentials that the service of specs takes. */
export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

/** An S3-compatible service for specs, with the bucket `results`. */
export interface ITestS3 {
  /** Without trailing slash. */
  url: string;
  /** What the next requests get instead of their answers: a status, a body, or null for a connection that is cut. */
  faults: (number | string | null)[];
  /** Path and query of each request so far. */
  requests: string[];
  close(): Promise<void>;
}

/** Start the service on a free port of this host. */
export async function startS3(): Promise<ITestS3> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-test-s3-'));
  const service = new S3rver({
    directory: folder,
    silent: true,
    configureBuckets: [{ name: 'results', configs: [] }]
  });
  await service.configureBuckets();
  const answer = service.callback();
  const faults: (number | string | null)[] = [];
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request.url ?? '');
    const fault = faults.shift();
    const refuse = (status: number, body: string) => {
      request.resume();
      response.writeHead(status).end(body);
    };
    if (fault === null) {
      request.socket.destroy();
    } else if (typeof fault === 'number') {
      refuse(fault, '<Error><Code>Planned</Code></Error>');
    } else if (fault !== undefined) {
      refuse(200, fault);
    } else {
      isSignedWell(request)
        .then(isSigned =>
          isSigned
            ? answer(request, response)
            : refuse(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>')
        )
        .catch(error => refuse(500, `<Error><Code>${String(error)}</Code></Error>`));
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Compare the signature of a request with that of what arrived, as the service itself does not. */
async function isSignedWell({ method, url = '', headers }: http.IncomingMessage): Promise<boolean> {
  const names = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '')?.[1].split(';') ?? [];
  const [, accessKeyId, region] =
    /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const signer = new AwsV4Signer({
    method,
    url: `http://${headers.host}${url}`,
    headers: Object.fromEntries(
      names.filter(name => name !== 'host').map(name => [name, String(headers[name])])
    ),
    accessKeyId,
    secretAccessKey: S3_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    region,
    service: 's3',
    datetime: String(headers['x-amz-date'])
  });
  return (await signer.sign()).headers.get('authorization') === headers.authorization;
}
