import { areaControl, checkNumbers, parseText } from '../control';
import { fileLink, outputElement } from '../element';
import type { IView, IViewContext } from '../view';

/** Text of several lines. */
export const textView: IView = {
  name: 'text',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: true,
  inlineBytes: 1024 * 1024,
  configurationKeys: ['rows'],
  check: configuration => checkNumbers(configuration, ['rows']),
  parse: parseText,
  input: context => areaControl(context, 5),
  output: renderOutput
};

/** Line breaks are kept by the style of `._text`. */
function renderOutput(context: IViewContext) {
  const { data } = context;
  const content =
    data.kind === 'value'
      ? data.text
      : data.kind === 'file'
        ? fileLink(context, data.name, data.size)
        : '';
  return outputElement(context, content, { isInline: true });
}
