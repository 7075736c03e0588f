# %% Write an output
from os import environ
from pathlib import Path

Path(environ['CROSSCOMPUTE_OUTPUT_FOLDER'], 'variables.dictionary').write_text('{"total": 1}')
