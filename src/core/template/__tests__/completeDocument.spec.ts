import { JSDOM } from 'jsdom';
import { html } from '../../view/html';
import { completeDocument } from '../completeDocument';
import type { IPageFrame } from '../document';

const FRAME: IPageFrame = {
  rootUri: '',
  nonce: 'abc',
  assets: { style: '/page.css', script: '/page.js', logo: '/logo.svg' }
};

function complete(markup: string, hasScript = true) {
  const head = html`<meta name="settings" content="x" />`;
  return new JSDOM(completeDocument(markup, FRAME, { head, hasScript })).window.document;
}

describe('completeDocument()', () => {
  it('puts settings before all else, our script last, and a nonce on what the author runs', () => {
    const document = complete(
      '<!doctype html><html><head><title>x</title><style>p{}</style></head>' +
        '<body><script>let a = "</bo" + "dy>";</script><script nonce="own" src="/x.js"></script></body></html>'
    );
    expect(document.head.firstElementChild?.getAttribute('name')).toBe('settings');
    const scripts = [...document.querySelectorAll('script')];
    expect(scripts.map(script => script.getAttribute('nonce'))).toEqual(['abc', 'own', 'abc']);
    expect(scripts.at(-1)?.getAttribute('src')).toBe('/page.js');
    expect(document.querySelector('style')?.getAttribute('nonce')).toBe('abc');
  });

  it('completes a page that has neither head nor body', () => {
    const document = complete('<p>All there is</p>');
    expect(document.querySelector('meta[name=settings]')).not.toBeNull();
    expect(document.querySelectorAll('script')).toHaveLength(1);
  });

  it('adds no script to a page that has nothing alive', () => {
    expect(complete('<p></p>', false).querySelector('script')).toBeNull();
  });
});
