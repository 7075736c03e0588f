import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
size = Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'size.txt').read_text().strip()
toppings = [name for name in inputs['toppings'].splitlines() if name]
outputs = {'chosen': f'{inputs["colour"]} {size}', 'count': len(toppings)}
(output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
