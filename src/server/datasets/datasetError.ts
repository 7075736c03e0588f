import { HttpError } from '../httpError';

/** Codes of what can be wrong with a dataset when a run needs it. */
export type DatasetErrorCode =
  'dataset-reference' | 'dataset-link' | 'dataset-conflict' | 'dataset-uri' | 'dataset-download';

/** A dataset cannot be had; the message says which, why, and what to do. */
export class DatasetError extends HttpError {
  constructor(code: DatasetErrorCode, message: string) {
    super(409, code, message);
    this.name = 'DatasetError';
  }
}
