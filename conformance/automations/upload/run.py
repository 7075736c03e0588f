import json
import os
from pathlib import Path

input_folder = Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'])
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
papers = sorted((input_folder / 'papers').iterdir())
outputs = {
    'names': ' '.join(path.name for path in papers),
    'bytes': sum(path.stat().st_size for path in papers),
}
(output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
