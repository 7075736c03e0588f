"""CrossCompute for JupyterLab: what JupyterLab and Jupyter Server look for when they load the package."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

try:
    __version__ = version("jupyterlab-crosscompute")
except PackageNotFoundError:  # run from a folder that was never installed
    __version__ = "0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the built extension is."""
    return [{"src": "labextension", "dest": "jupyterlab-crosscompute"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell Jupyter Server which application to load."""
    from .extension import CrossCompute  # the command line must not wait for Jupyter's import

    return [{"module": "jupyterlab_crosscompute", "app": CrossCompute}]
