import { createViewContext, viewContract } from '../../../testing/viewContract';
import type { JsonObject, JsonValue } from '../../json';
import { valueAsData } from '../data';
import { BUILT_IN_VIEWS, createViewRegistry } from '../registry';
import { InputProblem, type IViewContext } from '../view';

BUILT_IN_VIEWS.forEach(view => viewContract(view.name, () => view));

function parse(name: string, raw: JsonValue, configuration: JsonObject = {}): JsonValue | string {
  try {
    return createViewRegistry().get(name)?.parse?.(raw, configuration) ?? null;
  } catch (error) {
    if (error instanceof InputProblem) {
      return `refused: ${error.message}`;
    }
    throw error;
  }
}

function render(
  name: string,
  mode: 'input' | 'output',
  value: JsonValue,
  options: Partial<IViewContext> = {}
): string {
  const view = createViewRegistry().get(name);
  if (!view) {
    throw new Error(`no view ${name}`);
  }
  const context = createViewContext(view, { data: valueAsData(value), ...options });
  return String(view[mode]?.(context) ?? '');
}

describe('number', () => {
  it.each([
    ['5', 5],
    [' 5\t', 5],
    ['-.5', -0.5],
    ['1e3', 1000],
    ['+7.', 7],
    ['3.0', 3],
    [12.5, 12.5],
    ['007', 7]
  ])('accepts %p', (raw, value) => {
    expect(parse('number', raw)).toBe(value);
  });

  it.each([
    '',
    ' ',
    'nan',
    'inf',
    'Infinity',
    '1_000',
    '0x1f',
    '1e999',
    '1,5',
    '٣',
    true,
    null,
    [],
    {}
  ])('refuses %p', raw => {
    expect(parse('number', raw)).toMatch(/^refused: .*must be a number|is not a number/);
  });

  it('keeps to min, max and step', () => {
    const configuration = { min: 1, max: 10, step: 0.1 };
    expect(parse('number', '0.9', configuration)).toBe('refused: must be at least 1');
    expect(parse('number', 11, configuration)).toBe('refused: must be at most 10');
    expect(parse('number', '1.3', configuration)).toBe(1.3);
    expect(parse('number', '1.35', configuration)).toMatch(/refused: must be a multiple of 0.1/);
    expect(parse('number', '2.5', { step: 1 })).toBe('refused: must be a whole number');
  });

  it('shows a number as it is written, with its unit', () => {
    const data = { kind: 'value' as const, value: 3, text: '3.0' };
    expect(render('number', 'output', 3, { data, configuration: { unit: 'mm' } })).toMatch(
      />3\.0 <span class="_unit">mm<\/span><\/span>$/
    );
  });
});

describe('radio and checkbox', () => {
  const configuration: JsonObject = { options: [{ value: 'a', name: 'Ä' }, { value: 2 }] };

  it('take what is among the options', () => {
    expect(parse('radio', 2, configuration)).toBe('2');
    expect(parse('radio', '', configuration)).toBe('refused: choose one of the options');
    expect(parse('radio', 'x', configuration)).toBe('refused: "x" is not one of the options');
    expect(parse('checkbox', ['2', 'a', 'a'], configuration)).toBe('2\na');
    expect(parse('checkbox', 'a\r\n2', configuration)).toBe('a\n2');
    expect(parse('checkbox', '', configuration)).toBe('');
    expect(parse('checkbox', 'a\nx', configuration)).toBe('refused: "x" is not one of the options');
    expect(parse('checkbox', null, configuration)).toBe('refused: must be text');
  });

  it('offer the current value alone when there are no options', () => {
    expect(render('radio', 'input', 'now')).toMatch(/value="now" checked/);
    expect(render('checkbox', 'input', ['x', 'y']).match(/ checked/g)).toHaveLength(2);
  });

  it('show the names of what was chosen', () => {
    expect(render('radio', 'output', 'a', { configuration })).toContain('>Ä</span>');
    expect(render('checkbox', 'output', 'a\nother', { configuration })).toContain('<li>Ä</li>');
  });
});

