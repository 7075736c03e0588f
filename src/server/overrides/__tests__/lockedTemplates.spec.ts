import { adaptJinja } from '../jinja';
import { failureOf, renderLocked } from '../lockedTemplates';

function render(source: string, context: Record<string, unknown> = {}): string {
  return renderLocked({ entry: 'page', templates: { page: source }, context });
}

describe('renderLocked()', () => {
  it('escapes text, keeps markup of ours, and lets no template mark text as markup', () => {
    const context = { name: '<b>', main_text: { markup: '<p>kept</p>' } };
    expect(render('{{ name }}|{{ name | safe }}|{{ main_text | safe }}', context)).toBe(
      '&lt;b&gt;|&lt;b&gt;|<p>kept</p>'
    );
  });

  it('knows blocks, parents and includes among the given templates', () => {
    const templates = {
      base: '<{% block a %}base{% endblock %}>{% include "part" %}',
      page: '{% extends parent %}{% block a %}{{ super() }}+page{% endblock %}',
      part: 'part of {{ name }}'
    };
    const context = { parent: 'base', name: 'x' };
    expect(renderLocked({ entry: 'page', templates, context })).toBe('<base+page>part of x');
  });

  it.each([
    ["{{ '-'.join(['a', 'b']) }}", 'a-b'],
    ["{{ 'a {} {1}'.format(1, 2) }}", 'a 1 2'],
    ["{{ ' x '.strip() }}{{ 'A B'.split() | length }}", 'x2'],
    ["{{ 'ab cd'.title() }} {{ 'x'.upper() }} {{ 'a.b'.replace('.', '-') }}", 'Ab Cd X a-b'],
    ['{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}', 'p=1;q=2;'],
    ["{{ d.get('p') }}{{ d.get('z', 'other') }}{{ d.keys() | join(',') }}", '1otherp,q'],
    ['{% for x in xs if x > 1 %}{{ loop.index }}:{{ x }} {% endfor %}', '2:2 3:3 '],
    ["{{ 'yes' if xs and True else 'no' }}{{ None }}", 'yes'],
    ['{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m("b") }}', '<b>'],
    ['{% set n = 3 %}{% for i in range(n) %}{{ i }}{% endfor %}', '012'],
    ['{{ get_unique_order(["a", "b", "a"]) | join("") }}', 'ab']
  ])('renders %s as Jinja does', (source, expected) => {
    expect(render(source, { d: { p: 1, q: 2 }, xs: [1, 2, 3] })).toBe(expected);
  });

  it.each([
    'range.constructor("return process")()',
    '"".constructor.constructor("return process")()',
    'constructor.constructor("return process")()',
    '[].constructor.constructor("return process")()',
    'd.__proto__.constructor("x")',
    'd.constructor("x")',
    'd["const" + "ructor"]["const" + "ructor"]("return 1")()',
    'toString.call()',
    'range.call(1)',
    '"x".repeat(1000)',
    'd.hasOwnProperty("p")',
    'joiner(",")()',
    'cycler("a").constructor("x")()',
    'self.constructor("x")()',
    'loop.constructor("x")()',
    'range(100000000) | length'
  ])('gives no way out by %s', expression => {
    const outcome = () =>
      render(`{% for i in [1] %}{{ ${expression} }}{% endfor %}`, { d: { p: 1 } });
    let text = '';
    try {
      text = outcome();
    } catch (error) {
      text = failureOf(error, 'page').message;
      expect(text).toMatch(/cannot be called|falsey|undefined|more than/);
      return;
    }
    expect(text).toBe('');
  });

  it.each(['map', 'groupby', 'dump', 'random', 'selectattr'])('has no filter %s', name => {
    expect(() => render(`{{ [1] | ${name} }}`)).toThrow('filter not found');
  });

  it('includes nothing that was not given', () => {
    expect(() => render('{% include "/etc/passwd" %}')).toThrow('no template "/etc/passwd"');
  });
});

describe('failureOf()', () => {
  it('names template, line and column of a mistake of syntax', () => {
    let failure;
    try {
      render('<p>\n  {% if %}');
    } catch (error) {
      failure = failureOf(error, 'page');
    }
    expect(failure).toMatchObject({ template: 'page', line: 2 });
    expect(failure?.message).not.toMatch(/Template render error|\n/);
  });
});

describe('adaptJinja()', () => {
  it('leaves loops without a condition, conditional values and raw text alone', () => {
    for (const source of [
      '{% for a in b %}{{ a }}{% endfor %}',
      '{% for a in (b if c else d) %}{{ a }}{% endfor %}',
      '{% raw %}{% for a in b if c %}{% endraw %}',
      "{% for a in ' if ' %}{{ a }}{% endfor %}"
    ]) {
      expect(adaptJinja(source)).toBe(source);
    }
  });

  it('closes nested conditions where they belong', () => {
    expect(adaptJinja('{% for a in b if a %}{% for c in a %}x{% endfor %}{%- endfor %}')).toBe(
      '{% for a in b %}{% if a %}{% for c in a %}x{% endfor %}{% endif %}{%- endfor %}'
    );
  });
});
