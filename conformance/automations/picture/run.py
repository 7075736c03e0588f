import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
import base64

DOT = (
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4z8AAAAMBAQAY3Y2wAAAAAElFTkSuQmCC'
)
side = inputs['side']
(output_folder / 'dot.png').write_bytes(base64.b64decode(DOT))
(output_folder / 'drawing.svg').write_text(
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}"><rect width="9" height="9"/></svg>'
)
(output_folder / 'sheet.pdf').write_bytes(b'%PDF-1.4\n%%EOF\n')
(output_folder / 'data.csv').write_text('n\n1\n2\n')
(output_folder / 'variables.dictionary').write_text(json.dumps({'site': 'https://example.com/'}))
