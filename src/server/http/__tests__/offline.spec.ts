import { cp, mkdtemp, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { startServer, type IServerOfSpec } from '../../../testing/serverSetUp';

const EXAMPLES = path.join(__dirname, '../../../../examples');

/** What a browser loads by itself: not links that people follow. */
const LOADED =
  /<(?:script|img|iframe|audio|video|source|embed|object|link)\b[^>]*?\b(?:src|href|data)="((?:[a-z]+:)?\/\/[^"]*)"/gi;

describe('served pages', () => {
  let folder: string;
  let server: IServerOfSpec;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'offline-'));
  });

  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => server.close());

  it.each(['gallery', 'form-gallery', 'places', 'rainfall'])(
    'of %s load nothing from elsewhere, and may not',
    async example => {
      const copy = path.join(folder, example);
      await cp(path.join(EXAMPLES, example), copy, { recursive: true });
      server = await startServer(copy);
      const { uri, batches } = await server.services.automations.open(copy);
      for (const step of ['i', 'o']) {
        const { body, headers, statusCode } = await server.app.inject(
          `/${uri}/b/${batches[0].slug}/${step}`
        );
        expect(statusCode).toBe(200);
        expect([...body.matchAll(LOADED)].map(([, address]) => address)).toEqual([]);
        const policy = String(headers['content-security-policy']);
        const directive = (name: string) =>
          policy.split('; ').find(text => text.startsWith(`${name} `)) ?? '';
        expect(directive('default-src')).not.toMatch(/https?:|\*/);
        expect(directive('script-src')).not.toMatch(/https?:|\*/);
        expect(directive('style-src')).not.toMatch(/https?:|\*/);
        expect(directive('font-src')).not.toMatch(/https?:|\*/);
      }
    }
  );
});
