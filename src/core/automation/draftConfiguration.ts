import { parseNotebook, type INotebookCell } from '../run/notebook';
import type { JsonObject, JsonValue } from '../json';
import { nameOf, suffixOf } from '../path';
import { formatName } from './words';

/** A configuration to begin with, and values for its only batch. */
export interface IConfigurationDraft {
  /** YAML with comments. */
  text: string;
  /** Values of the inputs as the notebook has them, for `batches/standard/input/variables.dictionary`. */
  values: JsonObject;
  /** Ids of what was found. */
  inputs: string[];
  outputs: string[];
}

interface IGuess {
  id: string;
  view: string;
  path: string;
  configuration?: JsonObject;
}

const DICTIONARY = 'variables.dictionary';

/** Characters of a line that may be code of a person. */
const LONGEST_CODE = 500;

/** Views for files by their suffix. */
const VIEWS: Readonly<Record<string, string>> = {
  '.csv': 'table',
  '.geojson': 'map-mapbox',
  '.gif': 'image',
  '.html': 'html',
  '.jpg': 'image',
  '.json': 'json',
  '.md': 'markdown',
  '.pdf': 'pdf',
  '.png': 'image',
  '.svg': 'image',
  '.txt': 'text'
};

/**
 * Draft a configuration for a notebook: inputs are the assignments of its cell with the tag `parameters` and the files that
 * it reads in the input folder; outputs are the files that it writes in the output folder, else what its last cell shows.
 *
 * @param path - of the notebook, relative to the folder of the configuration
 * @throws {NotebookError} when the text is no notebook
 */
export function draftConfiguration(path: string, text: string): IConfigurationDraft {
  const { cells } = parseNotebook(text);
  const values = parametersOf(cells);
  const inputs = unique([
    ...Object.entries(values).map(([id, value]) => ({ id, view: viewOf(value), path: DICTIONARY })),
    ...guessStep(cells, 'input')
  ]);
  const found = unique(guessStep(cells, 'output'));
  const last = cells[cells.length - 1];
  const outputs = found.length || !last ? found : [shownCell(last)];
  const name = formatName(nameOf(path).replace(/\.ipynb$/, '')) || 'My Tool';
  return {
    text: writeDraft(name, path, inputs, outputs),
    values,
    inputs: inputs.map(({ id }) => id),
    outputs: outputs.map(({ id }) => id)
  };
}

