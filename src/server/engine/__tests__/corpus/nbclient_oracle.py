"""Executes notebooks with nbclient, each in a fresh kernel, a few at a time.

Standard input: one line of JSON, ``{"notebooks": [paths], "jobs": number}``. The executed notebook takes the place of
each. Standard output, which kernels do not get to see: a line ``{"path": …, "error": name or null}`` for each notebook
as it is done.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


ANSWERS = os.fdopen(os.dup(1), "w")
# Kernels inherit this one, and what native code says goes there, too.
os.dup2(2, 1)


def say(answer: dict) -> None:
    """Write an answer."""
    print(json.dumps(answer), file=ANSWERS, flush=True)


async def execute(path: Path, turn: asyncio.Semaphore) -> None:
    """Execute a notebook in the folder that it stands in."""
    async with turn:
        for is_last in (False, False, True):
            notebook = nbformat.read(path, as_version=4)
            resources = {"metadata": {"path": str(path.parent)}}
            client = NotebookClient(notebook, kernel_name="python3", timeout=60, resources=resources)
            error = None
            try:
                await client.async_execute()
            except CellExecutionError as failure:
                error = failure.ename
            except Exception as failure:
                error = type(failure).__name__
                if type(failure) is RuntimeError and not is_last:
                    # The kernel died before it was ready: another process took the port that was chosen for it.
                    continue
            break
        nbformat.write(notebook, path)
        say({"path": str(path), "error": error})


async def main() -> None:
    """Execute what is asked for."""
    request = json.loads(sys.stdin.readline())
    turn = asyncio.Semaphore(request["jobs"])
    await asyncio.gather(*(execute(Path(path), turn) for path in request["notebooks"]))


asyncio.run(main())
