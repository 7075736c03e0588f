import { STEP_NAMES, type IAutomation } from '../automation/automation';
import { isJsonObject, type JsonValue } from '../json';
import { DEFAULT_STYLE } from './mapOptions';

/** Where the library for styles of Mapbox reads maps, and tells how many were shown. */
const MAPBOX_URIS = ['https://api.mapbox.com', 'https://events.mapbox.com'];

/**
 * The addresses elsewhere from which the maps of an automation read: those that its author wrote into their
 * configurations, and those of Mapbox where a style of it can be used. What a script writes into a configuration
 * allows nothing.
 *
 * @param hasToken - true when the server has a token of Mapbox
 */
export function mapUris({ steps }: Pick<IAutomation, 'steps'>, hasToken: boolean): string[] {
  const uris = new Set<string>();
  const maps = STEP_NAMES.flatMap(step => steps[step].variables).filter(({ view }) =>
    view.startsWith('map-')
  );
  for (const { configuration } of maps) {
    const { style = DEFAULT_STYLE, sources } = configuration;
    if (hasToken && typeof style === 'string' && style.startsWith('mapbox:')) {
      MAPBOX_URIS.forEach(uri => uris.add(uri));
    }
    collect(style, uris);
    collect(sources ?? null, uris);
  }
  return [...uris];
}

function collect(value: JsonValue, uris: Set<string>): void {
  if (typeof value === 'string') {
    if (/^https?:\/\/[^\s;,]+$/.test(value)) {
      uris.add(value);
    }
  } else if (Array.isArray(value)) {
    value.forEach(item => collect(item, uris));
  } else if (isJsonObject(value)) {
    Object.values(value).forEach(item => collect(item, uris));
  }
}
