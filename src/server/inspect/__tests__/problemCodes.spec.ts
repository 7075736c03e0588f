import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { findConfiguration } from '../../../core/automation/discover';
import { PROBLEM_CODES, type ProblemCode } from '../../../core/automation/problemCodes';
import { FileError } from '../../../core/files';
import { formatProblem } from '../../../core/problem';
import { createViewRegistry } from '../../../core/view/registry';
import { MemoryFiles } from '../../../testing/memoryFiles';
import { Overrides } from '../../overrides/overrides';
import { RecordingLog } from '../../queue/__tests__/bench';
import { readSiteContent } from '../../site/siteContent';
import { inspectAutomation } from '../inspectAutomation';

const SOURCES = path.join(__dirname, '../../..');

/** A tool without problems; more is written below it, from line 10 on. */
const TOOL = `crosscompute: 0.9.4
input:
  variables:
    - {id: town, view: string, path: variables.dictionary}
output:
  variables:
    - {id: rain, view: string, path: variables.dictionary}
batches:
  - {folder: batches/one}
`;

/** Its files but the configuration. */
const FILES = { '/x/batches/one/input/variables.dictionary': '{"town": "Bergen"}' };

const NOTEBOOK = (kernel: string) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, language: 'python' } },
    cells: []
  });

type Files = Record<string, string>;

const PROGRAM = (more: string) =>
  `scripts:\n  - {command: ./run.sh, protocol: progress, ${more}}\n`;

/** Tools with one mistake each, and what is said of it, with its place. */
const CASES: readonly [string, string, Files?][] = [
  ['automate.yaml:11:18 error retry-count', 'environment:\n  retry: {count: 11}\n'],
  ['automate.yaml:12:21 error retry-code', 'environment:\n  retry:\n    {count: 1, on: [cell]}\n'],
  ['automate.yaml:10:1 info unused-key', 'prices: []\n'],
  [
    'locked.yaml:1:1 error file-unreadable',
    'authorization:\n  tokens:\n    - path: locked.yaml\n',
    { '/x/locked.yaml': 'locked' }
  ],
  ['automate.yaml:11:5 error import-cycle', 'imports:\n  - path: automate.yaml\n'],
  [
    'automate.yaml:12:7 warning print-link',
    'print:\n  variables:\n    - {id: c, view: link, path: elsewhere.pdf}\n'
  ],
  [
    'automate.yaml:13:7 error print-name-conflict',
    'print:\n  variables:\n    - {id: a, view: pdf, path: a.pdf}\n    - {id: b, view: pdf, path: a.pdf}\n'
  ],
  [
    'automate.yaml:12:7 warning printer-unavailable',
    'print:\n  variables:\n    - {id: a, view: pdf, path: a.pdf}\n'
  ],
  [
    'log.md:2:3 warning template-filter',
    'log:\n  templates:\n    - path: log.md\n  variables:\n    - {id: a, view: string, path: a.txt}\n',
    { '/x/log.md': 'A\nB {a | nonsense}\n' }
  ],
  [
    'step.html:2:7 error template-syntax',
    'display:\n  templates:\n    - {id: step, path: step.html}\n',
    { '/x/step.html': '<p>\n{% if %}\n' }
  ],
  ['automate.yaml:10:5 error batch-folder-outside', '  - {folder: ../two}\n'],
  ['automate.yaml:10:5 warning batch-template-unused', "  - {folder: 'batches/{town}'}\n"],
  [
    'automate.yaml:10:5 error batch-filter',
    "  - {folder: 'batches/{town | upper}', configuration: {path: towns.csv}}\n",
    { '/x/towns.csv': 'town\nOslo\n' }
  ],
  [
    'automate.yaml:11:5 error txt-variables',
    '',
    {
      '/x/automate.yaml': TOOL.replace(
        'output:',
        '    - {id: year, view: number, path: variables.dictionary}\noutput:'
      ).concat("  - {folder: 'batches/{town}', configuration: {path: towns.txt}}\n"),
      '/x/towns.txt': 'Oslo\n'
    }
  ],
  [
    'automate.yaml:11:5 error dataset-conflict',
    'datasets:\n  - {path: data.csv, reference: {path: source.csv}}\n',
    { '/x/data.csv': 'a', '/x/source.csv': 'b' }
  ],
  [
    'automate.yaml:11:5 error notebook-invalid',
    'scripts:\n  - path: run.ipynb\n',
    { '/x/run.ipynb': '{}' }
  ],
  [
    'automate.yaml:11:5 error kernel-unknown',
    'scripts:\n  - path: run.ipynb\n',
    { '/x/run.ipynb': NOTEBOOK('pyhton3') }
  ],
  ['automate.yaml:11:57 error argument-unknown', PROGRAM('arguments: [twon]')],
  [
    'automate.yaml:12:57 error argument-secret',
    '',
    {
      '/x/automate.yaml':
        TOOL.replace('output:', '    - {id: key, view: string, path: ENVIRONMENT}\noutput:') +
        PROGRAM('arguments: [key]')
    }
  ],
  ['automate.yaml:11:53 error script-result', PROGRAM('result: rian')],
  ['automate.yaml:11:11 error engine-unavailable', 'environment:\n  engine: podman\n'],
  ['automate.yaml:11:3 warning container-only', 'environment:\n  apis:\n    - domain: a.example\n'],
  [
    'automate.yaml:13:15 error api-domain',
    'environment:\n  engine: podman\n  apis:\n    - domain: https://a.example\n'
  ],
  [
    'automate.yaml:11:20 error file-variable',
    'environment:\n  variables: [{id: ../x, target: file}]\n'
  ],
  ['automate.yaml:12:12 error retry-count', 'environment:\n  retry:\n    count: 11\n'],
  [
    'automate.yaml:12:10 error retry-code',
    'environment:\n  retry:\n    on: [nothing]\n    count: 1\n'
  ],
  ['automate.yaml:11:11 error limit-syntax', 'environment:\n  memory: much\n'],
  [
    'automate.yaml:12:11 warning packages-missing',
    'environment:\n  packages:\n    - id: no-such-package\n      manager: pip\n'
  ],
  [
    'tokens.yaml:1:1 error token-variable',
    'authorization:\n  tokens:\n    - path: tokens.yaml\n  groups:\n    - configuration: {}\n',
    { '/x/tokens.yaml': "'{NO_SUCH_TOKEN}': {role: admin}\n" }
  ],
  [
    'tokens.yaml:1:1 error token-identity',
    'authorization:\n  tokens:\n    - path: tokens.yaml\n  groups:\n    - configuration: {}\n',
    { '/x/tokens.yaml': 'abcdefghijklmnopqrstuvwxyz: admin\n' }
  ],
  [
    'tokens.yaml:1:1 warning token-weak',
    'authorization:\n  tokens:\n    - path: tokens.yaml\n  groups:\n    - configuration: {}\n',
    { '/x/tokens.yaml': 'abc: {role: admin}\n' }
  ]
];

