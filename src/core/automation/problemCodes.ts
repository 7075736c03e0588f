import type { IProblem } from '../problem';

/** How much a problem weighs, and what it blocks. */
export type ProblemWeight = Pick<IProblem, 'severity' | 'blocks'>;

const ERROR: ProblemWeight = { severity: 'error', blocks: 'all' };
/** Pages and forms stay usable; only execution is refused. */
const RUN: ProblemWeight = { severity: 'error', blocks: 'run' };
/** The other batches stay usable. */
const BATCH: ProblemWeight = { severity: 'error', blocks: 'batch' };
const WARNING: ProblemWeight = { severity: 'warning', blocks: 'nothing' };
const INFO: ProblemWeight = { severity: 'info', blocks: 'nothing' };

/** Every problem code of automations and batches with its usual weight; codes are stable. */
export const PROBLEM_CODES = {
  // The file.
  'configuration-not-found': ERROR,
  'path-not-found': ERROR,
  'configuration-ambiguous': INFO,
  'format-unsupported': ERROR,
  'file-unreadable': ERROR,
  'file-too-large': ERROR,
  encoding: ERROR,
  syntax: ERROR,
  'duplicate-key': ERROR,
  'multiple-documents': ERROR,
  'not-a-mapping': ERROR,
  // Values.
  'unknown-key': WARNING,
  'moved-key': INFO,
  'unused-key': INFO,
  'section-conflict': ERROR,
  'wrong-type': ERROR,
  'item-type': ERROR,
  'not-quoted': ERROR,
  required: ERROR,
  empty: ERROR,
  'too-long': ERROR,
  'unknown-value': ERROR,
  'not-unique': ERROR,
  'path-outside': ERROR,
  'path-outside-root': WARNING,
  'file-not-found': ERROR,
  'file-not-a-file': ERROR,
  // The version.
  'version-missing': ERROR,
  'version-empty': ERROR,
  'version-invalid': ERROR,
  'version-unknown': WARNING,
  'vocabulary-mixed': INFO,
  // Imports.
  'import-path-required': ERROR,
  'import-unsupported': ERROR,
  'import-cycle': ERROR,
  'import-invalid': ERROR,
  // Variables.
  'invalid-id': ERROR,
  'reserved-id': WARNING,
  'unknown-view': ERROR,
  'view-unavailable': RUN,
  'view-package': WARNING,
  'view-step': WARNING,
  'view-configuration': ERROR,
  'configuration-path-suffix': ERROR,
  'dynamic-configuration': WARNING,
  'shared-file': ERROR,
  'unknown-mode': ERROR,
  'unknown-level': ERROR,
  'file-placeholder': WARNING,
  // Print.
  'unknown-printer': ERROR,
  'printer-unavailable': WARNING,
  'print-location': ERROR,
  'print-alignment': ERROR,
  'print-link': WARNING,
  'print-name-conflict': ERROR,
  // Templates.
  'template-variable': WARNING,
  'template-filter': WARNING,
  'template-syntax': ERROR,
  'expression-syntax': ERROR,
  'expression-forbidden': ERROR,
  'expression-variable': ERROR,
  // Batches.
  'no-batches': ERROR,
  'batch-source': ERROR,
  'batch-folder-missing': WARNING,
  'batch-folder-outside': ERROR,
  'batch-template-unused': WARNING,
  'batch-variable': ERROR,
  'batch-filter': ERROR,
  'batch-slug-empty': ERROR,
  'batch-value-missing': BATCH,
  'batch-value-invalid': BATCH,
  'csv-header': ERROR,
  'csv-separator': ERROR,
  'csv-column': WARNING,
  'csv-row': WARNING,
  'csv-syntax': ERROR,
  'csv-empty': WARNING,
  'txt-variables': ERROR,
  'reference-not-found': ERROR,
  // Datasets.
  'dataset-path': ERROR,
  'dataset-reference': ERROR,
  'dataset-conflict': ERROR,
  'dataset-link': ERROR,
  'dataset-uri': ERROR,
  'dataset-mode': ERROR,
  // Scripts.
  'script-method': ERROR,
  'script-conflict': ERROR,
  'script-suffix': ERROR,
  'script-language': ERROR,
  'script-placeholder': WARNING,
  'script-quotes': ERROR,
  'script-function': ERROR,
  'notebook-invalid': RUN,
  'kernel-unknown': RUN,
  'argument-unknown': ERROR,
  'argument-secret': ERROR,
  'script-result': ERROR,
  // Environment.
  'unknown-engine': ERROR,
  'engine-default': INFO,
  'engine-unavailable': RUN,
  'container-only': WARNING,
  'api-domain': ERROR,
  'file-variable': ERROR,
  'limit-syntax': ERROR,
  'packages-missing': WARNING,
  'unknown-manager': ERROR,
  'port-variable': ERROR,
  'port-number': ERROR,
  'environment-variable': RUN,
  'unknown-concurrency': ERROR,
  'interval-syntax': ERROR,
  'interval-unit': ERROR,
  'schedule-syntax': ERROR,
  'retry-count': ERROR,
  'retry-code': ERROR,
  // Display.
  'style-source': ERROR,
  'page-repeated': WARNING,
  'unknown-template': WARNING,
  'unknown-page': ERROR,
  'unknown-design': ERROR,
  'unknown-button': ERROR,
  // Authorization.
  'token-file-missing': WARNING,
  'token-file-suffix': ERROR,
  'token-variable': ERROR,
  'token-identity': ERROR,
  'token-weak': WARNING,
  'group-configuration': ERROR,
  'unknown-permission': ERROR,
  'unknown-action': ERROR,
  'action-unused': WARNING,
  'group-unreachable': WARNING
} as const;

/** A stable code of the format reference. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The weights that a caller may give in place of the usual one. */
export const WEIGHTS = {
  error: ERROR,
  run: RUN,
  batch: BATCH,
  warning: WARNING,
  info: INFO
} as const;
