import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createEmptyAutomation } from '../../../../testing/emptyAutomation';
import { BuildContext } from '../buildContext';
import { containerArguments, containerEnvironment } from '../containerArguments';
import { containerFile, imageName } from '../containerFile';

const { environment } = createEmptyAutomation();
const position = { file: '', line: 1, column: 1 };
const USER = { uid: 1001, gid: 1002, isRootless: true };

describe('containerFile()', () => {
  it('installs packages with ids as arguments, the user last, and the files at their path', () => {
    const packages = [
      { id: 'numpy>=2; rm -rf /', manager: 'pip', position },
      { id: 'curl', manager: 'apt', position },
      { id: 'left-pad', manager: 'npm', position },
      { id: 'git', manager: 'dnf', position }
    ] as const;
    const folder = `/home/ann/a "b" 'c' $D`;
    const text = containerFile(
      { folder, environment: { ...environment, packages }, scripts: [], vocabulary: '0.9' },
      USER
    );
    const lines = text.split('\n');
    expect(lines.map(line => line.split(' ')[0])).toEqual([
      ...[
        'FROM',
        'USER',
        'ENTRYPOINT',
        'RUN',
        'RUN',
        'RUN',
        'RUN',
        'RUN',
        'ENV',
        'USER',
        'COPY',
        ''
      ]
    ]);
    const words = (index: number) => JSON.parse(lines[index].slice(4)) as string[];
    expect([3, 4, 5, 6].map(index => words(index).at(-1))).toEqual([
      ...['curl', 'git', 'left-pad', 'numpy>=2; rm -rf /']
    ]);
    expect(words(6).slice(-2)[0]).toBe('--');
    expect(words(7).slice(-3)).toEqual(['1001:1002', '/home/user', folder]);
    expect(lines.at(-2)).toBe(
      `COPY --chown=1001:1002 ${JSON.stringify(['files/', `/home/ann/a \\"b\\" \\'c\\' \\$D/`])}`
    );
  });

  it('asks for ipykernel only where a script needs it', () => {
    const source = { folder: '/x', environment, vocabulary: '0.9' as const };
    const script = {
      kind: 'notebook',
      path: 'a.ipynb',
      kernel: null,
      folder: '.',
      position
    } as const;
    const count = (text: string) => text.split('ipykernel').length - 1;
    expect(count(containerFile({ ...source, scripts: [] }, USER))).toBe(0);
    expect(count(containerFile({ ...source, scripts: [script] }, USER))).toBe(2);
  });

  it('wants Python where hosts or ports are let through', () => {
    const needs = (more: object, vocabulary: '0.9' | '1.0') => {
      const source = { folder: '/f', environment: { ...environment, ...more }, scripts: [] };
      return containerFile({ ...source, vocabulary }, USER).includes('need python3 in the image');
    };
    const ports = [{ id: 'site', number: 8000 }];
    expect(needs({ apis: ['a.example'] }, '0.9')).toBe(true);
    expect(needs({ ports }, '1.0')).toBe(true);
    expect(needs({ ports }, '0.9')).toBe(false);
    expect(needs({}, '1.0')).toBe(false);
  });
});

describe('imageName()', () => {
  it.each([
    ['rainfall', '1.2.3', 'localhost/rainfall:1.2.3'],
    ['Été_2', 'v1 beta+3', 'localhost/e-te-2:v1-beta-3'],
    ['雨', '', 'localhost/automation:latest']
  ])('makes a name of %s and %s', (slug, version, name) => {
    expect(imageName({ slug, version })).toBe(name);
  });
});

describe('containerArguments()', () => {
  const container = {
    ...{ name: 'n', labels: {}, image: 'i', user: USER, folder: '/f', variables: [] },
    ...{ environment, isInteractive: true, hasInit: false, command: ['python3'] }
  };

  it('keeps the ids of the host without root, and opens ports to this host alone', () => {
    const ports = [{ number: 80, hostPort: 4001 }];
    const words = containerArguments({ ...container, mounts: [], hasNetwork: true, ports });
    const text = words.join(' ');
    expect(text).toContain('--userns keep-id --user 1001:1002');
    expect(text).toContain('--publish 127.0.0.1:4001:80');
    expect(text).toContain('--interactive');
  });

  it('refuses a path that podman would read as something else', () => {
    const mounts = [{ source: '/a:b', target: '/a:b', isWritable: true }];
    const make = () => containerArguments({ ...container, mounts, hasNetwork: true, ports: [] });
    expect(make).toThrow('colon');
  });
});

describe('containerEnvironment()', () => {
  it('leaves out what belongs to the host, and what podman would heed or expand', () => {
    const names = ['PATH', 'LD_PRELOAD', 'CONTAINER_HOST', 'XDG_RUNTIME_DIR', 'A*', 'TZ', 'LC_ALL'];
    const given = Object.fromEntries(names.map(name => [name, 'x']));
    expect(Object.keys(containerEnvironment(given))).toEqual(['TZ', 'LC_ALL']);
  });
});

describe('BuildContext', () => {
  let folder: string;
  const write = async (name: string, text = '') => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };
  const source = () => {
    const batch = { name: null, slug: null, isSlugKept: false, configurationPath: null, position };
    return {
      folder,
      batches: [
        { ...batch, folder: 'cases/case-{x}', referenceFolder: null },
        { ...batch, folder: '.', referenceFolder: null }
      ],
      datasets: [
        { path: 'rows.csv', reference: null, input: 'none', output: 'none', position } as const
      ],
      authorization: { tokenFiles: [{ path: 'tokens.yaml', position }], groups: [] }
    };
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-context-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('has the code, and neither what runs write nor datasets nor tokens', async () => {
    const left = [
      ...['batches/a/input/x', 'runs/1/x', 'prints/x', 'datasets/x', 'tests/x', '.git/x'],
      ...['.crosscompute/x', 'cases/case-1/output/x', 'output/x', 'rows.csv', 'tokens.yaml'],
      ...['code/__pycache__/x.pyc', '.ipynb_checkpoints/x']
    ];
    const kept = ['run.ipynb', 'code/a.py', 'code/tests/x', 'cases/case-1/note.txt', '.hidden'];
    await Promise.all([...left, ...kept].map(name => write(name)));
    await symlink('run.ipynb', path.join(folder, 'link'));
    const context = await BuildContext.read(source());
    const target = path.join(folder, '.crosscompute', 'context');
    await context.place(target);
    const found = await readdir(target, { recursive: true, withFileTypes: true });
    const names = found
      .filter(entry => !entry.isDirectory())
      .map(entry => path.relative(target, path.join(entry.parentPath, entry.name)));
    expect(names.sort()).toEqual([...kept, 'link'].sort());
  });

  it('has another digest when content or name changes, and the same when only times do', async () => {
    const digest = async () => (await BuildContext.read(source())).digest();
    await write('a.py', '1');
    const first = await digest();
    await utimes(path.join(folder, 'a.py'), 1, 1);
    expect(await digest()).toBe(first);
    await write('a.py', '2');
    const second = await digest();
    expect(second).not.toBe(first);
    await write('output/y.txt', 'y');
    expect(await digest()).toBe(second);
  });
});
