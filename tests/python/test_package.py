"""The wheel does what it should where nothing but Python is, and Binder's script runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import venv
import zipfile
from pathlib import Path

import pytest
import requests
from conftest import REPOSITORY, TOKEN, wait_for

pytestmark = pytest.mark.package

VERSION = json.loads((REPOSITORY / "package.json").read_text())["version"]


@pytest.fixture(scope="module")
def wheel() -> Path:
    """Give the wheel that `npm run test:package` built."""
    path = os.environ.get("CROSSCOMPUTE_WHEEL")
    if not path:
        pytest.fail("CROSSCOMPUTE_WHEEL names no wheel; run: npm run test:package")
    return Path(path)


def make_environment(folder: Path) -> dict[str, str]:
    """Make a Python environment, and give variables in which its programs are the only ones beside the system's."""
    venv.create(folder, with_pip=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "CROSSCOMPUTE", "PYTHON", "VIRTUAL_ENV", "npm_"))
    }
    home = folder / "home"
    home.mkdir()
    # Of what is installed a few modules are imported: to compile all of them would take most of the time.
    return {**kept, "PATH": str(folder / "bin"), "HOME": str(home), "VIRTUAL_ENV": str(folder), "PIP_NO_COMPILE": "1"}


def run(command: list[str], environment: dict[str, str], cwd: Path) -> str:
    """Run a program to its good end; give all that it printed, without colours."""
    done = subprocess.run(
        command, env=environment, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout
    return re.sub(r"\x1b\[\d*m", "", done.stdout)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Give the folder and the variables of an environment in which nothing but the wheel was installed."""
    folder = tmp_path_factory.mktemp("a fresh environment")
    environment = make_environment(folder)
    run([str(folder / "bin" / "python"), "-m", "pip", "install", str(wheel)], {**os.environ, **environment}, folder)
    assert shutil.which("node", path=environment["PATH"]) is None
    return folder, environment


def test_the_wheel_holds_what_was_built_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for ending in (
        "data/share/jupyter/labextensions/jupyterlab-crosscompute/package.json",
        "data/share/jupyter/labextensions/jupyterlab-crosscompute/install.json",
        "data/share/jupyter/labextensions/jupyterlab-crosscompute/schemas/jupyterlab-crosscompute/plugin.json",
        "data/etc/jupyter/jupyter_server_config.d/jupyterlab_crosscompute.json",
        "jupyterlab_crosscompute/server/crosscompute.cjs",
        "jupyterlab_crosscompute/server/overrideWorker.cjs",
        "jupyterlab_crosscompute/server/tableWorker.cjs",
        "jupyterlab_crosscompute/server/viewWorker.cjs",
        "jupyterlab_crosscompute/server/node_modules/playwright-core/lib/coreBundle.js",
        "jupyterlab_crosscompute/server/assets/page.js",
        "jupyterlab_crosscompute/server/assets/page.css",
        "dist-info/entry_points.txt",
    ):
        assert any(name.endswith(ending) for name in names), ending
    # What cannot be bundled, as it reads files beside itself, comes along whole.
    bundled = "jupyterlab_crosscompute/server/node_modules/playwright-core/"
    own = [name for name in names if not name.startswith(bundled)]
    assert not [name for name in own if re.search(r"(^|/)(src|tests|examples|node_modules|__pycache__)/", name)]
    assert not [name for name in names if name.endswith((".map", ".new"))]


def test_jupyterlab_enables_the_extension(installed: tuple[Path, dict[str, str]]) -> None:
    folder, environment = installed
    listed = run([str(folder / "bin" / "jupyter"), "labextension", "list"], environment, folder)
    assert f"jupyterlab-crosscompute v{VERSION} enabled OK" in listed


def test_jupyter_server_enables_its_part(installed: tuple[Path, dict[str, str]]) -> None:
    folder, environment = installed
    listed = run([str(folder / "bin" / "jupyter"), "server", "extension", "list"], environment, folder)
    assert re.search(r"jupyterlab_crosscompute enabled\n", listed)
    assert re.search(r"jupyterlab_crosscompute \S+ OK", listed)


def test_the_command_works_without_node_and_without_network(installed: tuple[Path, dict[str, str]]) -> None:
    folder, environment = installed
    command = [str(folder / "bin" / "crosscompute"), "version"]
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode == 0:
        command = [unshare, "-rn", *command]
    assert VERSION in run(command, environment, folder)


def test_the_command_runs_an_automation(installed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder, environment = installed
    example = tmp_path / "tip calculator"
    shutil.copytree(
        REPOSITORY / "examples" / "tip-calculator", example, ignore=shutil.ignore_patterns(".crosscompute", "runs", "output")
    )
    command = [str(folder / "bin" / "crosscompute"), "run", str(example)]
    run(command, environment, tmp_path)
    assert list(example.glob("batches/*/output/*"))


def test_jupyterlab_serves_it(installed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder, environment = installed
    runtime = tmp_path / "runtime"
    process = subprocess.Popen(
        [
            *(str(folder / "bin" / "python"), "-m", "jupyterlab", "--no-browser", "--port=0", "--allow-root"),
            *(f"--ServerApp.root_dir={tmp_path}", f"--IdentityProvider.token={TOKEN}"),
        ],
        env={**environment, "JUPYTER_RUNTIME_DIR": str(runtime)},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        information = wait_for(lambda: list(runtime.glob(f"jpserver-{process.pid}.json")), "JupyterLab")[0]
        wait_for(information.read_text, "the port")
        port = json.loads(information.read_text())["port"]
        headers = {"Authorization": f"token {TOKEN}"}

        def ask(path: str) -> requests.Response:
            return requests.get(f"http://127.0.0.1:{port}/{path}", headers=headers, timeout=60)

        wait_for(lambda: ask("crosscompute/api/health").status_code == 200, "the bundled server")
        assert "jupyterlab-crosscompute" in ask("lab").text
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_binder_builds(tmp_path: Path) -> None:
    git = shutil.which("git")
    assert git
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    clone = tmp_path / "clone"
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, clone / name)
    # Binder's own image brings Node and Python, as this machine does.
    environment = make_environment(tmp_path / "environment")
    environment["PATH"] += os.pathsep + os.environ["PATH"]
    run(["bash", str(clone / "binder" / "postBuild")], environment, clone)
    jupyter = str(tmp_path / "environment" / "bin" / "jupyter")
    assert f"jupyterlab-crosscompute v{VERSION} enabled OK" in run([jupyter, "labextension", "list"], environment, clone)
    assert "pandas" in run([str(Path(jupyter).parent / "python"), "-m", "pip", "list"], environment, clone)
