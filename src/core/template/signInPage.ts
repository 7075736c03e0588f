import { html, trustedHtml, type SafeHtml } from '../view/html';
import { renderDocument, type IPageFrame } from './document';

/** What the form for signing in needs. */
export interface ISignIn {
  /** Address that the token is sent to. */
  uri: string;
  /** Address of the page to go to then, from the root of the host. */
  next: string;
  /** True after a token that is not known. */
  isWrong: boolean;
}

/** Render the page for who wants to sign in. */
export function renderSignInPage(
  frame: IPageFrame,
  { signIn, hasSignedOut }: { signIn: ISignIn; hasSignedOut: boolean }
): string {
  const title = 'Sign in';
  return renderDocument(frame, {
    title,
    breadcrumb: [],
    main: html`<h1>${title}</h1>
      ${hasSignedOut && html`<p role="status">You are signed out.</p>`} ${renderSignIn(signIn)}`,
    bodyClass: '_error-page',
    hasScript: false
  });
}

/** A form for who has a token. */
export function renderSignIn({ uri, next, isWrong }: ISignIn): SafeHtml {
  const wrong = html`<p class="_error" id="_token-error" role="alert">
    This token is not known, or has expired.
  </p>`;
  const state = isWrong && trustedHtml(' aria-invalid="true" autofocus');
  const described = isWrong ? '_token-error _token-note' : '_token-note';
  return html`<form class="_sign-in" method="post" action="${uri}">
    <input type="hidden" name="next" value="${next}" />
    <label for="_token">Token</label>
    <input
      type="password"
      id="_token"
      name="token"
      autocomplete="current-password"
      required
      aria-describedby="${described}"
      ${state}
    />
    ${isWrong && wrong}
    <p class="_note" id="_token-note">Whoever runs this site gives it to you.</p>
    <button class="_continue" type="submit">Sign in</button>
  </form>`;
}
