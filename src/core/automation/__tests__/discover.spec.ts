import { MemoryFiles } from '../../../testing/memoryFiles';
import type { IAutomation, INotebookScript } from '../automation';
import type { IFoundAutomation, INotebookSearch } from '../discover';
import { findConfiguration, findForNotebook, listConfigurations } from '../discover';
import { folderOf } from '../../path';

const KEY = 'crosscompute: 0.9.4\n';

describe('findConfiguration()', () => {
  it('takes a file as it is', async () => {
    const files = new MemoryFiles({ '/a/tool.yml': '' });
    expect(await findConfiguration(files, '/a/tool.yml')).toEqual({
      path: '/a/tool.yml',
      problems: []
    });
  });

  it('refuses a file of another suffix', async () => {
    const files = new MemoryFiles({ '/a/run.ipynb': '' });
    const { path, problems } = await findConfiguration(files, '/a/run.ipynb');
    expect(path).toBeNull();
    expect(problems).toMatchObject([{ code: 'format-unsupported' }]);
  });

  it('says that nothing is there', async () => {
    const { path, problems } = await findConfiguration(new MemoryFiles(), '/a');
    expect(path).toBeNull();
    expect(problems).toMatchObject([{ code: 'path-not-found', message: '"/a" does not exist' }]);
  });

  it('says that a folder has none, and does not search below', async () => {
    const files = new MemoryFiles({ '/a/b/automate.yaml': KEY, '/a/x.yaml': 'other: 1' });
    const { path, problems } = await findConfiguration(files, '/a');
    expect(path).toBeNull();
    expect(problems).toMatchObject([{ code: 'configuration-not-found' }]);
  });

  it('prefers automate.yaml, and says so', async () => {
    const files = new MemoryFiles({
      '/a/automate.yml': KEY,
      '/a/automate.yaml': '',
      '/a/a.yaml': KEY
    });
    const { path, problems } = await findConfiguration(files, '/a');
    expect(path).toBe('/a/automate.yaml');
    expect(problems).toMatchObject([
      { code: 'configuration-ambiguous', severity: 'info', file: '/a/automate.yaml' }
    ]);
  });

  it('takes the first other file with the key, even a broken one', async () => {
    const files = new MemoryFiles({
      '/a/a.yaml': '# crosscompute: no\nother: {crosscompute: 1}\n',
      '/a/b.yaml': new Uint8Array([0xff]),
      '/a/c.yaml': 'x'.repeat(1024 * 1024 + 1),
      '/a/d.yaml': `${KEY}name: "open\n`,
      '/a/e.yaml': KEY
    });
    expect(await findConfiguration(files, '/a')).toEqual({ path: '/a/d.yaml', problems: [] });
  });

  it.each([
    ['x.yaml', '{crosscompute: 0.9.4}'],
    ['x.yaml', '"crosscompute": 0.9.4'],
    ['x.toml', 'name = "a"\ncrosscompute = "0.9.4"\n[input]\n'],
    ['x.ini', 'crosscompute = 0.9.4\n']
  ])('sees the key in %s with %j', async (name, text) => {
    const files = new MemoryFiles({ [`/a/${name}`]: text });
    expect((await findConfiguration(files, '/a')).path).toBe(`/a/${name}`);
  });

  it('does not take a key of a section', async () => {
    const files = new MemoryFiles({ '/a/x.ini': '[a]\ncrosscompute = 0.9.4\n' });
    expect((await findConfiguration(files, '/a')).path).toBeNull();
  });
});

describe('listConfigurations()', () => {
  it('gives all of a folder, the preferred one first', async () => {
    const files = new MemoryFiles({ '/a/a.yaml': KEY, '/a/automate.yaml': '', '/a/b.yml': KEY });
    expect(await listConfigurations(files, '/a')).toEqual([
      '/a/automate.yaml',
      '/a/a.yaml',
      '/a/b.yml'
    ]);
    expect(await listConfigurations(files, '/none')).toEqual([]);
  });
});

