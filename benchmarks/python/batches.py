"""What the drivers share: the batches of an automation, two at once, in the environment that scripts expect."""

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def enter(batch):
    """Make the step folders of a batch and name them in the environment."""
    for step in ('input', 'output', 'log', 'debug', 'print'):
        folder = batch / step
        folder.mkdir(exist_ok=True)
        os.environ[f'CROSSCOMPUTE_{step.upper()}_FOLDER'] = str(folder)


def run_all(run, automation, processes=2, initializer=None):
    """Call `run(automation, batch)` for every batch and return the results in order."""
    automation = Path(automation).resolve()
    batches = sorted((automation / 'batches').iterdir())
    with ProcessPoolExecutor(processes, initializer=initializer) as pool:
        return list(pool.map(run, [automation] * len(batches), batches))
