import { randomBytes } from 'node:crypto';
import { promises as fs, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { digestOf, resultStoreContract } from '../../../testing/resultStoreContract';
import { S3_CREDENTIALS, startS3, type ITestS3 } from '../../../testing/s3Server';
import { BlobStore } from '../blobs';
import { systemClock } from '../clock';
import { FolderResults } from '../folderResults';
import { S3Client } from '../s3/s3Client';
import { readS3Place, type IS3Place } from '../s3/s3Place';
import { S3Results } from '../s3/s3Results';

resultStoreContract(
  'a folder',
  async folder => new FolderResults(new BlobStore(folder)),
  async (store, digest, content) => {
    const { _blobs: blobs } = store as unknown as { _blobs: BlobStore };
    await fs.rm(blobs.path(digest));
    await fs.writeFile(blobs.path(digest), content);
  }
);

let s3: ITestS3;
const opened: S3Results[] = [];
beforeAll(async () => {
  s3 = await startS3();
});
afterEach(() => {
  opened.splice(0).forEach(results => results.close());
  s3.faults.length = 0;
  s3.onRequest = () => undefined;
});
afterAll(() => s3.close());

let count = 0;
const clock = { after: (_ms: number, callback: () => void) => systemClock.after(0, callback) };

/** A place below a prefix that nothing else uses. */
function placeOf(more: NodeJS.ProcessEnv = {}, bucket = 'results'): IS3Place {
  const address = `${s3.url}/${bucket}/spec-${(count += 1)}`;
  return readS3Place(address, { ...S3_CREDENTIALS, ...more });
}

function open(place = placeOf(), partBytes?: number): S3Results {
  const results = new S3Results(place, clock, partBytes);
  opened.push(results);
  return results;
}

/** Put bytes under the name of other ones. */
async function replace(place: IS3Place, digest: string, content: string): Promise<void> {
  const client = new S3Client(place, clock);
  const name = `blobs/sha256/${digest.slice(7, 9)}/${digest.slice(9)}`;
  const body = {
    open: () => Readable.from([Buffer.from(content)]),
    bytes: Buffer.from(content).length,
    sha256: digestOf(content).slice(7)
  };
  await client.send({ method: 'PUT', name, body }, async answer => answer.resume());
  client.close();
}

let place: IS3Place;
resultStoreContract(
  'a bucket',
  async () => open((place = placeOf())),
  (_, digest, content) => replace(place, digest, content)
);

resultStoreContract(
  'a bucket that takes parts',
  async () => open((place = placeOf()), 1_000_000),
  (_, digest, content) => replace(place, digest, content)
);

describe('S3Results', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'results-'));
    file = path.join(folder, 'report.txt');
    await fs.writeFile(file, 'hello');
  });
  afterEach(() => fs.rm(folder, { recursive: true, force: true }));

  it.each([
    ['answers of a busy service', [503, 500, 429]],
    ['connections that are cut', [null, null]]
  ])('goes on after %s', async (_, faults) => {
    const results = open();
    s3.faults.push(...faults);
    const { digest } = await results.put(file);
    s3.faults.push(...faults);
    await results.get(digest, path.join(folder, 'copy'));
    expect(await fs.readFile(path.join(folder, 'copy'), 'utf-8')).toBe('hello');
    expect(s3.faults).toEqual([]);
  });

  it('gives up in the end, and says where and why', async () => {
    s3.faults.push(503, 503, 503, 503);
    await expect(open().put(file)).rejects.toMatchObject({
      code: 'unreachable',
      message: `the bucket "results" at ${s3.url} cannot be reached (it answers 503); try again later`
    });
    const gone = await startS3();
    await gone.close();
    const away = open(readS3Place(`${gone.url}/results`, S3_CREDENTIALS));
    await expect(away.put(file)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED')
    });
  });

  it.each([
    ['the key', { AWS_ACCESS_KEY_ID: 'NOBODY' }],
    ['the secret', { AWS_SECRET_ACCESS_KEY: 'hush-hush' }]
  ])('says that %s is wrong, without saying it', async (_, wrong) => {
    const failing = open(placeOf(wrong)).put(file);
    await expect(failing).rejects.toMatchObject({ code: 'refused' });
    await failing.catch((error: Error) => {
      expect(error.message).toContain('AWS_SECRET_ACCESS_KEY');
      Object.values(wrong).forEach(value => expect(error.message).not.toContain(value));
    });
  });

  it('says that there is no such bucket', async () => {
    const results = open(placeOf({}, 'nowhere'));
    await expect(results.put(file)).rejects.toMatchObject({ code: 'bucket-missing' });
    await expect(results.get(digestOf('x'), file)).rejects.toMatchObject({
      code: 'bucket-missing'
    });
    await expect(async () => results.list().next()).rejects.toMatchObject({
      code: 'bucket-missing'
    });
  });

  it('sends what is there already only once', async () => {
    const results = open();
    await results.put(file);
    s3.requests.length = 0;
    await results.put(file);
    expect(s3.requests).toEqual([expect.stringMatching(/blobs/)]);
  });

  describe('of a large file', () => {
    const content = randomBytes(3_500_000);
    const isPart = (uri: string) => /partNumber/.test(uri);
    const isCompletion = (uri: string) => /^POST.*[?]uploadId/.test(uri);
    beforeEach(async () => {
      await fs.writeFile(file, content);
      s3.requests.length = 0;
    });

    it('sends parts, and again only those that failed', async () => {
      const results = open(placeOf(), 1_000_000);
      // Is it there, begin, first part, second part.
      s3.faults.push(404, 503, null);
      await results.put(file);
      expect(s3.faults).toEqual([]);
      expect(s3.requests.filter(isPart)).toHaveLength(4);
      expect(await s3.uploads()).toEqual([]);
      const copy = path.join(folder, 'copy');
      await results.get(digestOf(content), copy);
      expect((await fs.readFile(copy)).equals(content)).toBe(true);
    });

    it.each([
      ['a part is refused', (uri: string) => isPart(uri) && /partNumber=3/.test(uri)],
      ['it cannot be put together', isCompletion]
    ])('leaves nothing when %s', async (_, isFault) => {
      const where = placeOf();
      s3.onRequest = uri => (isFault(uri) ? 403 : undefined);
      await expect(open(where, 1_000_000).put(file)).rejects.toMatchObject({ code: 'refused' });
      expect(await s3.uploads()).toEqual([]);
      expect(await open(where).has(digestOf(content))).toBe(false);
    });

    it('stores nothing of a file that is written meanwhile', async () => {
      const where = placeOf();
      s3.onRequest = uri => {
        if (/partNumber=2/.test(uri)) {
          writeFileSync(file, randomBytes(content.length));
        }
      };
      await expect(open(where, 1_000_000).put(file)).rejects.toMatchObject({ code: 'changed' });
      expect(await s3.uploads()).toEqual([]);
      expect(await open(where).has(digestOf(content))).toBe(false);
    });

    it('believes that it is done when only the answer is lost', async () => {
      const results = open(placeOf(), 1_000_000);
      const planned: 'lost'[] = ['lost'];
      s3.onRequest = uri => (isCompletion(uri) ? planned.pop() : undefined);
      const { digest } = await results.put(file);
      expect(await results.has(digest)).toBe(true);
      expect(await s3.uploads()).toEqual([]);
    });
  });

  it('lists more than a page holds', async () => {
    const where = placeOf();
    const page = (content: string, more: string) => {
      const hex = digestOf(content).slice(7);
      const key = `${where.prefix}blobs/sha256/${hex.slice(0, 2)}/${hex.slice(2)}`;
      const time = '2026-03-02T09:15:00.000Z';
      return `<?xml version="1.0"?><ListBucketResult>${more}<Contents><Key>${key}</Key>
        <LastModified>${time}</LastModified><Size>5</Size></Contents></ListBucketResult>`;
    };
    s3.faults.push(page('one', '<NextContinuationToken>a&amp;b</NextContinuationToken>'));
    s3.faults.push(page('two', ''));
    s3.requests.length = 0;
    const digests: string[] = [];
    for await (const { digest, storedMs } of open(where).list()) {
      digests.push(digest);
      expect(storedMs).toBe(Date.parse('2026-03-02T09:15:00Z'));
    }
    expect(digests).toEqual(['one', 'two'].map(digestOf));
    expect(new URL(s3.requests[1], s3.url).searchParams.get('continuation-token')).toBe('a&b');
  });

  it('tells other servers what is done', async () => {
    const where = placeOf();
    const key = 'a'.repeat(64);
    const result = { run: 'r'.repeat(32), outputs: { 'output/größe.txt': digestOf('x') } };
    expect(await open(where).find(key)).toBeNull();
    await open(where).publish(key, result);
    expect(await open(where).find(key)).toEqual(result);
  });

  it.each([
    ['leads out of a folder', { run: 'r'.repeat(32), outputs: { '../x': digestOf('x') } }],
    ['names no content', { run: 'r'.repeat(32), outputs: { x: 'sha256:1' } }],
    ['names no run', { run: '../x', outputs: {} }]
  ])('believes no result that %s', async (_, result) => {
    const results = open();
    await results.publish('b'.repeat(64), result);
    expect(await results.find('b'.repeat(64))).toBeNull();
  });
});