/** Folders in which a configuration is looked for. */
const LOOKED_FOR: readonly [string, Files][] = [
  ['x:1:1 error configuration-not-found', { '/x/notes.txt': '' }],
  ['x:1:1 error path-not-found', {}],
  [
    'automate.yaml:1:1 info configuration-ambiguous',
    { '/x/automate.yaml': TOOL, '/x/automate.yml': TOOL }
  ]
];

describe('problems with their places', () => {
  let scripts: string;
  let overrides: Overrides;
  let files: MemoryFiles;

  beforeAll(async () => {
    scripts = await mkdtemp(path.join(tmpdir(), 'problems-'));
    await build({
      entryPoints: [path.join(SOURCES, 'server/overrides/overrideWorker.ts')],
      outfile: path.join(scripts, 'overrideWorker.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['chokidar']
    });
  });

  afterAll(() => rm(scripts, { recursive: true }));

  async function check(written: Files): Promise<string[]> {
    files = new LockedFiles(written);
    overrides = new Overrides(files, scripts, new RecordingLog());
    try {
      const { members, problems } = await readSiteContent(
        {
          files,
          views: createViewRegistry(),
          rootFolder: '/x',
          environment: () => undefined,
          inspect: automation =>
            inspectAutomation(automation, {
              files,
              packages: { missing: given => Promise.resolve([...given.environment.packages]) },
              podman: { find: () => Promise.resolve(null) },
              findTemplateFaults: given => overrides.findFaults(given),
              kernels: () => Promise.resolve(new Set(['python3', 'ir'])),
              environment: {}
            })
        },
        '/x/automate.yaml',
        () => null
      );
      expect(members).not.toHaveLength(0);
      return problems.map(problem =>
        formatProblem({ ...problem, file: path.basename(problem.file) })
      );
    } finally {
      await overrides.close();
    }
  }

  it('are none in a tool without mistakes', async () => {
    expect(await check({ ...FILES, '/x/automate.yaml': TOOL })).toEqual([]);
  });

  it.each(CASES)('%s', async (expected, more, others = {}) => {
    const lines = await check({ '/x/automate.yaml': TOOL + more, ...FILES, ...others });
    expect(lines.map(line => line.slice(0, line.indexOf(': ')))).toContain(expected);
  });

  it.each(LOOKED_FOR)('%s', async (expected, written) => {
    const { problems } = await findConfiguration(new MemoryFiles(written), '/x');
    const lines = problems.map(problem =>
      formatProblem({ ...problem, file: path.basename(problem.file) })
    );
    expect(lines.map(line => line.slice(0, line.indexOf(': ')))).toEqual([expected]);
  });

  it('say what there is instead', async () => {
    const [line] = await check({
      ...FILES,
      '/x/automate.yaml': `${TOOL}scripts:\n  - path: run.ipynb\n`,
      '/x/run.ipynb': NOTEBOOK('pyhton3')
    });
    expect(line).toBe(
      'automate.yaml:11:5 error kernel-unknown: kernel "pyhton3" of "run.ipynb" is not installed; did you mean "python3"? Available: ir, python3'
    );
  });
});

describe('every problem code', () => {
  /** Specs with lines such as `12:5 error unknown-view`. */
  const pinned = specsIn(SOURCES)
    .map(file => readFileSync(file, 'utf-8'))
    .join('\n');

  it.each(Object.keys(PROBLEM_CODES) as ProblemCode[])(
    '%s is told in a test with its line and its column',
    code => {
      const line = new RegExp(`\\d+:\\d+ (error|warning|info) ${code}(?![\\w-])`);
      expect([code, line.test(pinned)]).toEqual([code, true]);
    }
  );
});

/** A file that may not be read. */
class LockedFiles extends MemoryFiles {
  override readText(file: string): Promise<string> {
    return file.endsWith('locked.yaml')
      ? Promise.reject(new FileError(file, 'file-unreadable', 'permission denied'))
      : super.readText(file);
  }
}

function specsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf-8' })
    .filter(name => /__tests__.*\.spec\.ts$/.test(name))
    .map(name => path.join(folder, name));
}
