import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
evil = inputs['text']
outputs = {'text again': evil, 'frame': 'javascript:alert(4)'}
(output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
(output_folder / 'long.txt').write_text(evil * 3)
(output_folder / 'data.txt').write_text(evil)
