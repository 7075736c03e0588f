import type { JsonObject, JsonValue } from '../json';
import { html, type SafeHtml } from './html';
import type { IViewProblem } from './view';

/** Text of a key of a configuration; '' where there is none. */
export function configuredText(configuration: JsonObject, key: string): string {
  const value: JsonValue | undefined = configuration[key];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** A size in pixels, 1–100,000; null where there is none. */
export function configuredPixels(configuration: JsonObject, key: string): number | null {
  const value = configuration[key];
  return typeof value === 'number' && value >= 1 && value <= 100_000 ? Math.round(value) : null;
}

/** The attribute `data-height`, from which the browser part takes the height of a frame; null for its own. */
export function heightAttribute(configuration: JsonObject): SafeHtml | null {
  const height = configuredPixels(configuration, 'height');
  return height === null ? null : html` data-height="${height}"`;
}

/** Problems of keys that must be true or false. */
export function checkBooleans(configuration: JsonObject, keys: readonly string[]): IViewProblem[] {
  return keys
    .filter(key => configuration[key] != null && typeof configuration[key] !== 'boolean')
    .map(key => ({
      key,
      severity: 'error',
      message: `configuration "${key}" must be true or false`
    }));
}
