# %% Read the inputs
import json
from os import environ
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

seed = json.loads(Path(environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())[
    'seed'
]
output_folder = Path(environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
samples = np.random.default_rng(seed).normal(size=(20_000, 3)).cumsum(axis=0)

# %% Draw the paths
figure, axes = plt.subplots(figsize=(8, 4))
axes.plot(samples)
figure.savefig(output_folder / 'paths.png')
plt.show()

# %% Draw the ends
figure, axes = plt.subplots(figsize=(8, 4))
axes.hist(samples.ravel(), bins=60)
figure.savefig(output_folder / 'ends.png')
plt.show()

# %% Write the outputs
(output_folder / 'variables.dictionary').write_text(json.dumps({'total': float(samples[-1].sum())}))
