import type { JsonObject } from '../../json';
import { checkBy, parseBy, renderBy } from './renderView';

const configuration: JsonObject = { options: [{ value: 'a', name: 'Ä' }, { value: 2 }, 'c'] };
const many: JsonObject = {
  options: Array.from({ length: 21 }, (_, index) => ({ value: `v${index}`, name: `Name ${index}` }))
};

describe('select', () => {
  it('takes an option as text, and says so when none is chosen', () => {
    expect(parseBy('select', 2, configuration)).toBe('2');
    expect(parseBy('select', '', configuration)).toBe('refused: choose one of the options');
    expect(parseBy('select', 'x', configuration)).toBe('refused: "x" is not one of the options');
    expect(parseBy('select', 'anything')).toBe('anything');
  });

  it('offers nothing chosen first, then the options', () => {
    const markup = renderBy('select', 'input', 'a', {
      configuration: { ...configuration, placeholder: 'Which <one>?' }
    });
    expect(markup).toContain('<option value="">Which &lt;one&gt;?</option>');
    expect(markup).toMatch(/<option value="a" selected ?>Ä<\/option>/);
    expect(markup).toContain('aria-required="true"');
    expect(renderBy('select', 'input', 'gone', { configuration })).not.toContain('selected');
    expect(renderBy('select', 'input', 'now')).toMatch(/value="now" selected/);
  });

  it('is searched over twenty options', () => {
    const markup = renderBy('select', 'input', 'v7', { configuration: many });
    expect(markup).toMatch(/role="combobox".* data-value="v7".* value="Name 7"/);
    expect(markup.match(/<option/g)).toHaveLength(21);
    const twenty = { options: (many.options as string[]).slice(1) };
    expect(renderBy('select', 'input', 'v7', { configuration: twenty })).toContain('<select');
  });

  it('shows the name of the option', () => {
    expect(renderBy('select', 'output', 'a', { configuration })).toContain('>Ä</span>');
    expect(renderBy('select', 'output', 'x', { configuration })).toContain('>x</span>');
  });
});

describe('multiselect', () => {
  it('takes a list, a list as text, and lines, each choice once', () => {
    expect(parseBy('multiselect', ['a', 2, 'a'], configuration)).toEqual(['a', '2']);
    expect(parseBy('multiselect', '["c", "a"]', configuration)).toEqual(['c', 'a']);
    expect(parseBy('multiselect', 'c\na', configuration)).toEqual(['c', 'a']);
    expect(parseBy('multiselect', '', configuration)).toEqual([]);
    expect(parseBy('multiselect', '[not json')).toEqual(['[not json']);
  });

  it('refuses what is no option, too few and too many', () => {
    const limits = { ...configuration, 'min-items': 1, 'max-items': 2 };
    expect(parseBy('multiselect', ['x'], limits)).toBe('refused: "x" is not one of the options');
    expect(parseBy('multiselect', [], limits)).toBe('refused: choose at least 1');
    expect(parseBy('multiselect', ['a', '2', 'c'], limits)).toBe('refused: choose at most 2');
    expect(parseBy('multiselect', { a: 1 }, limits)).toBe('refused: must be text');
    expect(checkBy('multiselect', { 'min-items': 3, 'max-items': 2 })).toEqual([
      'max-items: configuration "max-items" must not be below "min-items"'
    ]);
  });

  it('shows what is chosen as chips', () => {
    expect(renderBy('multiselect', 'output', ['a', 'x'], { configuration })).toContain(
      '<li>Ä</li><li>x</li>'
    );
    const markup = renderBy('multiselect', 'input', ['a'], { configuration });
    expect(markup).toContain('data-value="[&quot;a&quot;]"');
    expect(markup).toContain('<li>Ä</li>');
  });
});

describe('boolean', () => {
  it.each([
    [true, true],
    ['TRUE', true],
    [' Yes ', true],
    ['on', true],
    [1, true],
    ['1', true],
    [false, false],
    ['no', false],
    ['Off', false],
    [0, false],
    ['false', false]
  ])('reads %p', (raw, value) => {
    expect(parseBy('boolean', raw)).toBe(value);
    expect(parseBy('toggle', raw)).toBe(value);
  });

  it.each([['maybe'], [2], [''], [null], [[]]])('refuses %p', raw => {
    expect(parseBy('boolean', raw)).toMatch(/^refused: (must be yes or no|".*" is neither)/);
  });

  it('says what it is in words', () => {
    const configuration = { 'true-text': 'with milk', 'false-text': 'black' };
    expect(renderBy('boolean', 'output', true)).toContain('>✔ yes<');
    expect(renderBy('boolean', 'output', 'no', { configuration })).toContain('>✘ black<');
    expect(renderBy('boolean', 'output', 'perhaps')).toContain('>perhaps<');
    const markup = renderBy('boolean', 'input', true, { configuration });
    expect(markup).toMatch(/role="switch" checked/);
    expect(markup).toContain('with milk');
  });
});
