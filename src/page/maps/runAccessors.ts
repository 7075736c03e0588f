import type { Accessor, DensityPoints } from '../../core/map/density';
import type { JsonValue } from '../../core/json';
import { abortError } from '../abort';

/** Milliseconds that functions of an author have for all data. */
const TIMEOUT_MS = 20_000;

/** What is to be made of data by functions. */
export interface IAccessorRun {
  data: JsonValue;
  position: Accessor;
  weight: Accessor;
  /** Nonce of the page's policy; '' where it has none. */
  nonce: string;
  signal: AbortSignal;
}

/**
 * Make points of data by functions that the author wrote as text: in a frame without our origin, whose own policy
 * lets this one script run and nothing be reached.
 *
 * @throws {Error} with a sentence for people when a function fails, takes too long, or gives no positions
 */
export async function runAccessors(run: IAccessorRun): Promise<DensityPoints> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.title = 'Functions of a map';
  frame.hidden = true;
  frame.srcdoc = frameDocument(run);
  const answered = waitForAnswer(frame, run);
  document.body.append(frame);
  try {
    return await answered;
  } finally {
    frame.remove();
  }
}

function waitForAnswer(
  frame: HTMLIFrameElement,
  { data, signal }: IAccessorRun
): Promise<DensityPoints> {
  const controller = new AbortController();
  const answered = new Promise<DensityPoints>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the functions take too long')), TIMEOUT_MS);
    controller.signal.addEventListener('abort', () => clearTimeout(timer));
    const onMessage = ({ source, data: message }: MessageEvent<unknown>) => {
      if (source !== frame.contentWindow) {
        return;
      }
      if (message === 'ready') {
        // It has no origin by which it could be addressed.
        frame.contentWindow?.postMessage(data, '*');
      } else if (message instanceof Float64Array) {
        resolve(message);
      } else {
        reject(new Error(`a function of the configuration fails: ${String(message)}`));
      }
    };
    window.addEventListener('message', onMessage, { signal: controller.signal });
    signal.addEventListener('abort', () => reject(abortError()), { signal: controller.signal });
  });
  return answered.finally(() => controller.abort());
}

/** Functions see each item, and its index as the second argument. */
function frameDocument({ position, weight, nonce }: IAccessorRun): string {
  const code = `
    const position = (${codeOf(position, 'd => d')});
    const weight = (${codeOf(weight, '() => 1')});
    addEventListener('message', event => {
      try {
        const items = Array.isArray(event.data) ? event.data : [];
        const points = new Float64Array(items.length * 3);
        let length = 0;
        items.forEach((item, index) => {
          const [longitude, latitude] = position(item, index) ?? [];
          const amount = weight(item, index);
          if ([longitude, latitude, amount].every(Number.isFinite) && Math.abs(latitude) <= 90) {
            points.set([longitude, latitude, amount], length);
            length += 3;
          }
        });
        parent.postMessage(points.slice(0, length), '*');
      } catch (error) {
        parent.postMessage(String(error), '*');
      }
    });
    parent.postMessage('ready', '*');`;
  const policy = `default-src 'none'; script-src 'nonce-${nonce || 'frame'}'`;
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">
    <script nonce="${nonce || 'frame'}">
    addEventListener('error', event => parent.postMessage(event.message, '*'));</script>
    <script nonce="${nonce || 'frame'}">${code}</script>`;
}

/** @throws {Error} when the text would end the script that it stands in */
function codeOf(accessor: Accessor, otherwise: string): string {
  switch (accessor.kind) {
    case 'code':
      if (/<\/?script|<!--/i.test(accessor.text)) {
        throw new Error('a function of the configuration cannot hold markup');
      }
      return accessor.text;
    case 'constant':
      return `() => ${Number(accessor.value)}`;
    case 'fields': {
      const paths = JSON.stringify(accessor.fields.map(field => field.split('.')));
      const safe = paths.replace(/</g, '\\u003c');
      return `d => {
        const values = ${safe}.map(path => path.reduce((value, name) => value?.[name], d));
        return values.length === 1 ? values[0] : values;
      }`;
    }
    default:
      return otherwise;
  }
}
