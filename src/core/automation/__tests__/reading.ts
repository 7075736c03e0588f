import { MemoryFiles } from '../../../testing/memoryFiles';
import { formatProblem } from '../../problem';
import type { IReadAutomation } from '../readAutomation';
import { readAutomation } from '../readAutomation';
import { fakeViews } from './fakeViews';

const NOTEBOOK = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] });

const FILES = {
  '/root/tip/input.md': 'Bill { bill }',
  '/root/tip/batches.csv': 'bill\n1\n',
  '/root/tip/style.css': '',
  '/root/tip/tip.py': '',
  '/root/tip/scripts/run.ipynb': NOTEBOOK
};

/** Read a configuration beside the usual files; `lines` are its problems with paths relative to its folder. */
export async function read(
  text: string,
  more: Record<string, string | Uint8Array> = {},
  prepare: (files: MemoryFiles) => void = () => {},
  name = 'automate.yaml'
): Promise<IReadAutomation & { lines: string[] }> {
  const files = new MemoryFiles({ ...FILES, [`/root/tip/${name}`]: text, ...more });
  prepare(files);
  const result = await readAutomation(files, `/root/tip/${name}`, {
    views: fakeViews,
    environment: name => (name === 'TOKEN' ? 'secret' : undefined),
    rootFolder: '/root'
  });
  const lines = result.problems.map(problem =>
    formatProblem({ ...problem, file: problem.file.replace('/root/tip/', '') })
  );
  return { ...result, lines };
}

/** A small valid configuration with further lines at the top level. */
export function minimal(more = ''): string {
  return `crosscompute: 0.9.4\noutput:\nbatches: [{folder: batches/standard}]\n${more}`;
}

/** A minimal configuration with one input variable given as flow fields. */
export function withInput(...fields: string[]): string {
  const items = fields.map(field => `  - {${field}}\n`).join('');
  return minimal(`input:\n  variables:\n${items}`);
}
