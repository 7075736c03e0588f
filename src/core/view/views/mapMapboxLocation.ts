import type { JsonValue } from '../../json';
import { findMapLocation, parseMapLocation } from '../../map/mapLocation';
import { checkMap, readMapOptions } from '../../map/mapOptions';
import { groupControl } from '../control';
import { drawingOutput } from '../drawing';
import { outputElement } from '../element';
import { html, joinHtml } from '../html';
import type { IView, IViewContext } from '../view';
import { MAPBOX_TOKEN, publicToken } from './mapMapbox';

/** A place that a person chooses on a map; for the keyboard its coordinates are fields. */
export const mapMapboxLocationView: IView = {
  name: 'map-mapbox-location',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: false,
  isGroup: true,
  publicEnvironment: [MAPBOX_TOKEN],
  configurationKeys: ['style', 'longitude', 'latitude', 'zoom'],
  check: checkMap,
  parse: raw => parseMapLocation(raw) as unknown as JsonValue,
  input: renderInput,
  output: renderOutput
};

/** The parts of a place that are fields. */
const FIELDS = [
  { name: 'longitude', text: 'Longitude', min: -180, max: 180 },
  { name: 'latitude', text: 'Latitude', min: -90, max: 90 },
  { name: 'zoom', text: 'Zoom', min: 0, max: 24 }
] as const;

function renderInput(context: IViewContext) {
  const { data, elementId, configuration } = context;
  const place = data.kind === 'value' ? findMapLocation(data.value) : null;
  const values = { longitude: place?.center[0], latitude: place?.center[1], zoom: place?.zoom };
  const fields = FIELDS.map(
    ({ name, text, min, max }) =>
      html`<span
        ><label for="${elementId}-${name}">${text}</label>
        <input
          id="${elementId}-${name}"
          type="number"
          step="any"
          min="${min}"
          max="${max}"
          inputmode="decimal"
          value="${values[name] ?? ''}"
      /></span> `
  );
  const { style, look } = readMapOptions(configuration, elementId);
  const token = publicToken(context);
  const options = JSON.stringify({ style, look });
  const map = html`<div
    class="_map-place"
    data-options="${options}"
    ${token && joinHtml([html`data-token="${token}"`])}
  ></div>`;
  return groupControl(
    context,
    null,
    html`${map}
      <p class="_map-fields">${fields}</p>`
  );
}

function renderOutput(context: IViewContext) {
  const { data, configuration, elementId } = context;
  const place = data.kind === 'value' ? findMapLocation(data.value) : null;
  if (!place) {
    return outputElement(context, data.kind === 'value' ? data.text : '', { isInline: false });
  }
  const { style } = readMapOptions(configuration, elementId);
  const { center, zoom } = place;
  return drawingOutput(context, {
    'data-options': JSON.stringify({ style, look: { center, zoom }, bounds: null }),
    'data-token': publicToken(context)
  });
}
