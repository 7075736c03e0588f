import { html, joinHtml, trustedHtml, type HtmlPart, type SafeHtml } from '../view/html';

/** What all served pages share. */
export interface IPageFrame {
  /** Prefix of all addresses, without a slash at its end; '' at the root. */
  rootUri: string;
  /** Nonce of this answer's content security policy. */
  nonce: string;
  /** Addresses of our style sheet, script and icon, with their stamps. */
  assets: { style: string; script: string; logo: string };
  /** Repeated by the page's script when it sends files. */
  formToken?: string;
  /** BCP 47; default `en`. */
  language?: string;
  /** Who reads it; null or absent where everyone may do the same. */
  reader?: IPageReader | null;
  /** Inside a frame of another page: nothing but the content. */
  isEmbedded?: boolean;
  /** For a printer: nothing but the content; scripts draw what has to be drawn, and change nothing else. */
  isPrint?: boolean;
}

/** Who reads a page, where it matters who does. */
export interface IPageReader {
  /** Name of who has signed in, '' for one without a name; null for who has not. */
  name: string | null;
  /** Address of the page to sign in, which leads back here. */
  signInUri: string;
  /** Address that ends it. */
  signOutUri: string;
}

/** One page. */
export interface IDocument {
  /** Text for the tab; the most special part first. */
  title: string;
  description?: string;
  /** Addresses of the author's style sheets, in order. */
  styleUris?: readonly string[];
  /** Light also for readers who prefer dark, as styles that know nothing of dark would be unreadable there. */
  isLight?: boolean;
  /** Links from the root to here; the last one is this page. */
  breadcrumb: readonly ICrumb[];
  /** Further navigation, such as the steps. */
  navigation?: SafeHtml | null;
  /** Needs one `h1`. */
  main: SafeHtml;
  /** What is to be said above the content; on pages that are alive it may come later. */
  notice?: SafeHtml | null;
  /** What the owner of the server may install for it, see `renderPackagesNotice`. */
  packages?: SafeHtml | null;
  /** What stands below the content, such as the list of batches. */
  list?: SafeHtml | null;
  /** Who made it; left out inside frames and on paper. */
  footer?: SafeHtml | null;
  /** Class of the body, such as `_step-page`. */
  bodyClass: string;
  /** Settings for the browser part, and what is to run before author scripts; markup for the head. */
  head?: SafeHtml | null;
  /** False for pages without anything live. */
  hasScript: boolean;
}

/** A link of the breadcrumb. */
export interface ICrumb {
  text: string;
  /** From the root of the host; null for the page itself. */
  uri: string | null;
}

/** Render a whole page. */
export function renderDocument(frame: IPageFrame, page: IDocument): string {
  const { assets, nonce, language = 'en', isEmbedded = false, isPrint = false } = frame;
  const isBare = isEmbedded || isPrint;
  const bodyClass = bodyClassOf(frame, page);
  const styles = [assets.style, ...(page.styleUris ?? [])].map(
    uri => html`<link rel="stylesheet" href="${uri}" /> `
  );
  const header = !isBare && html`<header class="_header">${renderHeader(frame, page)}</header>`;
  const scheme = page.isLight && html` data-scheme="light"`;
  const attributes = html`lang="${language}"${scheme}`;
  const document = html`<html ${attributes}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${page.title}</title>
      ${page.description && html`<meta name="description" content="${page.description}" />`}
      <link rel="icon" href="${assets.logo}" />
      ${styles}${page.head}
      ${page.hasScript && html`<script type="module" src="${assets.script}" nonce="${nonce}"></script>`}
    </head>
    <body class="${bodyClass}">
      ${!isBare && html`<a class="_skip" href="#main">Skip to content</a>`} ${header}
      <main id="main" tabindex="-1">
        ${page.hasScript && !isBare && html`<div id="_notice" role="status">${page.notice}</div>`}
        ${page.hasScript && !isBare && page.packages} ${page.main}${page.list}
      </main>
      ${!isBare && page.footer && html`<footer class="_footer">${page.footer}</footer>`}
    </body>
  </html>`;
  return `<!doctype html>\n${document}\n`;
}

/** Classes of the body: which page it is, and how it is shown. */
export function bodyClassOf({ isEmbedded, isPrint }: IPageFrame, { bodyClass }: IDocument): string {
  return [bodyClass, isEmbedded && '_embedded', isPrint && '_print'].filter(Boolean).join(' ');
}

/** Who reads the page, breadcrumb and navigation. */
export function renderHeader(
  { reader }: IPageFrame,
  { breadcrumb, navigation }: IDocument
): SafeHtml {
  return joinHtml([reader && renderReader(reader), renderBreadcrumb(breadcrumb), navigation]);
}

/** A script of ours inside the page; `text` must not hold what ends it. */
export function inlineScript(nonce: string, text: string): SafeHtml {
  return html`<script nonce="${nonce}">
    ${trustedHtml(text)};
  </script>`;
}

/** Data for scripts; not executed, so it needs no nonce. */
export function dataScript(id: string, json: string): SafeHtml {
  return html`<script type="application/json" id="${id}">
    ${trustedHtml(json)}
  </script>`;
}

/** Join the parts of a title for the tab. */
export function joinTitle(...parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(' · ');
}

/** Content with a heading, unless it has one already. */
export function withHeading(content: string, heading: HtmlPart): SafeHtml {
  return joinHtml([!/<h1[\s>]/i.test(content) && html`<h1>${heading}</h1>`, trustedHtml(content)]);
}

function renderReader({ name, signInUri, signOutUri }: IPageReader): SafeHtml {
  return name === null
    ? html`<div class="_reader"><a href="${signInUri}">Sign in</a></div>`
    : html`<form class="_reader" method="post" action="${signOutUri}">
        <span>${name || 'Signed in'}</span> <button type="submit">Sign out</button>
      </form>`;
}

function renderBreadcrumb(crumbs: readonly ICrumb[]): SafeHtml | null {
  if (crumbs.length < 2) {
    return null;
  }
  const items = crumbs.map(({ text, uri }) =>
    uri === null
      ? html`<li><span aria-current="page">${text}</span></li>`
      : html`<li><a href="${uri}">${text}</a></li>`
  );
  return html`<nav class="_breadcrumb" aria-label="Breadcrumb">
    <ol>
      ${items}
    </ol>
  </nav>`;
}
