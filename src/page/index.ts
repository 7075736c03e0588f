import type { IAuthorGlobals } from './served/authorScripts';
import { browserEnvironment } from './served/environment';
import { ServedPage, startServedPage } from './served/servedPage';

/* Entry of served pages, bundled as one script that loads after the page. */

function start(): void {
  const page = startServedPage(browserEnvironment(), window as IAuthorGlobals);
  if (page instanceof ServedPage) {
    window.addEventListener('online', () => page.retryConnection());
  }
}

if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', start, { once: true });
} else {
  start();
}
