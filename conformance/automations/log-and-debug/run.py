import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
print('spoken', flush=True)
log_folder = Path(os.environ['CROSSCOMPUTE_LOG_FOLDER'])
debug_folder = Path(os.environ['CROSSCOMPUTE_DEBUG_FOLDER'])
(log_folder / 'variables.dictionary').write_text(json.dumps({'progress': 100}))
(debug_folder / 'variables.dictionary').write_text(json.dumps({'seed': 7}))
(output_folder / 'variables.dictionary').write_text(json.dumps({'double': inputs['number'] * 2}))
