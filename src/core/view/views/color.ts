import type { JsonValue } from '../../json';
import { checkItems, controlText, lineControl, parseText } from '../control';
import { outputElement } from '../element';
import { html } from '../html';
import { InputProblem, type IView, type IViewContext } from '../view';

const HEX = /^#?(?:([0-9a-f]{6})|([0-9a-f])([0-9a-f])([0-9a-f]))$/i;

/** A colour as `#rrggbb`; the browser part adds its own picker. */
export const colorView: IView = {
  name: 'color',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['suggestions'],
  check: configuration => checkItems(configuration, 'suggestions'),
  parse: parseColor,
  input: context =>
    lineControl(context, 'text', {
      attributes: html` spellcheck="false" autocomplete="off" placeholder="#rrggbb"`,
      isRequired: context.variable.isRequired
    }),
  output: renderOutput
};

/**
 * Read a colour in hexadecimal digits, with or without `#`.
 *
 * @returns `#rrggbb` in lower case; null when it is none
 */
export function readColor(text: string): string | null {
  const match = HEX.exec(text.trim());
  if (!match) {
    return null;
  }
  const [, whole, red, green, blue] = match;
  return `#${(whole ?? red + red + green + green + blue + blue).toLowerCase()}`;
}

function parseColor(raw: JsonValue): string {
  const text = parseText(raw);
  const color = readColor(text);
  if (color === null) {
    throw new InputProblem(
      text === '' ? 'choose a colour' : `"${text}" is not a colour such as #1a2b3c`
    );
  }
  return color;
}

function renderOutput(context: IViewContext) {
  const text = controlText(context);
  const color = readColor(text);
  const swatch =
    color !== null &&
    html`<svg class="_swatch" aria-hidden="true">
      <rect width="100%" height="100%" fill="${color}"></rect>
    </svg> `;
  return outputElement(context, html`${swatch}${text}`, { isInline: true });
}
