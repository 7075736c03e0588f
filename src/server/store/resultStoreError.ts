/** Why a store of results did not do what it was asked for. */
export type ResultStoreErrorCode =
  | 'absent'
  | 'damaged'
  | 'changed'
  | 'too-large'
  | 'refused'
  | 'bucket-missing'
  | 'unreachable'
  | 'failed';

/** A store of results did not do what it was asked for; the message says where and what to do. */
export class ResultStoreError extends Error {
  constructor(
    readonly code: ResultStoreErrorCode,
    message: string
  ) {
    super(message);
    this.name = 'ResultStoreError';
  }
}
