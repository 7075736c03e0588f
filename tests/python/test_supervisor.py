"""The bundled server lives as long as Jupyter, whatever happens to either."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest
import requests
from conftest import TOKEN, Jupyter, StartJupyter, is_alive, wait_for

needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc to look into")


def test_is_told_where_it_is(jupyter: Jupyter) -> None:
    handed = jupyter.get("handed").json()
    assert handed["rootFolder"] == str(jupyter.root)
    state_folder = Path(handed["stateFolder"])
    assert state_folder.parent.name == "crosscompute"
    assert stat.S_IMODE(state_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(handed["socket"]).parent.stat().st_mode) == 0o700


@needs_proc
def test_secrets_are_neither_arguments_nor_environment(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter()
    process_id = jupyter.get_process_id()
    secret = jupyter.get("echo").json()["headers"]["x-crosscompute-secret"]
    visible = b"".join(Path(f"/proc/{process_id}/{name}").read_bytes() for name in ("cmdline", "environ"))
    assert TOKEN.encode() not in visible
    assert secret.encode() not in visible


def test_calls_jupyter_back_with_its_token(jupyter: Jupyter) -> None:
    assert jupyter.get("call-back").json() == [200, 201, 204, 403]


def test_starts_again_when_it_is_killed(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter()
    first = jupyter.get_process_id()
    os.kill(first, signal.SIGKILL)
    response = jupyter.get("echo")  # waits for the restart instead of failing
    assert response.status_code == 200
    second = response.json()["processId"]
    assert second != first
    assert "ended by signal SIGKILL" in jupyter.log
    os.kill(second, signal.SIGKILL)
    assert jupyter.get_process_id() not in (first, second)


def test_a_page_tells_of_a_server_that_ended_by_itself(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter()
    jupyter.get_process_id()
    assert jupyter.get("exit").status_code == 503
    assert jupyter.get_process_id()
    assert "ended with status 3" in jupyter.log


def test_is_gone_after_jupyter_was_killed(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter()
    process_id = jupyter.get_process_id()
    jupyter.process.kill()
    jupyter.process.wait()
    wait_for(lambda: not is_alive(process_id), "the bundled server to end")


def test_ends_with_jupyter_and_takes_its_socket_along(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter()
    process_id = jupyter.get_process_id()
    folder = Path(jupyter.get("handed").json()["socket"]).parent
    jupyter.stop()
    assert not is_alive(process_id)
    assert not folder.exists()
    assert jupyter.process.returncode == 0
    assert "Traceback" not in jupyter.log


def test_waits_longer_each_time_while_it_keeps_dying(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter(server_settings={"exitAtStart": "yes"})
    wait_for(lambda: "starts again in 1 s" in jupyter.log, "the third start")
    assert jupyter.log.index("starts again in 0.25 s") < jupyter.log.index("starts again in 0.5 s")
    assert "the state folder is broken" in jupyter.log
    wait_for(lambda: "starts again in 4 s" in jupyter.log, "a long pause")
    response = jupyter.get("echo")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "ended with status 7" in response.json()["detail"]


def test_says_what_to_do_when_it_cannot_run(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter("--CrossCompute.node=/nowhere/node")
    wait_for(lambda: "There is no Node at" in jupyter.log, "the line in the log")
    response = jupyter.get("echo")
    assert response.status_code == 503
    assert response.json()["code"] == "server-down"
    assert 'no Node at "/nowhere/node"' in response.json()["detail"]
    page = jupyter.get("", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "<h1>CrossCompute is not running</h1>" in page.text
    assert "&quot;/nowhere/node&quot;" in page.text


def test_starts_again_when_its_file_changes(start_jupyter: StartJupyter, tmp_path: Path) -> None:
    copy = tmp_path / "server.cjs"
    copy.write_text((Path(__file__).parent / "fake_server.cjs").read_text())
    jupyter = start_jupyter("--CrossCompute.reload=True", server_file=copy)
    first = jupyter.get_process_id()
    os.utime(copy, (1, 1))
    wait_for(lambda: jupyter.get_process_id() != first, "another process")
    assert "was built anew" in jupyter.log
    # The end of its input would say that Jupyter ends, and runs would be stopped.
    assert "asked to end alone" in jupyter.log


def test_listens_on_a_port_where_there_are_no_sockets(
    start_jupyter: StartJupyter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from jupyterlab_crosscompute import supervisor\nsupervisor.HAS_UNIX_SOCKETS = False\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])]))
    jupyter = start_jupyter()
    jupyter.get_process_id()
    handed = jupyter.get("handed").json()
    assert handed["socket"] is None
    port = handed["port"]
    assert requests.get(f"http://127.0.0.1:{port}/echo", timeout=60).status_code == 403
