import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BENCHMARKS_FOLDER } from './paths.mjs';

/**
 * Read a file of cells.
 *
 * @param {string} name - of a file in `cells/`, without suffix
 * @returns {{name: string, source: string}[]} what stands between the lines `# %% NAME`
 */
export function readCells(name) {
  const text = readFileSync(getCellsPath(name), 'utf8');
  return text
    .split(/^# %% /m)
    .slice(1)
    .map(part => {
      const end = part.indexOf('\n');
      return { name: part.slice(0, end), source: part.slice(end + 1).trim() };
    });
}

/**
 * @param {string} name - of a file in `cells/`, without suffix
 * @returns {string} its absolute path
 */
export function getCellsPath(name) {
  return path.join(BENCHMARKS_FOLDER, 'cells', `${name}.py`);
}

/**
 * Write an automation that runs a notebook; every peer can run it as it is.
 *
 * @param {string} folder - made when missing
 * @param {{name: string, cells: {name: string | null, source: string}[], batchCount: number}} options -
 *   a cell's name becomes a heading before it; null makes none
 */
export function writeAutomation(folder, { name, cells, batchCount }) {
  const numbers = Array.from({ length: batchCount }, (_, index) => index + 1);
  const slugs = numbers.map(number => `batch-${String(number).padStart(3, '0')}`);
  for (const [index, slug] of slugs.entries()) {
    const input = path.join(folder, 'batches', slug, 'input');
    mkdirSync(input, { recursive: true });
    writeFileSync(
      path.join(input, 'variables.dictionary'),
      JSON.stringify({ seed: numbers[index] })
    );
  }
  writeFileSync(path.join(folder, 'run.ipynb'), JSON.stringify(makeNotebook(cells), null, 1));
  writeFileSync(
    path.join(folder, 'automate.yaml'),
    [
      'crosscompute: 0.9.4',
      `name: ${name}`,
      'input:',
      '  variables:',
      '    - {id: seed, view: number, path: variables.dictionary}',
      'output:',
      '  variables:',
      '    - {id: total, view: number, path: variables.dictionary}',
      'batches:',
      ...slugs.map(slug => `  - folder: batches/${slug}`),
      'scripts:',
      '  - path: run.ipynb',
      ''
    ].join('\n')
  );
}

/**
 * Write an automation whose batches are rows of a CSV.
 *
 * @param {string} folder - made when missing
 * @param {number} count - rows
 * @param {string} [command] - in YAML; writes the time by default, which is next to nothing
 */
export function writeRows(
  folder,
  count,
  command = 'sh -c "date +%s.%N > {output_folder}/started.txt"'
) {
  mkdirSync(folder, { recursive: true });
  const rows = Array.from({ length: count }, (_, index) => `${index + 1},town ${index + 1}`);
  writeFileSync(path.join(folder, 'rows.csv'), `number,town\n${rows.join('\n')}\n`);
  writeFileSync(
    path.join(folder, 'automate.yaml'),
    [
      'crosscompute: 0.9.4',
      'name: Rows',
      'input:',
      '  variables:',
      '    - {id: number, view: number, path: variables.dictionary}',
      '    - {id: town, view: string, path: variables.dictionary}',
      'output:',
      '  variables:',
      '    - {id: started, view: number, path: started.txt}',
      'batches:',
      "  - {folder: 'batches/{number}', slug: 'row-{number}', configuration: {path: rows.csv}}",
      'scripts:',
      `  - command: ${command}`
    ].join('\n')
  );
}

/**
 * Make sure that a run did its work: a time without results is no time.
 *
 * @param {string} folder - of the automation
 * @param {number} batchCount
 * @param {readonly string[]} files - names in the output folder of every batch
 * @throws {Error} naming the first file that is missing and how many are
 */
export function requireOutputs(folder, batchCount, files) {
  const missing = [];
  for (let number = 1; number <= batchCount; number++) {
    const batch = path.join('batches', `batch-${String(number).padStart(3, '0')}`, 'output');
    missing.push(
      ...files
        .map(file => path.join(batch, file))
        .filter(file => !existsSync(path.join(folder, file)))
    );
  }
  if (missing.length) {
    throw new Error(`${missing.length} outputs were not written, such as ${missing[0]}`);
  }
}

function makeNotebook(cells) {
  return {
    cells: cells.flatMap(({ name, source }, index) => [
      ...(name === null
        ? []
        : [{ cell_type: 'markdown', id: `heading-${index}`, metadata: {}, source: `## ${name}` }]),
      {
        cell_type: 'code',
        id: `code-${index}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source
      }
    ]),
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' }
    },
    nbformat: 4,
    nbformat_minor: 5
  };
}
