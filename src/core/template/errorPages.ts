import type { IProblem } from '../problem';
import { html, type SafeHtml } from '../view/html';
import { renderDocument, type IPageFrame } from './document';
import { renderSignIn, type ISignIn } from './signInPage';

const TITLES: Readonly<Record<number, string>> = {
  400: 'That is not understood',
  403: 'You may not see this',
  404: 'There is nothing here',
  409: 'This cannot be done now',
  413: 'That is too large',
  429: 'Please wait a little',
  500: 'Something went wrong on the server'
};

/** A link from where nothing can be seen to where something can. */
export interface IWay {
  text: string;
  /** From the root of the host. */
  uri: string;
}

/**
 * Render the page of an error.
 *
 * @param page.message - one sentence for a person; '' for none
 * @param page.ways - links to what the reader may see
 */
export function renderErrorPage(
  frame: IPageFrame,
  page: { status: number; message: string; signIn?: ISignIn | null; ways: readonly IWay[] }
): string {
  const { status, message, signIn = null, ways } = page;
  const isAsked = signIn !== null && !frame.reader;
  const title = isAsked
    ? 'Sign in to see this'
    : (TITLES[status] ?? (status >= 500 ? TITLES[500] : TITLES[400]));
  const links = ways.map(({ text, uri }) => html`<li><a href="${uri}">${text}</a></li>`);
  return renderDocument(frame, {
    title,
    breadcrumb: [],
    main: html`<h1>${title}</h1>
      ${message && html`<p class="_error-text">${sentence(message)}</p>`}
      ${
        links.length > 0 &&
        html`<nav aria-label="Where to go on">
          <ul class="_ways">
            ${links}
          </ul>
        </nav>`
      }
      ${signIn ? renderSignIn(signIn) : html`<p class="_note">Status ${status}</p>`}`,
    bodyClass: '_error-page',
    hasScript: false
  });
}

/** Render the page of a configuration that cannot be used because of its problems. */
export function renderProblemsPage(
  frame: IPageFrame,
  page: { name: string; problems: readonly IProblem[] }
): string {
  const { name, problems } = page;
  const title = `${name} has problems`;
  return renderDocument(frame, {
    title,
    breadcrumb: [],
    main: html`<h1>${title}</h1>
      <p>Mend these and load the page again.</p>
      ${renderProblems(problems)}`,
    bodyClass: '_problems-page',
    hasScript: false
  });
}

/** What pages say while the last valid state is shown in place of a configuration with errors. */
export function renderProblemNotice(problems: readonly IProblem[]): SafeHtml | null {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return errors === 0
    ? null
    : html`<details class="_problem-notice" open>
        <summary>
          The configuration has ${errors} ${errors === 1 ? 'error' : 'errors'}. The last valid state
          is shown until ${errors === 1 ? 'it is' : 'they are'} mended.
        </summary>
        ${renderProblems(problems)}
      </details>`;
}

/** Render problems as a list: place, severity, message and hint of each. */
export function renderProblems(problems: readonly IProblem[]): SafeHtml {
  const items = problems.map(
    ({ file, line, column, severity, code, message, hint }) =>
      html`<li class="_problem _problem-${severity}">
        <code class="_place">${file}:${line}:${column}</code>
        <strong>${severity}</strong> <span>${sentence(message)}</span>
        ${hint && html`<span class="_hint">${sentence(hint)}</span>`}
        <code class="_code">${code}</code>
      </li>`
  );
  return html`<ul class="_problems">
    ${items}
  </ul>`;
}

/** Messages begin in lower case and without a full stop, since they also stand inside of lines. */
function sentence(text: string): string {
  const first = text.slice(0, 1);
  const isEnded = /[.!?:]$/.test(text);
  return `${first.toUpperCase()}${text.slice(1)}${isEnded ? '' : '.'}`;
}
