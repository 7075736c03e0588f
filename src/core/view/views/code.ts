import { suffixOf } from '../../path';
import { areaControl, checkNumbers, checkTexts, parseText } from '../control';
import { checkBooleans, configuredText } from '../configured';
import { attributesOf, nameOfVariable, outputElement } from '../element';
import { html, joinHtml } from '../html';
import { tooLarge } from '../tooLarge';
import type { IView, IViewContext } from '../view';

/** Source code with line numbers; the browser part colours it and offers to copy it. */
export const codeView: IView = {
  name: 'code',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: false,
  readsText: true,
  inlineBytes: 512 * 1024,
  configurationKeys: ['language', 'wrap', 'rows'],
  check: configuration => [
    ...checkTexts(configuration, ['language']),
    ...checkBooleans(configuration, ['wrap']),
    ...checkNumbers(configuration, ['rows'])
  ],
  parse: parseText,
  input: renderInput,
  output: renderOutput
};

/** Languages whose name differs from their suffix. */
const LANGUAGES: Readonly<Record<string, string>> = {
  bat: 'dos',
  h: 'c',
  hpp: 'cpp',
  htm: 'xml',
  html: 'xml',
  js: 'javascript',
  md: 'markdown',
  mjs: 'javascript',
  py: 'python',
  rs: 'rust',
  sh: 'bash',
  svg: 'xml',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  txt: 'plaintext',
  yml: 'yaml'
};

function renderInput(context: IViewContext) {
  const { configuration } = context;
  const wrap = configuration.wrap === true ? 'soft' : 'off';
  const attributes = joinHtml([
    html` data-code wrap="${wrap}" spellcheck="false" autocapitalize="off"`,
    html` autocomplete="off" dir="ltr"`
  ]);
  return areaControl(context, 10, attributes);
}

function renderOutput(context: IViewContext) {
  const { data, configuration, variable } = context;
  if (data.kind !== 'value') {
    const content = data.kind === 'file' ? tooLarge(context, data) : '';
    return outputElement(context, content, { isInline: false });
  }
  const lines = data.text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const wrap = configuration.wrap === true && '_wrap';
  const attributes = html`${attributesOf(context, 'output')} data-language="${languageOf(context)}"`;
  // A block that scrolls must be reachable by the keyboard.
  const region = html`role="region" tabindex="0" aria-label="${nameOfVariable(variable)}" dir="ltr"`;
  const rendered = lines.map(
    (line, index) => html`<span class="_line">${line}${index < lines.length - 1 && '\n'}</span>`
  );
  return html`<div ${attributes}>
    <pre class="_code-text ${wrap}" ${region}><code>${rendered}</code></pre>
  </div>`;
}

/** As the author says, else by the suffix of the file; '' leaves it to the browser part. */
function languageOf({ configuration, variable }: IViewContext): string {
  const asked = configuredText(configuration, 'language').trim().toLowerCase();
  const suffix = suffixOf(variable.path).slice(1);
  const name = asked || (suffix === 'dictionary' ? '' : suffix);
  return Object.prototype.hasOwnProperty.call(LANGUAGES, name) ? LANGUAGES[name] : name;
}