describe('text', () => {
  it('keeps a line feed at the start of a text area', () => {
    expect(render('text', 'input', '\nx')).toContain('>\n\nx</textarea>');
  });

  it.each(['string', 'text', 'markdown', 'number'])(
    'has the page read a value of %s that is too large for the page',
    name => {
      const data = { kind: 'file', name: 'a', type: 'text/plain', size: 1e6 } as const;
      expect(render(name, 'input', null, { data })).toContain(' data-fetch');
      expect(render(name, 'input', 'small')).not.toContain(' data-fetch');
    }
  );

  it.each(['string', 'text', 'markdown', 'email', 'password'])('%s takes text only', name => {
    expect(parse(name, '')).toBe('');
    expect(parse(name, 5)).toBe('5');
    expect(parse(name, null)).toBe('refused: must be text');
    expect(parse(name, ['a'])).toBe('refused: must be text');
  });

  it('offers suggestions', () => {
    const configuration = { suggestions: [{ value: 'a"b' }, 'c'] };
    expect(render('string', 'input', '', { configuration })).toMatch(
      / list="v0-suggestions".*<option value="a&quot;b"><\/option>.*<option value="c">/s
    );
  });
});

describe('file', () => {
  it('takes nothing but the address of an upload', () => {
    const uri = `/f/${'a1'.repeat(16)}`;
    expect(parse('file', { uri })).toEqual({ uri });
    for (const raw of ['x', { uri: '/etc/passwd' }, { uri: `/f/../${'a'.repeat(32)}` }, null, 3]) {
      expect(parse('file', raw)).toBe('refused: choose a file');
    }
  });

  it('asks for several files only where the path has an index', () => {
    expect(render('file', 'input', null)).not.toContain(' multiple');
    const view = createViewRegistry().get('file');
    const context = view && createViewContext(view);
    const several = context && { ...context.variable, path: 'x{index}{suffix}' };
    expect(render('file', 'input', null, { variable: several })).toContain(' multiple');
  });
});

describe('markdown', () => {
  it('renders what data say, without scripts and without pictures from elsewhere', () => {
    const text =
      '**b** _e_\nline\n\n- [x] done\n\n![x](https://evil.example/x.png)\n\n' +
      '<a href="javascript:evil()" onclick="evil()">a</a><script>evil()</script>' +
      '<img src="data:image/png;base64,AAAA" onerror="evil()">\n\n[l](https://example.com)';
    const markup = render('markdown', 'output', text);
    expect(markup).toContain('<strong>b</strong> <em>e</em><br />');
    expect(markup).toContain('<input type="checkbox" disabled aria-label="done" checked />');
    expect(markup).toContain('<img src="data:image/png;base64,AAAA" />');
    expect(markup).toContain('rel="noopener noreferrer"');
    expect(markup).not.toMatch(/evil/);
  });

  it('keeps a single paragraph in the text of the page', () => {
    expect(render('markdown', 'output', 'one *two*')).toMatch(/>one <em>two<\/em><\/div>$/);
    expect(render('markdown', 'output', 'one\n\ntwo')).toContain('<p>one</p>');
  });
});

describe('table', () => {
  const numbers = Array.from({ length: 150 }, (_, index) => ({ n: index, t: `<${index}>` }));

  it('shows the first hundred rows, and says how many there are', () => {
    const markup = render('table', 'output', numbers);
    expect(markup.match(/<tr>/g)).toHaveLength(101);
    expect(markup).toContain('100 of 150 rows');
    expect(markup).toContain('<td>&lt;99&gt;</td>');
  });

  it('names rows by their index', () => {
    const value = { columns: ['a', 'b'], index: ['x'], data: [[1, null]] };
    const markup = render('table', 'output', value);
    expect(markup).toContain('<th scope="col">a</th>');
    expect(markup.replace(/\s+/g, '')).toContain(
      '<thscope="row">x</th><tdclass="_number-cell">1</td><td></td>'
    );
  });

  it('says so when the data are no table', () => {
    expect(render('table', 'output', 'hello')).toContain('This is no table');
    expect(render('table', 'output', { columns: 1 })).toContain('This is no table');
  });

  it('links to a file that is too large for a page', () => {
    const data = { kind: 'file' as const, name: 'x.json', type: 'application/json', size: 2e6 };
    const markup = render('table', 'output', null, { data });
    expect(markup).toContain('_fetch');
    expect(markup).toContain('download="x.json"');
    expect(markup).toContain('2.0 MB');
  });
});

