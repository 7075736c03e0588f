"""Real Jupyter servers, each in folders of its own, with a stand-in for the bundled server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

FAKE_SERVER = Path(__file__).parent / "fake_server.cjs"
REPOSITORY = Path(__file__).parents[2]
TOKEN = "token-of-the-tests"
PATIENCE_SECONDS = 60.0


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Wait until a condition gives something true, and give that."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE_SECONDS:g} s for {what}")


def is_alive(process_id: int) -> bool:
    """Tell whether a process runs; one that only waits for its parent to notice its end does not."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    except OSError:
        pass
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").is_dir()


@dataclass
class Jupyter:
    """A Jupyter server in a process of its own."""

    process: subprocess.Popen[bytes]
    url: str
    log_path: Path
    root: Path
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def log(self) -> str:
        """What the server has logged until now."""
        return self.log_path.read_text(errors="replace")

    def address(self, path: str) -> str:
        """Give the full address of a path of the bundled server."""
        return f"{self.url}crosscompute/{path}"

    def get(self, path: str, **options: Any) -> requests.Response:
        """Ask the bundled server with the token, as a program does."""
        headers = {"Authorization": f"token {TOKEN}", **options.pop("headers", {})}
        return requests.get(self.address(path), headers=headers, timeout=60, **options)

    def sign_in(self) -> dict[str, str]:
        """Get the cookies of a browser, and give the headers with which its scripts may change something."""
        self.session.get(f"{self.url}login", params={"token": TOKEN}, timeout=60)
        self.session.get(f"{self.url}tree", params={"token": TOKEN}, timeout=60)
        assert "_xsrf" in self.session.cookies
        return {"X-XSRFToken": self.session.cookies["_xsrf"]}

    def get_process_id(self) -> int:
        """Give the process id of the bundled server, once it answers."""

        def ask() -> int:
            response = self.get("echo")
            return response.json()["processId"] if response.status_code == 200 else 0

        return wait_for(ask, "the bundled server")

    def stop(self) -> None:
        """End the server as a terminal's end does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"Jupyter did not end:\n{self.log}") from None


StartJupyter = Callable[..., Jupyter]


@pytest.fixture(scope="module")
def start_jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartJupyter]:
    """Give a function that starts a Jupyter server and waits until it answers."""
    started: list[Jupyter] = []

    def start(
        *arguments: str,
        token: str = TOKEN,
        server_file: Path = FAKE_SERVER,
        server_settings: dict[str, Any] | None = None,
    ) -> Jupyter:
        folder = tmp_path_factory.mktemp("jupyter")
        root = folder / "root of ünicode"
        root.mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        environment |= {
            name: str(folder / name.lower())
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME")
        }
        environment["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), environment.get("PYTHONPATH", "")])
        log_path = folder / "log.txt"
        command = [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--port=0", "--allow-root"),
            f"--ServerApp.root_dir={root}",
            f"--ServerApp.base_url=/base/",
            f"--IdentityProvider.token={token}",
            "--ServerApp.jpserver_extensions=jupyterlab_crosscompute=True",
            f"--CrossCompute.server_file={server_file}",
            *(f"--CrossCompute.server_settings={name}={value}" for name, value in (server_settings or {}).items()),
            *arguments,
        ]
        with log_path.open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        runtime = folder / "jupyter_runtime_dir" / f"jpserver-{process.pid}.json"

        def find_url() -> str:
            assert process.poll() is None, log_path.read_text()
            try:
                information = json.loads(runtime.read_text())
                url = f"http://127.0.0.1:{information['port']}{information['base_url']}"
                requests.get(f"{url}api", timeout=10)
                return url
            except (OSError, ValueError):
                return ""

        jupyter = Jupyter(process, wait_for(find_url, "Jupyter"), log_path, root)
        started.append(jupyter)
        return jupyter

    yield start
    for jupyter in started:
        jupyter.stop()


@pytest.fixture(scope="module")
def jupyter(start_jupyter: StartJupyter) -> Jupyter:
    """Give a Jupyter server that the tests of a module share."""
    started = start_jupyter()
    started.get_process_id()
    return started
