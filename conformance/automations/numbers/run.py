import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
alone = float(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'alone.txt').read_text())
total = inputs['whole'] + inputs['part'] + alone
kind = type(inputs['whole']).__name__
(output_folder / 'variables.dictionary').write_text(json.dumps({'sum': total, 'kind': kind}))
(output_folder / 'tenth.txt').write_text(str(total / 10))