describe('image', () => {
  const data = { kind: 'file' as const, name: 'x.svg', type: 'image/svg+xml', size: 9 };

  it('addresses its file and has a text alternative', () => {
    const markup = render('image', 'output', null, { data, configuration: { width: 20.4 } });
    expect(markup).toMatch(/^<img .*src="b\/standard\/o\/some_id" alt="Some label" loading="lazy"/);
    expect(markup).toContain(' width="20"');
  });

  it('links to a file that is no picture', () => {
    const other = { ...data, name: 'x.csv', type: 'text/csv' };
    expect(render('image', 'output', null, { data: other })).toContain('download="x.csv"');
  });
});

describe('json', () => {
  it('hands data over without showing them, and shows them when asked', () => {
    expect(render('json', 'output', { a: '</div>' })).toMatch(/data-json="[^"]+" hidden><\/div>$/);
    expect(render('json', 'output', [1], { configuration: { show: 'tree' } })).toContain('<pre');
    expect(render('json', 'output', 'x')).toContain('data-json="&quot;x&quot;"');
  });

  it('asks for a text with its quotes, so that it stays JSON', () => {
    expect(render('json', 'input', 'a "b"')).toContain(
      '&quot;a \\&quot;b\\&quot;&quot;</textarea>'
    );
    expect(render('json', 'input', [1])).toContain('[1]</textarea>');
  });

  it('says where text is no JSON', () => {
    expect(parse('json', '{"a": 1}')).toEqual({ a: 1 });
    expect(parse('json', '{\n"a": b}')).toBe('refused: is not JSON: line 2: unexpected character');
    expect(parse('json', '[NaN]')).toMatch(/NaN and Infinity are not allowed/);
  });
});

describe('ViewRegistry', () => {
  it('knows the built-in views', () => {
    const names = createViewRegistry().names();
    expect(names).toEqual(
      expect.arrayContaining([...BUILT_IN_VIEWS.map(({ name }) => name), 'range', 'toggle'])
    );
  });

  it('names both sources when a view is added twice', () => {
    const registry = createViewRegistry();
    const view = { ...BUILT_IN_VIEWS[0] };
    expect(() => registry.add(view, 'seat-maps')).toThrow(
      'view "number" of seat-maps cannot be added: CrossCompute has a view of that name'
    );
  });

  it('finds a view by its aliases, which nobody else may take', () => {
    const registry = createViewRegistry();
    const view = { ...BUILT_IN_VIEWS[0], name: 'seat-map', aliases: ['seats', 'places'] };
    const added = registry.add(view, 'seat-maps');
    expect(registry.get('places')).toBe(view);
    expect(registry.names().slice(-3)).toEqual(['seat-map', 'seats', 'places']);
    expect(() => registry.add({ ...BUILT_IN_VIEWS[0], name: 'seats' }, 'another')).toThrow(
      'view "seats" of another cannot be added: seat-maps has a view of that name'
    );
    expect(() => registry.add({ ...BUILT_IN_VIEWS[0], name: 'x', aliases: ['number'] })).toThrow(
      'CrossCompute has a view of that name'
    );
    expect(registry.get('x')).toBeUndefined();
    added.dispose();
    expect(registry.get('seats')).toBeUndefined();
  });

  it('forgets a view when it is disposed', () => {
    const registry = createViewRegistry();
    const view = { ...BUILT_IN_VIEWS[0], name: 'seat-map' };
    const added = registry.add(view);
    expect(registry.get('seat-map')).toBe(view);
    added.dispose();
    added.dispose();
    expect(registry.get('seat-map')).toBeUndefined();
    expect(() => registry.add({ ...view, name: 'Seat Map' })).toThrow('must be kebab-case');
  });
});
