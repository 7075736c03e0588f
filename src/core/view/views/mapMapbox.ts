import { deriveLook } from '../../map/deriveLook';
import { checkLayers, checkMap, readMapOptions } from '../../map/mapOptions';
import { drawingOutput } from '../drawing';
import type { IView, IViewContext } from '../view';

/** The variable of the server's environment that holds a public token of Mapbox. */
export const MAPBOX_TOKEN = 'MAPBOX_TOKEN';

/** The token that pages may see; a secret one, which begins otherwise, is never given away. */
export function publicToken({ environment }: Pick<IViewContext, 'environment'>): string | null {
  const token = environment[MAPBOX_TOKEN] ?? '';
  return token.startsWith('pk.') ? token : null;
}

/** A map of GeoJSON, drawn in the browser. */
export const mapMapboxView: IView = {
  name: 'map-mapbox',
  refresh: 'fetch',
  acceptsEmpty: false,
  isInline: false,
  publicEnvironment: [MAPBOX_TOKEN],
  configurationKeys: ['style', 'layers', 'sources', 'longitude', 'latitude', 'zoom', 'bounds'],
  check: configuration => [...checkMap(configuration), ...checkLayers(configuration)],
  afterRun: deriveLook,
  output: context =>
    drawingOutput(context, {
      'data-options': JSON.stringify(readMapOptions(context.configuration, context.elementId)),
      'data-token': publicToken(context)
    })
};
