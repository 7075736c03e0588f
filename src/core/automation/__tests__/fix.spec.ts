import { fixMovedKeys } from '../fix';
import { read } from './reading';

const OLD = `# Tips
crosscompute: 0.9.2  # of 2022
output:
batches: [{folder: batches/standard}]   # one
input:
  variables:
    - id: a
      view: string
      path: a.txt
      # said above the field
      configuration:
        label: Bill  # of today
        suggestions: [{value: 1}]
    - {id: b, view: string, path: b.txt, configuration: {label: B}}
display:
  pages:
    - id: log
      configuration: {design: "flex-vertical"}
    - {id: debug, design: bare}
authorization:
  groups:
    - configuration: {}
      permissions: [{id: add_authorization}]
prints:
  # the report
  - format: pdf
    configuration:
      page-number: {location: footer}
    folder: ~/docs
    name: x.pdf
`;

function withoutPlaces(automation: unknown): unknown {
  const text = JSON.stringify(automation, (key, value: unknown) =>
    /position|codeSections/i.test(key) ? undefined : value
  );
  return JSON.parse(text);
}

describe('fixMovedKeys()', () => {
  it('leaves nothing to move, says the same, and keeps comments', async () => {
    const { text, count } = fixMovedKeys(OLD);
    expect(count).toBe(6);
    const [before, after] = [await read(OLD), await read(text)];
    expect(before.lines.filter(line => line.includes('moved-key'))).toHaveLength(6);
    expect(after.lines.filter(line => line.includes('moved-key'))).toEqual([]);
    expect(withoutPlaces(after.automation)).toEqual(withoutPlaces(before.automation));
    for (const comment of OLD.match(/# .*/g) ?? []) {
      expect(text).toContain(comment);
    }
    expect(fixMovedKeys(text)).toEqual({ text, count: 0 });
  });

  it('changes nothing but the words where that is enough', () => {
    const text = "display:   {pages: [{id:  log,design: 'flex-vertical'}]} # x\r\n";
    expect(fixMovedKeys(text)).toEqual({ text: text.replace('flex-vertical', 'flex'), count: 1 });
  });

  it.each(['', 'crosscompute: 0.9.4\n', 'a:   [1,2]   # c\n'])('leaves %j as it is', text => {
    expect(fixMovedKeys(text)).toEqual({ text, count: 0 });
  });

  it('refuses what cannot be parsed', () => {
    expect(() => fixMovedKeys('a: [')).toThrow('syntax');
  });

  it('keeps both where a label is given in two places, and prints beside print', () => {
    const text =
      'input: {variables: [{id: a, label: x, configuration: {label: y}}]}\nprint: {}\nprints: []\n';
    expect(fixMovedKeys(text)).toEqual({ text, count: 0 });
  });
});
