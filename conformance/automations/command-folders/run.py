import json
import sys
from pathlib import Path

input_folder, output_folder, log, words = sys.argv[1:]
assert words == 'two words', words
assert Path(log.removeprefix('--log=')).is_dir()
inputs = json.loads(Path(input_folder, 'variables.dictionary').read_text())
Path(output_folder, 'variables.dictionary').write_text(json.dumps({'double': inputs['number'] * 2}))
