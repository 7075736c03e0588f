import { PathExt } from '@jupyterlab/coreutils';

/**
 * A configuration to begin with, for the empty state: one number in, one number out.
 *
 * @param path - the notebook, or the folder, that was asked for
 */
export function exampleConfiguration(path: string): string {
  const isNotebook = PathExt.extname(path) === '.ipynb';
  const notebook = isNotebook ? PathExt.basename(path) : 'run.ipynb';
  const name = isNotebook ? PathExt.basename(path, '.ipynb') : PathExt.basename(path) || 'My Tool';
  return `---
crosscompute: 0.9.4

# What it is called
name: ${JSON.stringify(name)}
version: 0.1.0

# What the notebook reads, from the folder in CROSSCOMPUTE_INPUT_FOLDER
input:
  variables:
    - id: amount
      view: number
      path: variables.dictionary

# What the notebook writes, to the folder in CROSSCOMPUTE_OUTPUT_FOLDER
output:
  variables:
    - id: total
      view: number
      path: variables.dictionary

# Sets of inputs; this one reads batches/standard/input/variables.dictionary, such as {"amount": 100}
batches:
  - folder: batches/standard

# What runs
scripts:
  - path: ${JSON.stringify(notebook)}
`;
}

/** Lines with which a Python notebook reads and writes the variables of the example. */
export const EXAMPLE_CELL = `import json, os
from pathlib import Path

input_folder = Path(os.getenv('CROSSCOMPUTE_INPUT_FOLDER', 'batches/standard/input'))
output_folder = Path(os.getenv('CROSSCOMPUTE_OUTPUT_FOLDER', 'batches/standard/output'))
output_folder.mkdir(parents=True, exist_ok=True)

amount = json.loads((input_folder / 'variables.dictionary').read_text())['amount']
total = amount * 1.2
(output_folder / 'variables.dictionary').write_text(json.dumps({'total': total}))
`;