/** Assignments of literals in the cell with the tag `parameters`. */
function parametersOf(cells: readonly INotebookCell[]): JsonObject {
  const cell = cells.find(({ tags }) => tags.includes('parameters'));
  const values: JsonObject = {};
  for (const line of cell?.source.split('\n') ?? []) {
    const match = /^([A-Za-z]\w*)\s*(?::[^=]+)?(?:=|<-)\s*(.+)$/.exec(line);
    const value = match ? literalOf(match[2].replace(/\s+#[^'"]*$/, '').trim()) : undefined;
    if (match && value !== undefined) {
      values[match[1]] = value;
    }
  }
  return values;
}

/** A number, text, or truth value as Python, R and Julia write it; undefined for anything else. */
function literalOf(text: string): JsonValue | undefined {
  if (/^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) {
    return Number(text.replace(/_/g, ''));
  }
  if (/^(true|false)$/i.test(text)) {
    return text.toLowerCase() === 'true';
  }
  const quoted = /^(['"])((?:(?!\1)[^\\])*)\1$/.exec(text);
  return quoted?.[2];
}

function viewOf(value: JsonValue): string {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'string';
  }
}

/** Files that cells name in the folder of a step, and the keys of its dictionary. */
function guessStep(cells: readonly INotebookCell[], step: 'input' | 'output'): IGuess[] {
  const all = cells.map(({ source }) => source).join('\n');
  return cells.flatMap(({ source }) => {
    const files = [...source.matchAll(filePattern(step))].map(match => match[1] ?? match[2]);
    return files.flatMap(file =>
      file.endsWith('.dictionary')
        ? keysOf(source, step, all).map(id => ({ id, view: 'string', path: file }))
        : [guessFile(file, step)]
    );
  });
}

/** `output_folder / 'x.csv'`, `f'{output_folder}/x.csv'`, and `batches/standard/output/x.csv`. */
function filePattern(step: 'input' | 'output'): RegExp {
  const folder = `(?:${step}_folder|${step}_path|CROSSCOMPUTE_${step.toUpperCase()}_FOLDER)`;
  const name = `[\\w][\\w ./-]*\\.\\w+`;
  return new RegExp(
    `${folder}['")\\]}]*\\s*[/,+]\\s*f?['"]?/?(${name})['"]|batches/[\\w-]+/${step}/(${name})['"]`,
    'gi'
  );
}

/**
 * Keys that a cell reads from a dictionary, or writes into one.
 *
 * @param all - text of all cells: what one cell reads, the next ones use
 */
function keysOf(source: string, step: 'input' | 'output', all: string): string[] {
  if (step === 'output') {
    return [...source.matchAll(/[{,]\s*['"]([A-Za-z][\w -]*)['"]\s*:/g)].map(match => match[1]);
  }
  const name = nameOfDictionary(source);
  // Without a name, whatever has keys may be it, but the environment.
  const owner = name === undefined ? '(?<!environ)' : `\\b${name}`;
  const key = `['"]([A-Za-z][\\w -]*)['"]\\s*[\\],)]`;
  const isRead = '(?!\\s*=(?!=))';
  const pattern = new RegExp(`${owner}(?:\\[\\s*|\\.get\\(\\s*)${key}${isRead}`, 'g');
  return [...(name === undefined ? source : all).matchAll(pattern)].map(match => match[1]);
}

/** The name that a cell gives to the dictionary that it reads; undefined when it gives none. */
function nameOfDictionary(source: string): string | undefined {
  const reading = /(\w+)\s*=.*json\.loads?\(.*\.dictionary/;
  // Longer lines are data, and would take the expression long.
  const line = source.split('\n').find(text => text.length <= LONGEST_CODE && reading.test(text));
  return line && reading.exec(line)?.[1];
}

function guessFile(file: string, step: 'input' | 'output'): IGuess {
  const suffix = suffixOf(file).toLowerCase();
  const stem = nameOf(file).slice(0, -suffix.length || undefined);
  const id = stem.replace(/[^A-Za-z0-9_-]+/g, '_') || step;
  const fallback = step === 'input' ? 'file' : 'link';
  const isText = ['.csv', '.json', '.md', '.txt'].includes(suffix);
  return {
    id,
    view: step === 'input' && !isText ? 'file' : (VIEWS[suffix] ?? fallback),
    path: file
  };
}

function shownCell({ number }: INotebookCell): IGuess {
  return {
    id: 'result',
    view: 'cell',
    path: 'result.outputs.json',
    configuration: { cell: number }
  };
}

function unique(guesses: readonly IGuess[]): IGuess[] {
  return guesses.filter(({ id }, index) => guesses.findIndex(other => other.id === id) === index);
}

function writeDraft(
  name: string,
  path: string,
  inputs: readonly IGuess[],
  outputs: readonly IGuess[]
): string {
  return `---
crosscompute: 0.9.4

# What people see: the name is also its address.
name: ${JSON.stringify(name)}
version: 0.1.0

# What it asks for. Values come to the notebook after its cell with the tag "parameters", and lie in the folder
# that the environment variable CROSSCOMPUTE_INPUT_FOLDER names.
# Views: number, string, text, select, slider, date, boolean, file, table, …
input:
  variables:${writeVariables(inputs, '    # - id: amount\n    #   view: number\n    #   path: variables.dictionary\n')}
# What it shows. The notebook writes these files to the folder that CROSSCOMPUTE_OUTPUT_FOLDER names; the view
# "cell" shows what a cell displays, and needs no file.
# Views: number, string, markdown, image, table, chart, link, pdf, …
output:
  variables:${writeVariables(outputs, '    # - id: plot\n    #   view: image\n    #   path: plot.png\n')}
# Sets of inputs; this one has its values in batches/standard/input.
batches:
  - folder: batches/standard

# What runs.
scripts:
  - path: ${JSON.stringify(path)}
`;
}

function writeVariables(guesses: readonly IGuess[], example: string): string {
  if (!guesses.length) {
    return ` []\n${example}\n`;
  }
  const items = guesses.map(({ id, view, path, configuration }) => {
    const more = configuration ? `      configuration: ${JSON.stringify(configuration)}\n` : '';
    return `    - id: ${id}\n      view: ${view}\n      path: ${JSON.stringify(path)}\n${more}`;
  });
  return `\n${items.join('')}\n`;
}
