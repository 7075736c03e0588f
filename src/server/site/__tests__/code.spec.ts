import type { Script } from '../../../core/automation/automation';
import { codeDigest } from '../../../core/run/digest';
import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import { MemoryFiles } from '../../../testing/memoryFiles';
import { collectCode } from '../code';
import { kernelNames } from '../kernelNames';

const position = { file: '', line: 1, column: 1 };
const notebook = (source: string, output = '') =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'ir', display_name: 'R' }, language_info: { name: 'R' } },
    cells: [{ cell_type: 'code', source, metadata: {}, outputs: [{ text: output }] }]
  });

const SCRIPTS: Script[] = [
  { kind: 'notebook', path: 'run.ipynb', folder: '.', kernel: null, position },
  { kind: 'command', command: "sh './tools/go.sh' {input_folder}", folder: '.', position },
  { kind: 'function', module: 'steps.last', name: 'run', folder: 'lib', kernel: null, position }
];

const FILES: Record<string, string> = {
  '/x/run.ipynb': notebook(
    'import numpy, helpers as h\nfrom pack.deep import (\n  one,  # first\n  two\n)'
  ),
  '/x/helpers.py': 'def f():\n    from . import sibling\n    import \\\n        late',
  '/x/sibling.py': '',
  '/x/late.py': 'import run_forever_not_here; import helpers',
  '/x/pack/__init__.py': '',
  '/x/pack/deep/__init__.py': 'from .. import beside',
  '/x/pack/beside.py': '',
  '/x/pack/deep/one.py': 'from .two import *',
  '/x/pack/deep/two.py': '',
  '/x/tools/go.sh': 'echo',
  '/x/lib/steps/last.py': 'from steps.first import a\nimport shared',
  '/x/lib/steps/first.py': '',
  '/x/lib/shared.py': '',
  '/x/unused.py': '',
  '/outside.py': ''
};

const automation = createEmptyAutomation({ folder: '/x', scripts: SCRIPTS });
const collect = (files: Record<string, string>) => collectCode(new MemoryFiles(files), automation);
const digest = async (files: Record<string, string>) => codeDigest(await collect(files), {});

describe('collectCode()', () => {
  it('finds scripts, what commands name, and local modules however they are imported', async () => {
    expect((await collect(FILES)).map(({ path }) => path)).toEqual([
      'helpers.py',
      'late.py',
      'lib/shared.py',
      'lib/steps/first.py',
      'lib/steps/last.py',
      'pack/__init__.py',
      'pack/beside.py',
      'pack/deep/__init__.py',
      'pack/deep/one.py',
      'pack/deep/two.py',
      'run.ipynb',
      'sibling.py',
      'tools/go.sh'
    ]);
  });

  it('changes with every byte of them, and with nothing else', async () => {
    const before = await digest(FILES);
    for (const path of ['/x/pack/deep/two.py', '/x/tools/go.sh', '/x/sibling.py']) {
      expect(await digest({ ...FILES, [path]: `${FILES[path]} ` })).not.toBe(before);
    }
    expect(await digest({ ...FILES, '/x/unused.py': '1' })).toBe(before);
    const source = 'import numpy, helpers as h\nfrom pack.deep import (\n  one,  # first\n  two\n)';
    expect(await digest({ ...FILES, '/x/run.ipynb': notebook(source, 'shown') })).toBe(before);
  });
});

describe('kernelNames()', () => {
  it('joins kernels and commands in the order of the scripts', async () => {
    expect(await kernelNames(new MemoryFiles(FILES), automation)).toBe('ir+command+python3');
    expect(await kernelNames(new MemoryFiles(FILES), createEmptyAutomation())).toBe('none');
  });
});