describe('readS3Place()', () => {
  it('takes an endpoint, a bucket and a prefix from an address', () => {
    const environment = { ...S3_CREDENTIALS, AWS_REGION: 'eu-central-1', AWS_SESSION_TOKEN: 't' };
    expect(readS3Place('https://s3.example.org:9000/bucket/team/tips/', environment)).toEqual({
      endpoint: 'https://s3.example.org:9000',
      bucket: 'bucket',
      prefix: 'team/tips/',
      region: 'eu-central-1',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
      sessionToken: 't'
    });
    expect(readS3Place('http://s3/bucket', S3_CREDENTIALS)).toMatchObject({
      prefix: '',
      region: 'us-east-1'
    });
  });

  it.each([
    ['no address', 'bucket', {}, /address such as/],
    ['another protocol', 's3://bucket', {}, /address such as/],
    ['no bucket', 'https://s3.example.org/', {}, /names no bucket/],
    ['a way out', 'https://s3.example.org/bucket/a%2F..%2Fb', {}, /prefix/],
    ['credentials in it', 'https://me:secret@s3.example.org/bucket', {}, /AWS_ACCESS_KEY_ID/],
    ['no credentials', 'https://s3.example.org/bucket', { AWS_SECRET_ACCESS_KEY: '' }, /needs AWS/]
  ])('refuses %s', (_, address, more, message) => {
    const read = () => readS3Place(address, { ...S3_CREDENTIALS, ...more });
    expect(read).toThrow(message);
    expect(read).not.toThrow(/secret@|me:/);
  });
});
