import { CODE_NOTEBOOKS } from './codeNotebooks';
import type { Corpus } from './corpusNotebook';
import { DISPLAY_NOTEBOOKS } from './displayNotebooks';
import { FAILURE_NOTEBOOKS } from './failureNotebooks';
import { LIBRARY_NOTEBOOKS } from './libraryNotebooks';
import { STREAM_NOTEBOOKS } from './streamNotebooks';

/** All notebooks that every way to execute them must agree on. */
export const CORPUS: Corpus = {
  ...STREAM_NOTEBOOKS,
  ...DISPLAY_NOTEBOOKS,
  ...FAILURE_NOTEBOOKS,
  ...CODE_NOTEBOOKS,
  ...LIBRARY_NOTEBOOKS
};
