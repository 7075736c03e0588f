import type { IProblem } from '../problem';
import { html, trustedHtml, type SafeHtml } from '../view/html';
import { renderDocument, type IPageFrame } from './document';

const TITLES: Readonly<Record<number, string>> = {
  400: 'That is not understood',
  403: 'You may not see this',
  404: 'There is nothing here',
  409: 'This cannot be done now',
  413: 'That is too large',
  429: 'Too many at once',
  500: 'Something went wrong on the server'
};

/** What the form for signing in needs. */
export interface ISignIn {
  /** Address that the token is sent to. */
  uri: string;
  /** Address of the page to go to then, from the root of the host. */
  next: string;
  /** True after a token that is not known. */
  isWrong: boolean;
}

/**
 * Render the page of an error.
 *
 * @param page.message - one sentence for a person; '' for none
 */
export function renderErrorPage(
  frame: IPageFrame,
  page: { status: number; message: string; signIn?: ISignIn | null }
): string {
  const { status, message, signIn = null } = page;
  const title = TITLES[status] ?? (status >= 500 ? TITLES[500] : TITLES[400]);
  return renderDocument(frame, {
    title,
    breadcrumb: [],
    main: html`<h1>${title}</h1>
      ${message && html`<p class="_error-text">${sentence(message)}</p>`}
      ${signIn && renderSignIn(signIn)}
      <p class="_note">Status ${status}</p>
      <p><a href="${frame.rootUri}/">Go to the start page</a></p>`,
    bodyClass: '_error-page',
    hasScript: false
  });
}

/** A form for who has a token. */
function renderSignIn({ uri, next, isWrong }: ISignIn): SafeHtml {
  return html`<form class="_sign-in" method="post" action="${uri}">
    <input type="hidden" name="next" value="${next}" />
    <label for="_token">Token</label>
    <input
      type="password"
      id="_token"
      name="token"
      autocomplete="current-password"
      required
      aria-describedby="_token-note"
    />
    <p class="_note" id="_token-note" ${isWrong && trustedHtml('role="alert"')}>
      ${isWrong ? 'This token is not known, or has expired.' : 'Whoever runs this site gives it to you.'}
    </p>
    <button type="submit">Sign in</button>
  </form>`;
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
