import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
factor = json.loads(Path('datasets/factors.json').read_text())['factor']
(output_folder / 'variables.dictionary').write_text(json.dumps({'double': inputs['number'] * factor}))
