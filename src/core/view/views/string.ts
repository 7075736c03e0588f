import { checkItems, lineControl, parseText } from '../control';
import { fileLink, outputElement } from '../element';
import type { IView, IViewContext } from '../view';

/** A line of text. */
export const stringView: IView = {
  name: 'string',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: true,
  configurationKeys: ['suggestions'],
  check: configuration => checkItems(configuration, 'suggestions'),
  parse: parseText,
  input: context => lineControl(context, 'text'),
  output: renderInlineText
};

/** Show a value in running text. */
export function renderInlineText(context: IViewContext) {
  const { data } = context;
  const content =
    data.kind === 'value'
      ? data.text
      : data.kind === 'file'
        ? fileLink(context, data.name, data.size)
        : '';
  return outputElement(context, content, { isInline: true });
}
