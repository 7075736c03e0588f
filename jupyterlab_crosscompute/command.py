"""The ``crosscompute`` command: hands over to the bundled server's command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from .node import NODE_OPTIONS, NodeError, find_node, require_server_file


def main() -> int:
    """Run the bundled server with the arguments of this process and end as it ends."""
    try:
        command = [str(find_node()), *NODE_OPTIONS, str(require_server_file()), *sys.argv[1:]]
    except NodeError as error:
        print(f"crosscompute: {error}", file=sys.stderr)
        return 1
    # Kernels and scripts run with the Python that CrossCompute was installed into.
    environment = {**os.environ, "CROSSCOMPUTE_PYTHON": sys.executable}
    if os.name == "posix":
        # Node takes the place of this process: signals, terminal and exit status need no passing on.
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    return _run(command, environment)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run a child where a process cannot be replaced, and leave interrupts to the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command, env=environment)


if __name__ == "__main__":
    raise SystemExit(main())
