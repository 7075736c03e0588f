import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { ScriptBench } from '../../../../testing/executorContract';

/** A cell of a notebook: code, or code with tags. */
export type TestCell = string | { code: string; tags: string[] };

/** Write a notebook for a spec. */
export async function writeNotebook(
  bench: ScriptBench,
  cells: readonly TestCell[],
  kernel = 'python3'
): Promise<{ kind: 'notebook'; path: string; kernel: null }> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: kernel,
        display_name: kernel,
        language: kernel === 'python3' ? 'python' : kernel
      }
    },
    cells: cells.map(cell => ({
      cell_type: 'code',
      metadata: typeof cell === 'string' ? {} : { tags: cell.tags },
      source: typeof cell === 'string' ? cell : cell.code,
      outputs: [],
      execution_count: null
    }))
  };
  await writeFile(path.join(bench.folder, 'run.ipynb'), JSON.stringify(notebook));
  return { kind: 'notebook', path: 'run.ipynb', kernel: null };
}
