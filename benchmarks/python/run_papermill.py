"""Run every batch of an automation with papermill's own API, in two processes.

Prints the seconds from the first cell's start to the last cell's end of each batch, one line a batch.
python run_papermill.py AUTOMATION_FOLDER
"""

import sys
from datetime import datetime

import papermill
from batches import enter, run_all


def run(automation, batch):
    """Run one batch; return the seconds its cells took together."""
    enter(batch)
    notebook = papermill.execute_notebook(
        str(automation / 'run.ipynb'),
        str(batch / 'debug' / 'run.ipynb'),
        cwd=str(automation),
        kernel_name='python3',
        progress_bar=False,
    )
    spans = [cell.metadata.papermill for cell in notebook.cells if cell.cell_type == 'code']
    start, end = (
        datetime.fromisoformat(text) for text in (spans[0].start_time, spans[-1].end_time)
    )
    return (end - start).total_seconds()


if __name__ == '__main__':
    print(*run_all(run, sys.argv[1]), sep='\n')
