import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * The language in which a bundle speaks, so that numbers and times beside its words are in the same.
 *
 * @returns BCP 47; undefined, for the browser's, when the bundle does not know
 */
export function localeOf(trans: TranslationBundle): string | undefined {
  // Bundles of JupyterLab tell, but their interface does not say so.
  const { getLocale } = trans as { getLocale?: unknown };
  const locale: unknown = typeof getLocale === 'function' ? getLocale.call(trans) : undefined;
  if (typeof locale !== 'string') {
    return undefined;
  }
  try {
    return Intl.getCanonicalLocales(locale.replace(/_/g, '-'))[0];
  } catch {
    // A language pack may have any name.
    return undefined;
  }
}
