import { JSDOM } from 'jsdom';
import { CANARY_URI, HACKED } from '../../../../testing/hostileAutomation';

/** Attributes whose value a browser loads, goes to or runs. */
const ADDRESSES =
  'href src action formaction data poster background xlink:href ping manifest'.split(' ');

/** Elements that no data may bring. */
const FORBIDDEN =
  'object, embed, base, applet, x-evil, meta[http-equiv], iframe, frame, portal, math style, svg script';

/** Nothing is loaded or run when it is parsed. */
const { document } = new JSDOM('').window;

/**
 * Say what in markup would act for whoever wrote a value in it.
 *
 * @param markup - a whole page, or a fragment
 * @param nonce - of the scripts of the page; '' where none may be
 * @returns [] when nothing would
 */
export function dangersIn(markup: string, nonce: string): string[] {
  const page = document.implementation.createHTMLDocument('');
  page.documentElement.innerHTML = markup;
  const dangers: string[] = [];
  const report = (element: Element, what: string) =>
    dangers.push(`${what} in ${element.outerHTML.slice(0, 200)}`);
  for (const script of page.querySelectorAll('script')) {
    const isData = script.type === 'application/json';
    const isOurs = nonce !== '' && script.getAttribute('nonce') === nonce;
    const text = script.textContent ?? '';
    if (!isData && (!isOurs || text.includes(HACKED))) {
      report(script, 'a script');
    }
  }
  page.querySelectorAll(FORBIDDEN).forEach(element => report(element, 'an element'));
  for (const style of page.querySelectorAll('style')) {
    if ((style.textContent ?? '').includes(CANARY_URI)) {
      report(style, 'a style');
    }
  }
  for (const element of page.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const address = value.replace(/[\0-\x20]/g, '').toLowerCase();
      const isAddress = ADDRESSES.includes(name);
      if (/^on/i.test(name) || name === 'srcdoc') {
        report(element, `the attribute ${name}`);
      } else if (isAddress && /^(javascript|vbscript|data:(?!image\/|,))/.test(address)) {
        report(element, `an address that runs (${name})`);
      } else if (isAddress && element.localName !== 'a' && address.includes(CANARY_URI)) {
        report(element, `an address that is loaded (${name})`);
      } else if ((name === 'style' || name === 'srcset') && value.includes(CANARY_URI)) {
        report(element, `an address in ${name}`);
      }
    }
  }
  return dangers;
}

/** What a policy allows of scripts, plugins and bases; [] when it lets nothing of data run. */
export function weaknessesOf(policy: string): string[] {
  const directives = new Map(
    policy.split(';').map(text => {
      const [name, ...sources] = text.trim().split(/\s+/);
      return [name, sources] as const;
    })
  );
  const scripts = directives.get('script-src') ?? [];
  const isSafe = (source: string) => /^('none'|'self'|'nonce-[\w+/=]{20,}')$/.test(source);
  return [
    ...(scripts.length ? [] : ['no script-src']),
    ...scripts.filter(source => !isSafe(source)).map(source => `script-src ${source}`),
    ...['object-src', 'base-uri'].filter(name => directives.get(name)?.join() !== "'none'"),
    ...['form-action', 'frame-ancestors', 'default-src'].filter(
      name => directives.get(name)?.join() !== "'self'"
    )
  ];
}
