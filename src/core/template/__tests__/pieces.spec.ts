import fc from 'fast-check';
import { stripAnsi } from '../ansi';
import { attributeOf, splitHtml } from '../htmlPieces';
import { renderTemplateMarkdown } from '../markdown';
import { scriptJson } from '../settings';

const markup = fc.stringOf(
  fc.constantFrom(
    ...['<', '>', '/', '"', "'", ' ', '=', '!', '-', 'a', 'p', '<p>', '</p>', '<!--', '-->'],
    ...['<script>', '</script>', '<textarea ', '{ x }', '\n', '<br/>', '*', '_', '&#123;']
  )
);

describe('splitHtml()', () => {
  it('loses nothing, whatever the markup', () => {
    fc.assert(
      fc.property(markup, text => {
        expect(
          splitHtml(text)
            .map(piece => piece.text)
            .join('')
        ).toBe(text);
      })
    );
  });

  it('tells tags, text and what is no markup', () => {
    const kinds = splitHtml('a<b x="1>2">c</b><!-- <i> --><script>"<p>"</script>').map(
      ({ kind, text }) => `${kind} ${text}`
    );
    expect(kinds).toEqual([
      'text a',
      'open <b x="1>2">',
      'text c',
      'close </b>',
      'other <!-- <i> -->',
      'open <script>',
      'other "<p>"',
      'close </script>'
    ]);
  });

  it('takes linear time for broken markup', () => {
    const text = '<a "'.repeat(20_000);
    expect(splitHtml(text.slice(0, 20_000))).toHaveLength(1);
  });
});

describe('attributeOf()', () => {
  it('finds values in any quotes', () => {
    const attributes = ` a="1" B='2' c=3 d`;
    expect(['a', 'b', 'c', 'd', 'e'].map(name => attributeOf(attributes, name))).toEqual([
      ...['1', '2', '3', ''],
      null
    ]);
  });
});

describe('renderTemplateMarkdown()', () => {
  const options = { rootUri: '/user/x', isPrint: false };

  it('never fails', () => {
    fc.assert(
      fc.property(fc.oneof(markup, fc.fullUnicodeString()), text => {
        expect(typeof renderTemplateMarkdown(text, options)).toBe('string');
      })
    );
  });

  it('keeps a root address that holds odd characters one piece', () => {
    const rootUri = `/a'b(c)*d`;
    expect(
      renderTemplateMarkdown('<script>"{ROOT_URI}"</script>', { ...options, rootUri })
    ).toContain('"/a%27b%28c%29%2Ad"');
  });

  it('loads pictures at once for a printer', () => {
    expect(renderTemplateMarkdown('![x](y.png)', { ...options, isPrint: true })).not.toContain(
      'lazy'
    );
  });
});

describe('stripAnsi()', () => {
  it('removes colours, titles and movements', () => {
    expect(stripAnsi('\u001b[0;31mValueError\u001b[0m\u001b]0;t\u0007: x\u001b[2K')).toBe(
      'ValueError: x'
    );
    expect(stripAnsi('a [1;2] b')).toBe('a [1;2] b');
  });
});

describe('scriptJson()', () => {
  it('never ends the element it stands in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = scriptJson({ value, x: '</script><!--' });
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(text).value).toEqual(JSON.parse(JSON.stringify(value)));
      })
    );
  });
});
