import { checkTexts } from '../control';
import { checkBooleans, configuredText } from '../configured';
import { attributesOf, fileLink, nameOfVariable, outputElement, safeUri } from '../element';
import { html, joinHtml, trustedHtml } from '../html';
import { siblingUri } from '../siblingUri';
import { checkUpload, parseUpload, UPLOAD_KEYS, uploadControl } from '../uploadControl';
import type { IView, IViewContext } from '../view';

/** Sound and pictures in motion in the browser's own player; asked for, uploaded or recorded. */
function createMediaView(kind: 'audio' | 'video'): IView {
  return {
    name: kind,
    refresh: 'fetch',
    acceptsEmpty: false,
    isInline: false,
    configurationKeys: [
      ...['controls', 'loop', 'autoplay', 'captions'],
      ...(kind === 'video' ? ['poster'] : []),
      ...UPLOAD_KEYS
    ],
    check: configuration => [
      ...checkBooleans(configuration, ['controls', 'loop', 'autoplay']),
      ...checkTexts(configuration, kind === 'video' ? ['captions', 'poster'] : ['captions']),
      ...checkUpload(configuration)
    ],
    parse: parseUpload,
    input: context => uploadControl(context, [`${kind}/*`]),
    output: context => renderOutput(context, kind)
  };
}

export const audioView = createMediaView('audio');

export const videoView = createMediaView('video');

function renderOutput(context: IViewContext, kind: 'audio' | 'video') {
  const { data, configuration, uri, variable } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: false });
  }
  if (data.kind === 'value' || !/^(audio|video)\//.test(data.type)) {
    const link = data.kind === 'file' ? fileLink(context, data.name, data.size) : data.text;
    return outputElement(context, link, { isInline: false });
  }
  const { controls, loop, autoplay } = configuration;
  const poster = siblingUri(uri, configuredText(configuration, 'poster'));
  const captions = siblingUri(uri, configuredText(configuration, 'captions'));
  const attributes = joinHtml([
    attributesOf(context, 'output'),
    html` src="${safeUri(uri)}" preload="metadata" aria-label="${nameOfVariable(variable)}"`,
    // What plays by itself is silent, and can be stopped.
    autoplay === true && html` autoplay muted playsinline`,
    (controls !== false || autoplay === true) && html` controls`,
    loop === true && html` loop`,
    kind === 'video' && poster !== '' && html` poster="${poster}"`
  ]);
  const track = captions !== '' && html`<track kind="captions" src="${captions}" default />`;
  const link = fileLink(context, data.name, data.size);
  const tag = trustedHtml(kind);
  return html`<${tag} ${attributes}>${track}${link}</${tag}>`;
}
