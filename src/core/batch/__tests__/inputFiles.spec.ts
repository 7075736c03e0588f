import fc from 'fast-check';
import { MemoryFiles } from '../../../testing/memoryFiles';
import type { IAutomation } from '../../automation/automation';
import { layOutInputs } from '../inputFiles';
import { readInputFiles, readInputs } from '../readInputs';
import { automationFor } from './automationFor';

const UPLOAD = `/f/${'a1'.repeat(16)}`;

const TEXT = `crosscompute: 0.9.4
input:
  variables:
  - {id: bill, view: number, path: variables.dictionary}
  - {id: city, view: string, path: variables.dictionary}
  - {id: note, view: text, path: notes/note.txt}
  - {id: shape, view: json, path: shape.json}
  - {id: data, view: file, path: data.csv}
  - {id: images, view: file, path: 'images/{index}{suffix}'}
  - {id: KEY, view: string, path: ENVIRONMENT}
  - {id: size, view: number, path: size.txt}
output:
batches: [{folder: b}]
`;

async function automationWith(more: Record<string, string | Uint8Array> = {}): Promise<{
  files: MemoryFiles;
  automation: IAutomation;
}> {
  const files = new MemoryFiles({ '/tip/automate.yaml': TEXT, ...more });
  return { files, automation: await automationFor(files) };
}

describe('layOutInputs()', () => {
  it('writes a dictionary for all of its variables, and other files as text', async () => {
    const { automation } = await automationWith();
    const files = layOutInputs(automation.steps.input.variables, {
      bill: 3,
      city: 'Köln',
      note: 'a\nb',
      shape: [1, { a: null }],
      data: { uri: UPLOAD },
      images: { uri: UPLOAD },
      KEY: 'secret',
      size: 0.00001
    });
    expect(files).toEqual([
      { path: 'notes/note.txt', text: 'a\nb' },
      { path: 'shape.json', text: '[\n  1,\n  {\n    "a": null\n  }\n]\n' },
      { path: 'data.csv', uri: UPLOAD },
      { path: 'images/{index}{suffix}', uri: UPLOAD },
      { path: 'size.txt', text: '1e-05' },
      { path: 'variables.dictionary', text: '{\n  "bill": 3,\n  "city": "Köln"\n}\n' }
    ]);
    expect(JSON.stringify(files)).not.toContain('secret');
  });

  it('writes only the dictionary when there are no values', async () => {
    const { automation } = await automationWith();
    expect(layOutInputs(automation.steps.input.variables, {})).toEqual([
      { path: 'variables.dictionary', text: '{}\n' }
    ]);
  });

  it('writes text of a JSON view as JSON', async () => {
    const { automation } = await automationWith();
    const { variables } = automation.steps.input;
    expect(layOutInputs(variables, { shape: 'x' })[0]).toEqual({
      path: 'shape.json',
      text: '"x"\n'
    });
  });

  it('copies files that lie in a batch already', async () => {
    const { automation } = await automationWith();
    const values = { images: { files: [{ name: '0.png', size: 1 }] } };
    expect(layOutInputs(automation.steps.input.variables, values)[0]).toEqual({
      path: 'images/0.png',
      from: 'images/0.png'
    });
  });

  it('copies large text, but keeps JSON that looks like files', async () => {
    const { automation } = await automationWith();
    const { variables } = automation.steps.input;
    const value = { files: [{ name: 'note.txt', size: 1 }] };
    const from = 'notes/note.txt';
    expect(layOutInputs(variables, { note: value })[0]).toEqual({ path: from, from });
    expect(layOutInputs(variables, { shape: value })[0]).toHaveProperty('text');
  });

  it.each([
    [{ files: [{ name: '../../x', size: 1 }] }],
    [{ files: [{ name: '..', size: 1 }] }],
    [{ uri: '/f/../../etc/passwd' }],
    [{ uri: 'https://example.com/x' }],
    [{ path: '/etc/passwd' }]
  ])('takes %j as plain data', async value => {
    const { automation } = await automationWith();
    const [file] = layOutInputs(automation.steps.input.variables, { data: value });
    expect(file).toEqual({ path: 'data.csv', text: expect.stringContaining('{') });
  });

  it('does not take data of another view for a file', async () => {
    const { automation } = await automationWith();
    const [file] = layOutInputs(automation.steps.input.variables, { shape: { uri: UPLOAD } });
    expect(file).toHaveProperty('text');
  });
});

