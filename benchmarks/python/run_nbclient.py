"""Run every batch of an automation with nbclient, in two processes: the least that a fresh kernel costs.

Prints the seconds from the first cell's start to the last cell's end of each batch, one line a batch.
python run_nbclient.py AUTOMATION_FOLDER
"""

import sys
from datetime import datetime

import nbformat
from batches import enter, run_all
from nbclient import NotebookClient


def run(automation, batch):
    """Run one batch; return the seconds its cells took together."""
    enter(batch)
    notebook = nbformat.read(automation / 'run.ipynb', as_version=4)
    NotebookClient(
        notebook, kernel_name='python3', resources={'metadata': {'path': str(automation)}}
    ).execute()
    nbformat.write(notebook, batch / 'debug' / 'run.ipynb')
    cells = [cell.metadata.execution for cell in notebook.cells if cell.cell_type == 'code']
    start = datetime.fromisoformat(cells[0]['iopub.execute_input'])
    end = datetime.fromisoformat(cells[-1]['shell.execute_reply'])
    return (end - start).total_seconds()


if __name__ == '__main__':
    print(*run_all(run, sys.argv[1]), sep='\n')
