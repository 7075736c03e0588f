const SITE_PATTERN = /^(\/streams\/mutations)?\/at\/(.+?\.(?:ya?ml|toml|ini|cfg))(\/.*)?$/i;

/** Where requests for the pages of a site arrive inside: its configuration is one part of the path. */
export const SITE_PREFIX = '/_site';

/**
 * Take the prefix of all addresses off a request; one that comes without, as when a proxy took it off, stays as it is.
 *
 * @param url - path and query as requested
 * @param rootUri - '' or `/x`
 */
export function withoutPrefix(url: string, rootUri: string): string {
  const rest = url.startsWith(rootUri) ? url.slice(rootUri.length) : null;
  return rest !== null && /^($|[/?])/.test(rest) ? rest.replace(/^(?!\/)/, '/') : url;
}

/**
 * Bring the address of a page inside Jupyter, `/at/<path of the configuration>/a/…`, into the form
 * that routes are written for, `/_site/<path in one part>/a/…`. Everything else stays as it is.
 *
 * @param url - path and query as requested
 */
export function rewriteSite(url: string): string {
  const at = url.indexOf('?');
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)];
  const match = SITE_PATTERN.exec(path);
  if (!match) {
    // Only we write the inner form: from outside it would name any file. The router decodes before it looks.
    return decoded(path).includes(SITE_PREFIX) ? '/not-found' : url;
  }
  const [, stream = '', configuration, rest = '/'] = match;
  return `${stream}${SITE_PREFIX}/${configuration.split('/').join('%2F')}${rest}${query}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // The router refuses it.
    return path;
  }
}
