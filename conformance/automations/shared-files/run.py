import json
import os
from pathlib import Path

input_folder = Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'])
size = json.loads((input_folder / 'a.dictionary').read_text())['size']
name = json.loads((input_folder / 'folder/b.dictionary').read_text())['name']
Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'], 'same.txt').write_text(f'{name} {size}')
