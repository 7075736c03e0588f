import type { IPackagesResource } from '../api';
import { html, type SafeHtml } from '../view/html';

/** Id of the element that says which packages are missing; `src/page/served/packagesNotice.ts` brings it to life. */
export const PACKAGES_ID = '_packages';

/**
 * Say to the owner of a server which packages a tool lacks, with buttons that install them. Without its script they
 * would do nothing, so they come hidden.
 */
export function renderPackagesNotice({
  missing,
  byHand
}: Pick<IPackagesResource, 'missing' | 'byHand'>): SafeHtml {
  const names = missing.map(id => html`<li><code>${id}</code></li>`);
  return html`<section id="${PACKAGES_ID}" class="_packages" aria-label="Missing packages">
    <p class="_lack">
      Packages that this tool needs are not installed; runs may fail without them.
    </p>
    ${
      missing.length > 0 &&
      html`<ul class="_lack">
          ${names}
        </ul>
        <button type="button" class="_install" hidden>Install…</button>
        <div class="_ask" hidden>
          <p>
            This changes the machine that serves this page: pip installs into the environment of the
            kernels, npm into the folder of the tool. Packages are code of other people.
          </p>
          <button type="button" class="_yes">Install now</button>
          <button type="button" class="_no">Cancel</button>
        </div>
        <p class="_progress" role="status"></p>
        <button type="button" class="_stop" hidden>Stop</button>
        <pre class="_output" tabindex="0" aria-label="Output of the installation" hidden></pre>`
    }
    ${byHand && html`<p>An administrator installs with: <code>${byHand}</code></p>`}
  </section>`;
}
