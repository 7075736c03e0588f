import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
greeting = f'Hello {inputs["first name"]} from {inputs["city"]} <{inputs["mail"]}>'
(output_folder / 'variables.dictionary').write_text(json.dumps({'greeting': greeting}))
note = Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'note.txt').read_text()
(output_folder / 'shout.txt').write_text(note.upper())
