import { MemoryFiles } from '../../../testing/memoryFiles';
import { formatProblem } from '../../problem';
import { createViewRegistry } from '../../view/registry';
import type { IAutomation } from '../automation';
import { readSite } from '../readSite';

const tool = (name: string, more = '') =>
  `crosscompute: 0.9.4\n${name && `name: ${name}\n`}output:\nbatches: [{folder: batches/x}]\n${more}`;
const container = (paths: string[], more = '') =>
  `crosscompute: 0.9.4\n${more}imports:\n${paths.map(path => `  - path: ${path}\n`).join('')}`;

describe('readSite()', () => {
  async function read(
    texts: Record<string, string>,
    lastValid: Record<string, Partial<IAutomation>> = {}
  ) {
    const files = new MemoryFiles(
      Object.fromEntries(Object.entries(texts).map(([path, text]) => [`/root/${path}`, text]))
    );
    for (const folder of ['', 'a/', 'b/', 'c/']) {
      files.addFolder(`/root/${folder}batches/x`);
    }
    const site = await readSite(files, '/root/automate.yaml', {
      views: createViewRegistry(),
      environment: () => undefined,
      rootFolder: '/root',
      lastValid: path => (lastValid[path] as IAutomation | undefined) ?? null
    });
    return {
      ...site,
      names: site.automations.map(
        ({ automation, places }) => automation?.name ?? `(${places?.name})`
      ),
      lines: site.problems
        .filter(({ severity }) => severity === 'error')
        .map(problem => formatProblem(problem))
    };
  }

  it('is one automation where nothing is imported', async () => {
    const { automations, names, lines } = await read({ 'automate.yaml': tool('One') });
    expect(lines).toEqual([]);
    expect(names).toEqual(['One']);
    expect(automations[0]).toMatchObject({ isContainer: false, isListed: true, importers: [] });
  });

  it('follows imports of files and folders, relative to the importing file, and numbers the unnamed', async () => {
    const { automations, names, lines } = await read({
      'automate.yaml': container(['a', 'b/tool.yaml']),
      'a/automate.yaml': tool('', 'imports: [{path: ../c}]\n'),
      'b/tool.yaml': tool('Bee'),
      'c/automate.yml': tool('')
    });
    expect(lines).toEqual([]);
    expect(names).toEqual(['Automation 0', 'Automation 1', 'Automation 2', 'Bee']);
    expect(automations.map(({ automation }) => automation?.slug)).toEqual([
      'automation-0',
      'automation-1',
      'automation-2',
      'bee'
    ]);
    expect(automations.map(({ isContainer, isListed }) => [isContainer, isListed])).toEqual([
      [true, false],
      [false, true],
      [false, true],
      [false, true]
    ]);
    expect(automations[2].automation?.folder).toBe('/root/c');
    expect(automations[2].importers.map(({ configuration }) => configuration)).toEqual([
      '/root/a/automate.yaml',
      '/root/automate.yaml'
    ]);
  });

  it('keeps what is hidden out of lists, and says what needs a group', async () => {
    const { automations } = await read({
      'automate.yaml':
        'crosscompute: 1.0.0\nimports:\n  - {path: a, visibility: hidden}\n  - {path: b, visibility: private, id: bee}\n',
      'a/automate.yaml': tool('A'),
      'b/automate.yaml': tool('B')
    });
    expect(automations.slice(1)).toMatchObject([
      { isListed: false, isContainer: false, needsGroup: false, importId: null },
      { isListed: true, isContainer: false, needsGroup: true, importId: 'bee' }
    ]);
  });

  it('names a name that is used twice with both places', async () => {
    const { names, lines } = await read({
      'automate.yaml': container(['a', 'b']),
      'a/automate.yaml': tool('Same'),
      'b/automate.yaml': tool('Same')
    });
    expect(lines).toEqual([
      '/root/b/automate.yaml:2:7 error not-unique: name "Same" is used twice; first at a/automate.yaml:2:7'
    ]);
    expect(names.slice(1)).toEqual(['Same', '(Same)']);
  });

  it('compares slugs without regard to case, and lets a container share a name', async () => {
    const { lines } = await read({
      'automate.yaml': container(['a', 'b'], 'name: A\n'),
      'a/automate.yaml': tool('A', 'slug: Tips\n'),
      'b/automate.yaml': tool('B', 'slug: tips\n')
    });
    expect(lines).toEqual([
      '/root/b/automate.yaml:5:7 error not-unique: slug "tips" is used twice; first at a/automate.yaml:5:7'
    ]);
  });

  it('says what was meant by an import that is not there, and what may heal it', async () => {
    const { lines, missing } = await read({
      'automate.yaml': container(['tipps']),
      'tips/automate.yaml': tool('Tips')
    });
    expect(lines).toEqual([
      '/root/automate.yaml:3:5 error file-not-found: import "tipps" was not found; did you mean "tips"?'
    ]);
    expect(missing).toContain('/root/tipps/automate.yaml');
  });

  it('names the way of a cycle, at the import that closes it', async () => {
    const { lines } = await read({
      'automate.yaml': container(['a']),
      'a/automate.yaml': tool('A', 'imports: [{path: ../b}]\n'),
      'b/automate.yaml': tool('B', 'imports: [{path: ..}]\n')
    });
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(
      /^\/root\/b\/automate.yaml:5:\d+ error import-cycle: import cycle: automate.yaml → a\/automate.yaml → b\/automate.yaml → automate.yaml;/
    );
    expect(lines[0]).toContain('error import-invalid: "../b" has 1 error;');
    expect(lines[1]).toContain('error import-invalid: "a" has 1 error;');
  });

  it('takes a file once, also through a link that leads around', async () => {
    const { names, lines } = await read({
      'automate.yaml': container(['a', 'b']),
      'a/automate.yaml': tool('A', 'imports: [{path: ../b/automate.yaml}]\n'),
      'b/automate.yaml': tool('B')
    });
    expect(names).toEqual(['(Automation 0)', 'A', 'B']);
    expect(lines).toEqual([
      expect.stringMatching(
        /^\/root\/automate.yaml:4:5 error not-unique: import "b" is used twice; first at a\/automate.yaml:5:\d+;/
      )
    ]);
  });

  it('closes what has errors and counts them where it is imported; the others stay open', async () => {
    const { automations, names, lines } = await read({
      'automate.yaml': container(['a', 'b']),
      'a/automate.yaml': tool(
        'A',
        'nmae: x\nscripts: [{path: x.py}]\ninput: {variables: [{id: x}]}\n'
      ),
      'b/automate.yaml': tool('B')
    });
    expect(names).toEqual(['Automation 0', '(A)', 'B']);
    expect(lines[lines.length - 1]).toMatch(
      /^\/root\/automate.yaml:3:5 error import-invalid: "a" has \d errors;/
    );
    expect(automations[0].problems.map(({ code }) => code)).toEqual(['import-invalid']);
  });

  it('keeps closed what a broken file imports, until its rules of access are known', async () => {
    const texts = {
      'automate.yaml': container(['a'], 'display: 5\n'),
      'a/automate.yaml': tool('A')
    };
    expect((await read(texts)).names).toEqual(['(Automation 0)', '(A)']);
    const known = { authorization: { tokenFiles: [], groups: [] }, imports: [] };
    const later = await read(texts, { '/root/automate.yaml': known });
    expect(later.names).toEqual(['(Automation 0)', 'A']);
    expect(later.automations[1].importers).toEqual([known]);
  });

  it('goes by the last valid imports while a file cannot be parsed', async () => {
    const position = { file: '/root/automate.yaml', line: 3, column: 5 };
    const item = { path: 'a', id: null, isListed: true, needsGroup: false, position };
    const { names } = await read(
      { 'automate.yaml': 'crosscompute: [', 'a/automate.yaml': tool('A') },
      { '/root/automate.yaml': { imports: [item] } }
    );
    expect(names).toEqual(['(undefined)', 'A']);
  });
});
