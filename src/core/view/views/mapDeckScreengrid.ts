import { checkDensity, readDensityOptions } from '../../map/density';
import { checkMap, readMapOptions } from '../../map/mapOptions';
import { drawingOutput } from '../drawing';
import type { IView } from '../view';
import { MAPBOX_TOKEN, publicToken } from './mapMapbox';

/** How many points lie where, as a grid over a map; drawn in the browser. */
export const mapDeckScreengridView: IView = {
  name: 'map-deck-screengrid',
  refresh: 'fetch',
  acceptsEmpty: false,
  isInline: false,
  publicEnvironment: [MAPBOX_TOKEN],
  configurationKeys: [
    ...['style', 'opacity', 'position', 'weight'],
    ...['longitude', 'latitude', 'zoom', 'bounds']
  ],
  check: configuration => [...checkMap(configuration), ...checkDensity(configuration)],
  output: context => {
    const { configuration, variable, elementId } = context;
    const { style, look, bounds } = readMapOptions(configuration, elementId);
    const density = readDensityOptions(configuration, variable.configuration);
    return drawingOutput(context, {
      'data-options': JSON.stringify({ style, look, bounds, ...density }),
      'data-token': publicToken(context)
    });
  }
};
