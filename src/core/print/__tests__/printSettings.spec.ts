import { readPrintSettings } from '../printSettings';
import { renderPrintStyle } from '../printStyle';

describe('readPrintSettings()', () => {
  it('fills in every default', () => {
    expect(readPrintSettings({})).toEqual({
      fontFamily: 'sans-serif',
      fontSize: '8pt',
      color: '#808080',
      padding: '0.1in 0.25in',
      isFirstSkipped: false,
      pageNumber: null,
      name: null
    });
  });

  it('reads what is set', () => {
    const settings = readPrintSettings({
      'header-footer': {
        'font-family': '"Noto Sans", sans-serif',
        'font-size': '9pt',
        color: 'rgb(0 0 0 / 50%)',
        padding: 'calc(1mm + 2pt)',
        'skip-first': true
      },
      'page-number': { location: 'header', alignment: 'center' },
      name: ' {town}.pdf '
    });
    expect(settings).toEqual({
      fontFamily: '"Noto Sans", sans-serif',
      fontSize: '9pt',
      color: 'rgb(0 0 0 / 50%)',
      padding: 'calc(1mm + 2pt)',
      isFirstSkipped: true,
      pageNumber: { location: 'header', alignment: 'center' },
      name: '{town}.pdf'
    });
  });

  it.each([
    'red; content: "x"',
    'red } body { display: none',
    'red\\3b',
    '</style><script>',
    'url(http://example.com/x)',
    'rgb(0 0 0',
    ')(',
    'a "b',
    'a /* b',
    'x'.repeat(201)
  ])('does not let %j out of its property', text => {
    const { color } = readPrintSettings({ 'header-footer': { color: text } });
    expect(color).toBe('#808080');
  });

  it('reads nothing from lists and objects', () => {
    const settings = readPrintSettings({
      'header-footer': [1],
      'page-number': { location: { header: 1 } },
      name: ['a']
    });
    expect(settings).toEqual(readPrintSettings({}));
  });
});

describe('renderPrintStyle()', () => {
  const render = (pageNumber: object, skip = false) =>
    renderPrintStyle(
      readPrintSettings({
        'header-footer': { 'skip-first': skip },
        'page-number': { ...pageNumber }
      })
    );

  it('is empty without page numbers', () => {
    expect(render({})).toBe('');
  });

  it('puts the number into the margin that is asked for', () => {
    expect(render({ location: 'footer' })).toMatch(
      /^@page \{ @bottom-right-corner \{ content: counter\(page\);/
    );
    expect(render({ location: 'header', alignment: 'left' })).toContain('@top-left-corner');
    expect(render({ location: 'header', alignment: 'center' })).toContain('@top-center');
  });

  it('leaves the first page out', () => {
    expect(render({ location: 'footer' }, true)).toMatch(
      /@page :first \{ @bottom-right-corner \{ content: none \} \}$/
    );
  });
});
