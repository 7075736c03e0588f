import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { safeUri } from '../view/element';

/**
 * An ECharts option that came as data, without what could act or load from elsewhere: tooltips are drawn instead of
 * being markup, pictures and links have safe addresses, the editor of data, which is markup, is gone.
 *
 * @param resolve - the address of a picture beside the file; null when it may not be loaded
 */
export function safeEchartsOption(
  option: JsonObject,
  resolve: (address: string) => string | null
): JsonObject {
  const safe = safeObject(option, resolve);
  const tooltip = isJsonObject(safe.tooltip) ? safe.tooltip : {};
  // Only that of the whole chart decides how tooltips are made.
  return {
    ...safe,
    tooltip: { show: isJsonObject(safe.tooltip), ...tooltip, renderMode: 'richText' }
  };
}

type Resolve = (address: string) => string | null;

function safeObject(object: JsonObject, resolve: Resolve): JsonObject {
  const safe: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    const kept = safeMember(key, value, resolve);
    if (kept !== undefined) {
      // A key such as `__proto__` stays a key.
      Object.defineProperty(safe, key, {
        value: kept,
        configurable: true,
        enumerable: true,
        writable: true
      });
    }
  }
  return safe;
}

function safeMember(key: string, value: JsonValue, resolve: Resolve): JsonValue | undefined {
  switch (key) {
    case 'renderMode':
    case 'appendTo':
    case 'appendToBody':
    case 'extraCssText':
    case 'dataView':
      return undefined;
    case 'tooltip':
      return Array.isArray(value)
        ? safeMember(key, value[0] ?? null, resolve)
        : safeValue(value, resolve);
    case 'link':
    case 'sublink':
      return typeof value === 'string' ? safeLink(value) : safeValue(value, resolve);
    case 'image':
      return typeof value === 'string' ? safePicture(value, resolve) : safeValue(value, resolve);
    default:
      return safeValue(value, resolve);
  }
}

function safeValue(value: JsonValue, resolve: Resolve): JsonValue {
  if (typeof value === 'string') {
    const [, address] = /^\s*image:\/\/(.*)$/s.exec(value) ?? [];
    return address === undefined ? value : `image://${safePicture(address, resolve) ?? ''}`;
  }
  if (Array.isArray(value)) {
    // Long lists of numbers are what charts are made of.
    return value.map(item => (typeof item === 'number' ? item : safeValue(item, resolve)));
  }
  return isJsonObject(value) ? safeObject(value, resolve) : value;
}

function safeLink(address: string): string | undefined {
  const uri = safeUri(address);
  return uri === '#' || uri.startsWith('data:') ? undefined : uri;
}

function safePicture(address: string, resolve: Resolve): string | undefined {
  return /^data:image\/(png|jpeg|gif|webp|avif);/i.test(address)
    ? address
    : (resolve(address) ?? undefined);
}
