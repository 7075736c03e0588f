import { parseBy, renderBy } from './renderView';

describe('color', () => {
  it.each([
    ['#1A2B3C', '#1a2b3c'],
    ['abc', '#aabbcc'],
    [' #FFF ', '#ffffff'],
    [123456, '#123456']
  ])('reads %p', (raw, color) => {
    expect(parseBy('color', raw)).toBe(color);
  });

  it('refuses what is no colour', () => {
    expect(parseBy('color', 'red')).toBe('refused: "red" is not a colour such as #1a2b3c');
    expect(parseBy('color', '#12345')).toMatch(/^refused/);
    expect(parseBy('color', '')).toBe('refused: choose a colour');
  });

  it('shows a swatch and the code', () => {
    expect(renderBy('color', 'output', '#1a2b3c')).toMatch(/fill="#1a2b3c".*#1a2b3c<\/span>$/);
    expect(renderBy('color', 'output', 'url(x)')).not.toContain('<svg');
  });

  it('suggests', () => {
    const configuration = { suggestions: ['#ffffff'] };
    expect(renderBy('color', 'input', '#000000', { configuration })).toMatch(
      / list="v0-suggestions".*<option value="#ffffff">/
    );
  });
});
