import type { JsonObject } from '../../json';
import { checkNumbers, lineControl, parseText } from '../control';
import { attributesOf } from '../element';
import { html, joinHtml, type SafeHtml } from '../html';
import type { IView, IViewContext } from '../view';

const KEYS = ['frames-per-second', 'scanner-width-in-pixels', 'scanner-height-in-pixels'] as const;
const DEFAULTS = [10, 256, 256] as const;

/** Reads codes by camera or from a picture; asked for, the text of a code, which can be typed, too. */
export const barcodeView: IView = {
  name: 'barcode',
  refresh: 'none',
  acceptsEmpty: true,
  isInline: false,
  needsNoData: true,
  configurationKeys: KEYS,
  check: configuration => checkNumbers(configuration, KEYS),
  parse: parseText,
  input: context =>
    lineControl(context, 'text', { attributes: scannerAttributes(context.configuration) }),
  output: renderOutput
};

/** The scanner is the browser part's. */
function renderOutput(context: IViewContext) {
  return html`<div
    ${attributesOf(context, 'output')}${scannerAttributes(context.configuration)}
  ></div>`;
}

function scannerAttributes(configuration: JsonObject): SafeHtml {
  const [rate, width, height] = KEYS.map((key, index) => {
    const value = configuration[key];
    return typeof value === 'number' && value >= 1 && value <= 4096 ? value : DEFAULTS[index];
  });
  return joinHtml([
    html` data-frames-per-second="${Math.min(rate, 60)}"`,
    html` data-scanner-width="${Math.round(width)}" data-scanner-height="${Math.round(height)}"`
  ]);
}
