"""Run the first batch of an automation in a fresh kernel, by nbclient. Prints the seconds from its start to its end.

python run_fresh.py AUTOMATION_FOLDER
"""

import sys
import time
from pathlib import Path

import nbformat
from batches import enter
from nbclient import NotebookClient


def main(automation):
    """Start a kernel, run all cells, end it; imports of nbclient are not counted."""
    automation = Path(automation).resolve()
    enter(next((automation / 'batches').iterdir()))
    notebook = nbformat.read(automation / 'run.ipynb', as_version=4)
    client = NotebookClient(
        notebook, kernel_name='python3', resources={'metadata': {'path': str(automation)}}
    )
    started = time.perf_counter()
    client.execute()
    print(time.perf_counter() - started)


if __name__ == '__main__':
    main(*sys.argv[1:])
