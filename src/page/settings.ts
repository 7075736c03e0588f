import { isJsonObject } from '../core/json';
import { SETTINGS_ID, type IPageSettings } from '../core/template/settings';

/**
 * Read what the server tells the browser part of a page.
 *
 * @param root - a page, also one that was fetched
 * @returns null on pages without any
 */
export function readPageSettings(root: Document): IPageSettings | null {
  const element = root.getElementById(SETTINGS_ID);
  if (element?.tagName !== 'SCRIPT') {
    return null;
  }
  const value: unknown = JSON.parse(element.textContent ?? '');
  // The server and this script are of one package, and the page is its answer: the types are the same text.
  return isJsonObject(value) ? (value as unknown as IPageSettings) : null;
}
