import { isJsonObject, type JsonObject, type JsonValue } from '../../json';
import { utf8Length } from '../../run/utf8';
import { controlAttributes, controlNotes } from '../control';
import { fileLink, outputElement } from '../element';
import { html, joinHtml } from '../html';
import { InputProblem, type IView, type IViewContext, type IViewProblem } from '../view';

const UPLOAD = /^\/f\/[a-z0-9]{32}$/i;
const ACCEPTED = /^(?:[\w.+-]+\/(?:[\w.+-]+|\*)|\.[\w.+-]+)$/;

/** Uploaded files; the value is the address that the upload got. Left empty, the batch's files stay. */
export const fileView: IView = {
  name: 'file',
  refresh: 'none',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['mime-types', 'accept-types'],
  check,
  parse: parseUpload,
  input: renderInput,
  output: renderOutput
};

function parseUpload(raw: JsonValue): JsonObject {
  const uri = isJsonObject(raw) ? raw.uri : null;
  if (typeof uri !== 'string' || !UPLOAD.test(uri)) {
    throw new InputProblem('choose a file');
  }
  return { uri };
}

/** The browser part uploads at once, with progress and drag and drop. */
function renderInput(context: IViewContext) {
  const { data, variable } = context;
  const accept = acceptedTypes(context.configuration).join(',');
  const current =
    data.kind === 'file' &&
    html`<p class="_current">Now: ${fileLink(context, data.name, data.size)}</p>`;
  const attributes = joinHtml([
    controlAttributes(context),
    variable.path.includes('{index}') && html` multiple`,
    accept && html` accept="${accept}"`
  ]);
  return html`<input ${attributes} type="file" />${current}${controlNotes(context)}`;
}

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

/** Types and suffixes that the control offers. */
function acceptedTypes(configuration: JsonObject): string[] {
  const listed = configuration['mime-types'] ?? configuration['accept-types'];
  const items = Array.isArray(listed) ? listed : [];
  return items
    .map(item => (isJsonObject(item) ? item.value : item))
    .filter((item): item is string => typeof item === 'string' && ACCEPTED.test(item));
}

function check(configuration: JsonObject): IViewProblem[] {
  return ['mime-types', 'accept-types'].flatMap((key): IViewProblem[] => {
    const items = configuration[key];
    if (items === undefined || items === null) {
      return [];
    }
    if (!Array.isArray(items)) {
      return [{ key, severity: 'error', message: `configuration "${key}" must be a list` }];
    }
    return items.flatMap((item, index): IViewProblem[] => {
      const text = isJsonObject(item) ? item.value : item;
      return typeof text === 'string' && ACCEPTED.test(text)
        ? []
        : [
            {
              key: `${key}.${index}`,
              severity: 'error',
              message: `item ${index + 1} of "${key}" must be a type such as text/plain, or a suffix such as .csv`
            }
          ];
    });
  });
}
