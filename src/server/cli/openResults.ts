import { systemClock } from '../store/clock';
import type { IResults } from '../store/resultStore';
import { readS3Place } from '../store/s3/s3Place';
import { S3Results } from '../store/s3/s3Results';
import { UsageError } from './arguments';

/**
 * Open the place where results are kept.
 *
 * @param address - of a bucket, see `readS3Place`; null for the folders of automations
 * @param environment - has the credentials
 * @returns undefined for the folders of automations
 * @throws {UsageError} when the address or the credentials are of no use
 */
export function openResults(
  address: string | null,
  environment: NodeJS.ProcessEnv
): IResults | undefined {
  if (address === null) {
    return undefined;
  }
  try {
    return new S3Results(readS3Place(address, environment), systemClock);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
