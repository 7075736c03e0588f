import { html } from '../view/html';
import { renderDocument, type IPageFrame } from './document';

/** A route of the API. */
export interface IApiRoute {
  /** Upper case. */
  method: string;
  /** With parameters in braces. */
  path: string;
  summary: string;
  description: string;
  /** Word under which it is listed, such as `runs`. */
  group: string;
}

/** Render the list of the API's routes, for people. */
export function renderApiPage(
  frame: IPageFrame,
  page: { version: string; routes: readonly IApiRoute[] }
): string {
  const groups = [...new Set(page.routes.map(({ group }) => group))].sort();
  const title = 'API of CrossCompute';
  const sections = groups.map(group => {
    const rows = page.routes
      .filter(route => route.group === group)
      .map(
        ({ method, path, summary, description }) =>
          html`<tr>
            <th scope="row"><code>${method} ${path}</code></th>
            <td>${summary}${description && html`<br /><small>${description}</small>`}</td>
          </tr>`
      );
    return html`<section aria-labelledby="_api-${group}">
      <h2 id="_api-${group}">${group}</h2>
      <div class="_scroll" role="region" aria-label="Routes of ${group}" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Route</th>
              <th scope="col">What it does</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
    </section>`;
  });
  return renderDocument(frame, {
    title,
    breadcrumb: [],
    main: html`<h1>${title}</h1>
      <p>
        Version ${page.version}. The same for programs:
        <a href="${frame.rootUri}/api/openapi.json">openapi.json</a>. All bodies and answers are
        JSON; errors are problem documents (RFC 9457) with a stable <code>code</code>.
      </p>
      ${sections}`,
    bodyClass: '_api-page',
    hasScript: false
  });
}
