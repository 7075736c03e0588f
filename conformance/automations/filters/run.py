import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
(output_folder / 'variables.dictionary').write_text(json.dumps({'double': inputs['number'] * 2, 'place': 'new york'}))
