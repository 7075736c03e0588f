import { utf8Length } from '../../run/utf8';
import { fileLink, outputElement } from '../element';
import { checkUpload, parseUpload, UPLOAD_KEYS, uploadControl } from '../uploadControl';
import type { IView, IViewContext } from '../view';

/** Uploaded files; the value is the address that the upload got. Left empty, the batch's files stay. */
export const fileView: IView = {
  name: 'file',
  refresh: 'none',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: UPLOAD_KEYS,
  check: checkUpload,
  parse: parseUpload,
  input: context => uploadControl(context),
  output: renderOutput
};

function renderOutput(context: IViewContext) {
  const { data } = context;
  const content =
    data.kind === 'file'
      ? fileLink(context, data.name, data.size)
      : data.kind === 'value'
        ? fileLink(context, variableFileName(context), utf8Length(data.text))
        : '';
  return outputElement(context, content, { isInline: true });
}

/** Small text files travel as values; they are files all the same. */
function variableFileName({ variable }: IViewContext): string {
  return variable.path.slice(variable.path.lastIndexOf('/') + 1);
}
