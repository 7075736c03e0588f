import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
body = Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'body.md').read_text()
(output_folder / 'report.md').write_text(f'# {inputs["title"]}\n\n{body}\n\n<script>alert(1)</script>\n')
(output_folder / 'variables.dictionary').write_text(json.dumps({'line': 'a *single* paragraph'}))
