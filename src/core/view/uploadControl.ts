import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { controlAttributes, controlNotes } from './control';
import { fileLink } from './element';
import { html, joinHtml, type HtmlPart, type SafeHtml } from './html';
import { InputProblem, type IViewContext, type IViewProblem } from './view';

const UPLOAD = /^\/f\/[a-z0-9]{32}$/i;
const ACCEPTED = /^(?:[\w.+-]+\/(?:[\w.+-]+|\*)|\.[\w.+-]+)$/;

/** Keys of the configuration that say which files may be chosen. */
export const UPLOAD_KEYS: readonly string[] = ['mime-types', 'accept-types'];

/**
 * Take the address that an upload got.
 *
 * @throws {InputProblem} when it is none
 */
export function parseUpload(raw: JsonValue): JsonObject {
  const uri = isJsonObject(raw) ? raw.uri : null;
  if (typeof uri !== 'string' || !UPLOAD.test(uri)) {
    throw new InputProblem('choose a file');
  }
  return { uri };
}

/**
 * A control for choosing files; the browser part uploads them at once, with progress and drag and drop.
 *
 * @param kinds - types that are offered where the author says nothing, such as `image/*`
 * @param current - the file of the batch as it is now; by default its name and size
 */
export function uploadControl(
  context: IViewContext,
  kinds: readonly string[] = [],
  current: HtmlPart = currentFile(context)
): SafeHtml {
  const { variable } = context;
  const listed = acceptedTypes(context.configuration);
  const accept = (listed.length ? listed : kinds).join(',');
  const attributes = joinHtml([
    controlAttributes(context),
    variable.path.includes('{index}') && html` multiple`,
    accept && html` accept="${accept}"`
  ]);
  return html`<input ${attributes} type="file" />${current}${controlNotes(context)}`;
}

/** Problems of the keys that say which files may be chosen. */
export function checkUpload(configuration: JsonObject): IViewProblem[] {
  return UPLOAD_KEYS.flatMap((key): IViewProblem[] => {
    const items = configuration[key];
    if (items === undefined || items === null) {
      return [];
    }
    if (!Array.isArray(items)) {
      return [{ key, severity: 'error', message: `configuration "${key}" must be a list` }];
    }
    return items.flatMap((item, index): IViewProblem[] => {
      const text = isJsonObject(item) ? item.value : item;
      const message = `item ${index + 1} of "${key}" must be a type such as text/plain, or a suffix such as .csv`;
      return typeof text === 'string' && ACCEPTED.test(text)
        ? []
        : [{ key: `${key}.${index}`, severity: 'error', message }];
    });
  });
}

function currentFile(context: IViewContext): HtmlPart {
  const { data } = context;
  return (
    data.kind === 'file' &&
    html`<p class="_current">Now: ${fileLink(context, data.name, data.size)}</p>`
  );
}

/** Types and suffixes that the author lists. */
export function acceptedTypes(configuration: JsonObject): string[] {
  const listed = configuration['mime-types'] ?? configuration['accept-types'];
  const items = Array.isArray(listed) ? listed : [];
  return items
    .map(item => (isJsonObject(item) ? item.value : item))
    .filter((item): item is string => typeof item === 'string' && ACCEPTED.test(item));
}