describe('readInputs()', () => {
  const FOLDER = '/tip/b/input';

  it('reads what lies in a batch', async () => {
    const { files, automation } = await automationWith({
      [`${FOLDER}/variables.dictionary`]: '{"bill": 3.0, "city": null, "other": 1}',
      [`${FOLDER}/notes/note.txt`]: '\uFEFFa\nb \n\n',
      [`${FOLDER}/shape.json`]: '{"a": NaN, "b": "NaN", "c": [-Infinity]}',
      [`${FOLDER}/data.csv`]: 'x,y\n',
      [`${FOLDER}/images/10.png`]: '12',
      [`${FOLDER}/images/2.jpg`]: '1',
      [`${FOLDER}/images/cover.jpg`]: '1',
      [`${FOLDER}/size.txt`]: '5\n'
    });
    expect(await readInputFiles(files, automation, '/tip/b')).toEqual({
      values: {
        bill: 3,
        note: 'a\nb',
        shape: { a: null, b: 'NaN', c: [null] },
        data: { files: [{ name: 'data.csv', size: 4 }] },
        images: {
          files: [
            { name: '2.jpg', size: 1 },
            { name: '10.png', size: 2 }
          ]
        },
        size: '5'
      },
      problems: []
    });
  });

  it('reads nothing where there is nothing', async () => {
    const { files, automation } = await automationWith();
    expect(await readInputs(files, automation, '/tip/none')).toEqual({});
  });

  it('gives a large or binary file as a file', async () => {
    const { files, automation } = await automationWith({
      [`${FOLDER}/notes/note.txt`]: 'x'.repeat(1024 * 1024 + 1),
      [`${FOLDER}/size.txt`]: new Uint8Array([0xff])
    });
    expect(await readInputs(files, automation, '/tip/b')).toEqual({
      note: { files: [{ name: 'note.txt', size: 1024 * 1024 + 1 }] },
      size: { files: [{ name: 'size.txt', size: 1 }] }
    });
  });

  it.each([
    ['{\n"a": 1,\n}', 3, 1, '"variables.dictionary" is not JSON: expected a key in double quotes'],
    ['[1]', 1, 1, '"variables.dictionary" must hold a JSON object'],
    ['NaN}', 1, 4, '"variables.dictionary" is not JSON: unexpected text after the value']
  ])('says where %j is no dictionary', async (text, line, column, message) => {
    const { files, automation } = await automationWith({
      [`${FOLDER}/variables.dictionary`]: text
    });
    const { values, problems } = await readInputFiles(files, automation, '/tip/b');
    expect(values).toEqual({});
    expect(problems).toMatchObject([{ code: 'syntax', message, line, column, blocks: 'run' }]);
  });

  it('reads each dictionary once', async () => {
    const { files, automation } = await automationWith({
      [`${FOLDER}/variables.dictionary`]: '{"bill": 1, "city": "x"}'
    });
    const before = files.readCount;
    await readInputs(files, automation, '/tip/b');
    expect(files.readCount - before).toBe(1);
  });

  it('reads back what was laid out', async () => {
    const { automation } = await automationWith();
    const text = fc.string().map(value => value.trim());
    const values = fc.record(
      {
        bill: fc.integer(),
        city: text,
        note: text,
        shape: fc.dictionary(fc.string(), fc.string())
      },
      { requiredKeys: ['note'] }
    );
    await fc.assert(
      fc.asyncProperty(values, async given => {
        const files = new MemoryFiles();
        for (const file of layOutInputs(automation.steps.input.variables, given)) {
          files.write(`${FOLDER}/${file.path}`, 'text' in file ? file.text : '');
        }
        expect(await readInputs(files, automation, '/tip/b')).toEqual(
          JSON.parse(JSON.stringify(given))
        );
      })
    );
  });
});