describe('findForNotebook()', () => {
  function find(
    files: MemoryFiles,
    notebook: string,
    named: Record<string, string> = {},
    {
      root = '/root',
      imports = {},
      containers = []
    }: { root?: string; imports?: Record<string, string[]>; containers?: string[] } = {}
  ): Promise<INotebookSearch> {
    const readOne = (path: string): IFoundAutomation => {
      const script = { kind: 'notebook', folder: '.', path: named[path] } as INotebookScript;
      const automation = { folder: folderOf(path), scripts: named[path] ? [script] : [] };
      return {
        configuration: path,
        automation: path.endsWith('broken.yaml') ? null : (automation as unknown as IAutomation)
      };
    };
    const read = async (path: string): Promise<IFoundAutomation[]> => [
      ...(containers.includes(path) ? [] : [readOne(path)]),
      ...(imports[path] ?? []).map(readOne)
    ];
    return findForNotebook(files, notebook, root, read);
  }

  it('finds none', async () => {
    expect(await find(new MemoryFiles(), '/root/a/run.ipynb')).toEqual({
      candidates: [],
      chosen: null,
      batchFolder: null
    });
  });

  it('opens the only one of the nearest folder, and knows those above', async () => {
    const files = new MemoryFiles({ '/root/automate.yaml': '', '/root/a/automate.yaml': '' });
    expect(await find(files, '/root/a/b/run.ipynb')).toMatchObject({
      candidates: ['/root/a/automate.yaml', '/root/automate.yaml'],
      chosen: '/root/a/automate.yaml'
    });
  });

  it('prefers one that names the notebook, however far', async () => {
    const files = new MemoryFiles({ '/root/automate.yaml': '', '/root/a/automate.yaml': '' });
    const named = { '/root/automate.yaml': 'a/run.ipynb' };
    expect(await find(files, '/root/a/run.ipynb', named)).toMatchObject({
      candidates: ['/root/automate.yaml', '/root/a/automate.yaml'],
      chosen: '/root/automate.yaml'
    });
  });

  it('takes the nearest of several that name it', async () => {
    const files = new MemoryFiles({ '/root/automate.yaml': '', '/root/a/automate.yaml': '' });
    const named = { '/root/automate.yaml': 'a/run.ipynb', '/root/a/automate.yaml': 'run.ipynb' };
    expect((await find(files, '/root/a/run.ipynb', named)).chosen).toBe('/root/a/automate.yaml');
  });

  it('lets a person choose between several of one folder', async () => {
    const files = new MemoryFiles({ '/root/automate.yaml': '', '/root/b.yaml': KEY });
    expect(await find(files, '/root/run.ipynb')).toMatchObject({
      candidates: ['/root/automate.yaml', '/root/b.yaml'],
      chosen: null
    });
    const named = { '/root/automate.yaml': 'run.ipynb', '/root/b.yaml': './run.ipynb' };
    expect((await find(files, '/root/run.ipynb', named)).chosen).toBeNull();
  });

  it('keeps an invalid one', async () => {
    const files = new MemoryFiles({ '/root/broken.yaml': KEY });
    expect((await find(files, '/root/run.ipynb')).chosen).toBe('/root/broken.yaml');
  });

  it('does not look above the root, nor from outside of it', async () => {
    const files = new MemoryFiles({ '/automate.yaml': '', '/root/a/x': '' });
    expect((await find(files, '/root/a/run.ipynb')).candidates).toEqual([]);
    expect((await find(files, '/elsewhere/run.ipynb')).candidates).toEqual([]);
  });

  it.each(['.git', 'node_modules', 'batches', 'runs', 'prints'])(
    'does not look into %s',
    async name => {
      const files = new MemoryFiles({
        [`/root/${name}/a/automate.yaml`]: '',
        '/root/automate.yaml': ''
      });
      expect((await find(files, `/root/${name}/a/run.ipynb`)).candidates).toEqual([
        '/root/automate.yaml'
      ]);
    }
  );

  it('looks below a root that lies in such a folder', async () => {
    const files = new MemoryFiles({ '/home/.work/runs/automate.yaml': '' });
    expect(
      (await find(files, '/home/.work/runs/run.ipynb', {}, { root: '/home/.work/runs' })).chosen
    ).toBe('/home/.work/runs/automate.yaml');
  });

  it('collects what the configurations import, each once, and passes over containers', async () => {
    const files = new MemoryFiles({ '/root/automate.yaml': '', '/root/a/automate.yaml': '' });
    const found = await find(
      files,
      '/root/a/b/run.ipynb',
      { '/root/c/automate.yaml': '../a/b/run.ipynb' },
      {
        imports: { '/root/automate.yaml': ['/root/a/automate.yaml', '/root/c/automate.yaml'] },
        containers: ['/root/automate.yaml']
      }
    );
    expect(found).toMatchObject({
      candidates: ['/root/c/automate.yaml', '/root/a/automate.yaml'],
      chosen: '/root/c/automate.yaml'
    });
  });

  it('has a person choose among those that the nearest configuration imports', async () => {
    const files = new MemoryFiles({ '/root/automate.yaml': '' });
    const imports = { '/root/automate.yaml': ['/root/a.yaml', '/root/b.yaml'] };
    const containers = ['/root/automate.yaml'];
    expect(await find(files, '/root/x/run.ipynb', {}, { imports, containers })).toMatchObject({
      candidates: ['/root/a.yaml', '/root/b.yaml'],
      chosen: null
    });
  });

  it('knows the batch that an executed notebook belongs to', async () => {
    const files = new MemoryFiles({ '/root/tip/automate.yaml': '' });
    expect(await find(files, '/root/tip/batches/one/debug/run.ipynb')).toEqual({
      candidates: ['/root/tip/automate.yaml'],
      chosen: '/root/tip/automate.yaml',
      batchFolder: '/root/tip/batches/one'
    });
  });
});
