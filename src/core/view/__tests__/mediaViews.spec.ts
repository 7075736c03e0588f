import * as fc from 'fast-check';
import { JSDOM } from 'jsdom';
import { createViewContext } from '../../../testing/viewContract';
import type { JsonObject } from '../../json';
import { fileData, valueAsData } from '../data';
import { createViewRegistry } from '../registry';
import { sanitizeData } from '../sanitizeData';
import { siblingUri } from '../siblingUri';
import type { IViewContext, VariableData } from '../view';

function show(
  name: string,
  data: VariableData,
  configuration: JsonObject = {},
  more: Partial<IViewContext> = {}
): string {
  const view = createViewRegistry().get(name);
  if (!view?.output) {
    throw new Error(`view ${name} shows nothing`);
  }
  return view
    .output(createViewContext(view, { data, configuration, uri: '/a/b/o/x?v=1', ...more }))
    .toString();
}

function problems(name: string, configuration: JsonObject): string[] {
  const found = createViewRegistry().get(name)?.check?.(configuration) ?? [];
  return found.map(({ message }) => message);
}

describe('frame', () => {
  it('takes http and https addresses alone', () => {
    const shown = show('frame', valueAsData(' https://example.com/?a=1&b="2" '), { height: 300 });
    expect(shown).toContain('data-src="https://example.com/?a=1&amp;b=&quot;2&quot;"');
    expect(shown).toContain('data-height="300"');
    for (const address of [
      'javascript:alert(1)',
      'java\tscript:x',
      'data:text/html,x',
      'file:///x'
    ]) {
      const refused = show('frame', valueAsData(address));
      expect(refused).not.toContain('data-src');
      expect(refused).not.toContain('href');
      expect(refused).toContain('http');
    }
  });
});

describe('pdf', () => {
  it('shows documents in a viewer, and offers everything else as a file', () => {
    expect(show('pdf', fileData('a.pdf', 10))).toContain('data-src="/a/b/o/x?v=1"');
    const other = show('pdf', fileData('a.html', 10));
    expect(other).not.toContain('data-src');
    expect(other).toContain('download="a.html"');
  });
});

describe('audio and video', () => {
  it('play files of their kind, with captions and poster of the same step', () => {
    const shown = show('video', fileData('film.mp4', 10), {
      autoplay: true,
      controls: false,
      captions: 'words of it',
      poster: '/pictures/a.png'
    });
    expect(shown).toContain('<video ');
    // What plays by itself is silent and can be stopped.
    expect(shown).toContain(' autoplay muted playsinline controls');
    expect(shown).toContain('src="/a/b/o/words%20of%20it"');
    expect(shown).toContain('poster="/pictures/a.png"');
    expect(show('audio', fileData('film.mp3', 10), { controls: false })).not.toContain(' controls');
    expect(show('audio', fileData('notes.txt', 10))).not.toContain('<audio');
  });

  it('names other variables, never other schemes', () => {
    expect(siblingUri('/a/o/film?v=1', 'words')).toBe('/a/o/words');
    expect(siblingUri('/a/o/film?v=1', 'javascript:x')).toBe('/a/o/javascript%3Ax');
    expect(siblingUri('/a/o/film', 'https://example.com/w.vtt')).toBe('https://example.com/w.vtt');
    expect(siblingUri('/a/o/film', ' ')).toBe('');
  });

  it('say which keys are wrong', () => {
    expect(problems('video', { loop: 'yes', poster: [], 'accept-types': ['?'] })).toHaveLength(3);
    expect(problems('audio', { poster: 'x' })).toEqual([]);
  });
});

describe('image', () => {
  it('shows pictures, also svg, and offers what browsers do not show', () => {
    expect(show('image', fileData('a.svg', 10), { zoom: true })).toContain('data-zoom="true"');
    expect(show('image', fileData('a.tiff', 10))).not.toContain('<img');
  });

  it('asks for an upload, with the picture of the batch', () => {
    const view = createViewRegistry().get('image');
    const context = view && createViewContext(view, { data: fileData('a.png', 10) });
    const control = String(context && view?.input?.(context));
    expect(control).toContain('type="file"');
    expect(control).toContain('accept="image/*"');
    expect(control).toContain('<img class="_preview"');
    expect(() => view?.parse?.('/etc/passwd', {})).toThrow('choose a file');
    expect(view?.parse?.({ uri: `/f/${'a'.repeat(32)}` }, {})).toEqual({
      uri: `/f/${'a'.repeat(32)}`
    });
  });
});

