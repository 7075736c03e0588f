import type { ExpressionValue } from '../../expression/expression';
import { nextTemplate, walkTemplates, type IFormTemplate } from '../walkTemplates';

const TEMPLATES: IFormTemplate[] = [
  { expression: '', variables: ['guests', 'dessert'] },
  { expression: "guests > 4 && dessert == 'yes'", variables: ['hall'] },
  { expression: "hall == 'large'", variables: ['stage'] },
  { expression: '', variables: ['name'] }
];

function finder(values: Record<string, ExpressionValue>) {
  return (id: string) => values[id];
}

describe('walkTemplates()', () => {
  it.each([
    [{}, [0, 3]],
    [{ guests: 4, dessert: 'yes' }, [0, 3]],
    [{ guests: 5, dessert: 'yes' }, [0, 1, 3]],
    [{ guests: 5, dessert: 'yes', hall: 'large' }, [0, 1, 2, 3]]
  ])('goes with %j over %j', (values, way) => {
    expect(walkTemplates(TEMPLATES, finder(values))).toEqual(way);
  });

  it('knows nothing of what stands on a template that was passed over', () => {
    expect(walkTemplates(TEMPLATES, finder({ hall: 'large' }))).toEqual([0, 3]);
  });

  it('begins with the first that applies, and may end without any', () => {
    const templates = [
      { expression: 'name', variables: [] },
      { expression: 'name === undefined', variables: ['name'] },
      { expression: "name == 'x'", variables: [] }
    ];
    expect(walkTemplates(templates, finder({ name: 'x' }))).toEqual([1, 2]);
    expect(walkTemplates(templates.slice(0, 1), finder({ name: 'x' }))).toEqual([]);
    expect(walkTemplates([], finder({}))).toEqual([]);
  });

  it('never shows a template whose expression does not parse', () => {
    const templates = [
      { expression: 'a =', variables: [] },
      { expression: 'alert(1)', variables: [] },
      { expression: ' ', variables: [] }
    ];
    expect(walkTemplates(templates, finder({}))).toEqual([2]);
  });
});

describe('nextTemplate()', () => {
  it('looks behind the last of the way, and gives null where the form is sent', () => {
    const find = finder({ guests: 5, dessert: 'yes' });
    expect(nextTemplate(TEMPLATES, [], find)).toBe(0);
    expect(nextTemplate(TEMPLATES, [0], find)).toBe(1);
    expect(nextTemplate(TEMPLATES, [0, 1], find)).toBe(3);
    expect(nextTemplate(TEMPLATES, [0, 1, 3], find)).toBeNull();
  });
});
