/** A bucket of an S3-compatible service, and who we are there. */
export interface IS3Place {
  /** Origin of the service, such as `https://s3.eu-central-1.amazonaws.com`. */
  endpoint: string;
  bucket: string;
  /** '' or ending with a slash. */
  prefix: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const DEFAULT_REGION = 'us-east-1';
const SHAPE = 'https://ENDPOINT/BUCKET or https://ENDPOINT/BUCKET/PREFIX';

/**
 * Read where results are kept.
 *
 * @param address - such as `https://s3.example.org/bucket/some/prefix`
 * @param environment - has the credentials: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, and
 * `AWS_REGION` or `AWS_DEFAULT_REGION`
 * @throws {RangeError} with a sentence that says what to do, and none of the credentials
 */
export function readS3Place(address: string, environment: NodeJS.ProcessEnv): IS3Place {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new RangeError(`results are kept at an address such as ${SHAPE}`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new RangeError(
      `results are kept at ${SHAPE}; credentials belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`
    );
  }
  const [bucket, ...names] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  if (!bucket || !/^[a-z0-9][a-z0-9._-]{1,62}$/i.test(bucket)) {
    throw new RangeError(`results are kept at ${SHAPE}; this address names no bucket`);
  }
  if (names.some(name => !/^[\w.=-]+$/.test(name) || /^\.+$/.test(name))) {
    throw new RangeError('a prefix of results consists of letters, digits, and the signs _ . = -');
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey) {
    throw new RangeError(
      `results are kept at ${url.origin}, which needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment`
    );
  }
  return {
    endpoint: url.origin,
    bucket,
    prefix: names.map(name => `${name}/`).join(''),
    region: environment.AWS_REGION || environment.AWS_DEFAULT_REGION || DEFAULT_REGION,
    accessKeyId,
    secretAccessKey,
    ...(environment.AWS_SESSION_TOKEN ? { sessionToken: environment.AWS_SESSION_TOKEN } : {})
  };
}
