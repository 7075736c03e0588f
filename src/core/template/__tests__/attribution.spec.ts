import { JSDOM } from 'jsdom';
import type { ICopyright } from '../../automation/automation';
import { renderAttribution } from '../attribution';

const OWNER: ICopyright = {
  text: null,
  name: 'Example Society',
  imageUri: '/assets/logo.svg',
  ownerUri: 'https://example.com/society',
  year: null
};

function render(...copyrights: ICopyright[]): Element {
  const markup = renderAttribution(copyrights, { rootUri: '/root', year: 2031 }).toString();
  return JSDOM.fragment(markup).firstElementChild as Element;
}

describe('renderAttribution()', () => {
  it('names owner, year and us where the author says nothing', () => {
    const element = render(OWNER);
    expect(element.textContent).toMatch(/© 2031 Example Society\. Made with CrossCompute/);
    expect(element.querySelector('img')?.getAttribute('src')).toBe('/root/assets/logo.svg');
    expect(element.querySelector('img')?.getAttribute('alt')).toBe('Example Society');
    const link = element.querySelector('a');
    expect(link?.getAttribute('href')).toBe('https://example.com/society');
    expect(link?.getAttribute('target')).toBe('_blank');
  });

  it('fills in what the author names, and keeps other braces', () => {
    const text = '{year} *by* { name } {else} [site]({owner_uri})';
    const element = render({ ...OWNER, text, year: '2019' });
    expect(element.textContent?.trim()).toBe('2019 by Example Society {else} site');
    expect(element.querySelector('em')).not.toBeNull();
  });

  it('lists several owners in their order', () => {
    const element = render({ ...OWNER, name: 'One' }, { ...OWNER, name: 'Two' });
    expect(element.textContent).toMatch(/One[^]*Two/);
  });

  it('keeps a name that looks like markup a name', () => {
    const name = '"><x-evil a="[b](c)*d*';
    const element = render({ ...OWNER, name, text: '<img alt="{name}"> {name}' });
    expect(element.querySelector('x-evil, em, a')).toBeNull();
    expect(element.querySelector('img')?.getAttribute('alt')).toBe(name);
    expect(element.textContent).toContain(name);
  });
});
