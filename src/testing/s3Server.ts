import { mkdtemp, readdir, rm } from 'node:fs/promises';
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
  /**
   * Called for each request that has no fault, with its method, path and query: a status answers it, `lost` cuts the
   * connection after it was done.
   */
  onRequest: (uri: string) => number | 'lost' | void;
  /** Path and query of each request so far. */
  requests: string[];
  /** Ids of uploads in parts that are neither complete nor removed. */
  uploads(): Promise<string[]>;
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
  const uploads = path.join(folder, 'results', '._S3rver_uploads');
  /** What the service itself does not know of uploads in parts. @returns a status, or null to ask the service */
  const answerUpload = async ({ method, url }: http.IncomingMessage): Promise<number | null> => {
    const id = new URL(url ?? '', 'http://localhost').searchParams.get('uploadId');
    if (id === null) {
      return null;
    }
    if (!(await test.uploads()).includes(id)) {
      return 404;
    }
    if (method !== 'DELETE') {
      return null;
    }
    await rm(path.join(uploads, id), { recursive: true });
    return 204;
  };
  const faults: (number | string | null)[] = [];
  const requests: string[] = [];
  const test: ITestS3 = {
    url: '',
    faults,
    requests,
    onRequest: () => undefined,
    uploads: () => readdir(uploads).catch(() => []),
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    }
  };
  const serve = async (
    request: http.IncomingMessage,
    response: http.ServerResponse,
    refuse: (status: number, body: string) => void
  ) => {
    if (!(await isSignedWell(request))) {
      refuse(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>');
      return;
    }
    const plan =
      test.onRequest(`${request.method} ${request.url}`) ?? (await answerUpload(request));
    if (typeof plan === 'number') {
      refuse(plan, '<Error><Code>Planned</Code></Error>');
    } else if (plan === 'lost') {
      await answer(request, new http.ServerResponse(request));
      request.socket.destroy();
    } else {
      await answer(request, response);
    }
  };
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
      serve(request, response, refuse).catch(error =>
        refuse(500, `<Error><Code>${String(error)}</Code></Error>`)
      );
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  test.url = `http://127.0.0.1:${port}`;
  return test;
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