describe('html', () => {
  it('keeps tables, colours and pictures within, and nothing that acts or loads', () => {
    const clean = sanitizeData(
      `<table class="dataframe _page" id="v0" data-variable="x" border="1"><tr><th style="color: red;
       position: fixed; background: url(http://x)">a</th></tr></table><script>evil()</script>
       <svg onload="evil()"><text>in</text></svg><img src="http://evil.example/x.png">
       <img src="data:image/png;base64,AAAA" onerror="evil()"><a href="jav&#x09;ascript:evil()">x</a>
       <iframe srcdoc="x"></iframe><style>body{}</style><form action="x"><input name="v0"></form>`
    ).toString();
    expect(clean).toContain('<table class="dataframe" border="1">');
    expect(clean).toContain('style="color:red"');
    expect(clean).toContain('src="data:image/png;base64,AAAA"');
    for (const word of [
      'evil',
      'svg',
      'iframe',
      'body',
      'input',
      'form',
      'id=',
      'data-variable',
      'url'
    ]) {
      expect(clean).not.toContain(word);
    }
  });

  it('holds nothing that acts, whatever it is made of', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...['<script>', '</script>', '<svg onload=evil()>', '<math><mtext>', '<style>', '</style>'],
        ...[
          '<a href="javascript:evil()">',
          '<a href=" java\u0000script:evil()">',
          '<a href=//evil>'
        ],
        ...['<img src=x onerror=evil()>', '<img src="data:text/html,x">', '<iframe srcdoc="<b>">'],
        ...[
          '<b style="background:url(javascript:evil())" onclick=evil()>',
          '<form><input name=v0>'
        ],
        ...['<!--', '-->', '<![CDATA[', '<template>', '<noscript>', '<p id=v0 class="_page jp-x">'],
        ...[
          '"',
          "'",
          '>',
          '<',
          '&lt;script&gt;',
          '\u0000',
          '{ x }',
          '<base href=//evil>',
          '<table>'
        ]
      ),
      fc.string()
    );
    const { document } = new JSDOM('').window;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const shell = document.createElement('div');
        shell.innerHTML = sanitizeData(pieces.join('')).toString();
        expect(
          shell.querySelector('script, style, svg, math, iframe, form, input, base, template, [id]')
        ).toBeNull();
        for (const element of shell.querySelectorAll('*')) {
          for (const { name, value } of element.attributes) {
            expect(name).not.toMatch(/^(on|srcdoc|data-)/);
            expect(`${name} ${value}`).not.toMatch(
              /^(href|src)\s.*(javascript|text.html|\/\/evil)/i
            );
            expect(`${name} ${value}`).not.toMatch(/^style .*url|^class (.* )?(_|jp-)/);
          }
        }
      }),
      { numRuns: 500 }
    );
  });

  it('says when it is too large, and offers the file', () => {
    const shown = show('html', fileData('a.html', 3e6));
    expect(shown).toContain('Too large');
    expect(shown).toContain('download="a.html"');
  });

  it('runs only in a frame, whose address asks for it', () => {
    const shown = show('html', valueAsData('<script>x</script><b>y</b>'), { sandbox: true });
    expect(shown).toContain('data-src="/a/b/o/x?v=1&amp;sandbox"');
    expect(shown).not.toContain('<b>');
  });
});

describe('code', () => {
  it('has a line for each line, and takes the language from the suffix', () => {
    const code = createViewRegistry().get('code');
    const context = code && createViewContext(code);
    const variable = context && { ...context.variable, path: 'run.py' };
    const shown = show('code', valueAsData('a = "<b>"\r\n\nb'), {}, variable && { variable });
    expect(shown).toContain('data-language="python"');
    expect(shown.match(/class="_line"/g)).toHaveLength(3);
    expect(shown).toContain('a = &quot;&lt;b&gt;&quot;\n</span>');
    expect(show('code', valueAsData('x'), { language: 'SQL' })).toContain('data-language="sql"');
  });
});

describe('cell', () => {
  const bundle = (data: JsonObject) => ({ output_type: 'display_data', data, metadata: {} });

  it('shows the best type of each bundle', () => {
    const shown = show(
      'cell',
      valueAsData([
        bundle({ 'text/plain': 'plain', 'text/html': ['<b>bold', '</b>'] }),
        bundle({ 'text/plain': 'figure', 'image/png': 'iVBO\nRw==' }),
        bundle({ 'text/plain': 'drawing', 'image/svg+xml': '<svg onload="x()"/>' })
      ])
    );
    expect(shown).toContain('<b>bold</b>');
    expect(shown).toContain('src="data:image/png;base64,iVBORw=="');
    expect(shown).toContain('src="data:image/svg+xml,%3Csvg%20onload');
    expect(shown).not.toContain('plain');
    expect(shown).not.toContain('figure');
  });

  it('shows the fallback where the best type would show nothing', () => {
    const widget = { 'application/vnd.jupyter.widget-view+json': { model_id: 'x' } };
    const shown = show(
      'cell',
      valueAsData([
        bundle({ ...widget, 'text/plain': 'IntSlider(value=3)' }),
        bundle({ 'text/html': '<div></div><script>plot()</script>', 'text/plain': 'Figure()' }),
        bundle({ 'image/png': '"><script>', 'text/plain': 'no picture' })
      ])
    );
    expect(shown).toContain('IntSlider(value=3)');
    expect(shown).toContain('Figure()');
    expect(shown).toContain('no picture');
    expect(shown).not.toContain('script');
  });

  it('shows streams and errors as text, without codes of terminals', () => {
    const shown = show(
      'cell',
      valueAsData([
        { output_type: 'stream', name: 'stderr', text: '\u001b[31m<red>\u001b[0m' },
        { output_type: 'error', ename: 'ValueError', evalue: '<b>', traceback: ['secret path'] },
        'odd',
        { output_type: 'unknown' }
      ])
    );
    expect(shown).toContain('<pre class="_stderr">&lt;red&gt;</pre>');
    expect(shown).toContain('ValueError: &lt;b&gt;');
    expect(shown).not.toContain('secret path');
  });

  it('refuses what is neither a tag nor a number', () => {
    expect(problems('cell', { cell: 'output-x' })).toEqual([]);
    expect(problems('cell', { cell: 3 })).toEqual([]);
    expect(problems('cell', { cell: 0 })).toHaveLength(1);
    expect(problems('cell', { cell: [] })).toHaveLength(1);
  });
});

describe('barcode', () => {
  it('is there without data, and says how it scans', () => {
    const shown = show('barcode', { kind: 'none' }, { 'scanner-width-in-pixels': 300 });
    expect(shown).toContain('data-scanner-width="300"');
    expect(shown).toContain('data-scanner-height="256"');
    expect(shown).toContain('data-frames-per-second="10"');
  });
});
