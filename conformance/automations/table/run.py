import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
table = {'columns': ['n', 'square'], 'data': [[n, n * n] for n in range(inputs['rows'])]}
(output_folder / 'squares.json').write_text(json.dumps(table))
