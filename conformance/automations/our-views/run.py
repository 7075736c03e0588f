import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
outputs = {f'{key} again': inputs[key] for key in ('sown', 'colour', 'organic')}
(output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
(output_folder / 'source.py').write_text('print("<hello>")')
(output_folder / 'markup.html').write_text('<p onclick="alert(1)">kept</p><script>alert(2)</script>')
(output_folder / 'bars.json').write_text(json.dumps({
    '$schema': 'https://vega.github.io/schema/vega-lite/v5.json',
    'description': 'Two bars',
    'data': {'values': [{'a': 'x', 'b': 1}, {'a': 'y', 'b': 2}]},
    'mark': 'bar',
    'encoding': {'x': {'field': 'a'}, 'y': {'field': 'b', 'type': 'quantitative'}},
}))
