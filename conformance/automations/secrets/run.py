import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
secret = os.environ['CONFORMANCE_SECRET']
region = os.environ['CONFORMANCE_REGION']
others = [name for name in os.environ if name.startswith('CONFORMANCE_UNDECLARED')]
outputs = {'length': len(secret) + len(region) + 100 * len(others)}
(output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
