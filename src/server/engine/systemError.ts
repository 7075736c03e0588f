/**
 * The code of an error of the system, such as `ENOENT`; '' for anything else.
 *
 * It asks for no class: errors of Node's own modules may come from another realm.
 */
export function systemErrorCode(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : '';
}
