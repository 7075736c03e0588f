import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { JsonObject } from '../../../../core/json';
import type { ScriptBench } from '../../../../testing/executorContract';

/** A cell of a notebook: code, code with tags, or Markdown. */
export type TestCell = string | { code: string; tags: string[] } | { markdown: string };

/** Write a notebook for a spec. */
export async function writeNotebook(
  bench: ScriptBench,
  cells: readonly TestCell[],
  kernel = 'python3'
): Promise<{ kind: 'notebook'; path: string; kernel: null }> {
  const text = JSON.stringify(notebookDocument(cells, kernel));
  await writeFile(path.join(bench.folder, 'run.ipynb'), text);
  return { kind: 'notebook', path: 'run.ipynb', kernel: null };
}

/** A notebook that was never executed, of nbformat 4. */
export function notebookDocument(cells: readonly TestCell[], kernel = 'python3'): JsonObject {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: kernel,
        display_name: kernel,
        language: kernel === 'python3' ? 'python' : kernel
      }
    },
    cells: cells.map((cell, index): JsonObject =>
      typeof cell === 'object' && 'markdown' in cell
        ? { id: `cell-${index}`, cell_type: 'markdown', metadata: {}, source: cell.markdown }
        : {
            id: `cell-${index}`,
            cell_type: 'code',
            metadata: typeof cell === 'string' ? {} : { tags: [...cell.tags] },
            source: typeof cell === 'string' ? cell : cell.code,
            outputs: [],
            execution_count: null
          }
    )
  };
}
