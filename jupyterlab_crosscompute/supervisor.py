"""Keeping the bundled server running as long as Jupyter runs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from logging import Logger
from pathlib import Path
from typing import Any, Literal

from .node import NODE_OPTIONS, NodeError, find_node, require_server_file

State = Literal["stopped", "starting", "ready", "waiting", "failed"]
"""``waiting`` is the pause before a restart; ``failed`` does not mend itself."""

START_TIMEOUT_SECONDS = 30.0
STOP_TIMEOUT_SECONDS = 5.0
LEAVE_TIMEOUT_SECONDS = 25.0
"""A server that ends alone waits 10 s for its runs, and has 11 s to stop those that cannot go on without it."""
FIRST_DELAY_SECONDS = 0.25
LONGEST_DELAY_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A server that lived this long starts the delays anew when it dies."""

MAX_LINE_BYTES = 64 * 1024
HAS_UNIX_SOCKETS = os.name == "posix"
"""Elsewhere the server listens on 127.0.0.1, and the secret in each request's header keeps others out."""

SECRET_VARIABLES = ("JUPYTER_TOKEN", "JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN")
"""What Jupyter was told in its environment and no script of an automation should inherit."""


@dataclass
class HandOver:
    """What the bundled server is told on its standard input, where no other process can read it."""

    jupyter_url: Callable[[], str]
    """Asked at each start, as Jupyter's port is settled late; ends in a slash."""
    token: str
    root_folder: Path
    state_folder: Path
    settings: dict[str, Any] = field(default_factory=dict)


class Supervisor:
    """Starts the bundled server, starts it again when it dies, and ends it."""

    def __init__(
        self, hand_over: HandOver, log: Logger, *, node: str = "", server_file: Path | None = None
    ) -> None:
        self.secret = secrets.token_urlsafe(32)
        self.socket: str | None = None
        self.port = 0
        self.state: State = "stopped"
        self.reason = ""
        self.delay_seconds = 0.0
        self._hand_over = hand_over
        self._log = log
        self._node = node
        self._server_file = server_file
        self._changed = asyncio.Event()
        self._folder: str | None = None
        self._last_lines: deque[str] = deque(maxlen=8)
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def process_id(self) -> int | None:
        """The process id of the bundled server, or None while there is none."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to supervise; needs a running event loop and returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        """End the bundled server, by the end of its standard input first; returns when it is gone."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        self._enter("stopped", "Jupyter is shutting down.")
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def restart(self) -> None:
        """End the bundled server so that it is started anew, as after a build; its runs go on in their kernels.

        Its standard input stays open meanwhile: the end of that says that Jupyter ends, and kernels with it.
        """
        process = self._process
        if not process:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), LEAVE_TIMEOUT_SECONDS)
        except asyncio.TimeoutError:
            await self._end(process)

    async def wait_until_ready(self, timeout_seconds: float) -> bool:
        """Wait for a start or a restart that is near; tell whether the server takes requests."""
        deadline = time.monotonic() + timeout_seconds
        while self._is_near():
            left = deadline - time.monotonic()
            if left <= 0:
                break
            changed = self._changed
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(changed.wait(), left)
        return self.state == "ready"

    async def _supervise(self) -> None:
        """Start the server again and again, with longer pauses while it keeps dying."""
        delay = FIRST_DELAY_SECONDS
        while True:
            started = time.monotonic()
            try:
                reason = await self._run_once()
            except NodeError as error:
                self._log.error("%s", error)
                self._enter("failed", str(error))
                return
            if time.monotonic() - started > STEADY_SECONDS:
                delay = FIRST_DELAY_SECONDS
            self._log.warning("%s It starts again in %g s.", reason, delay)
            self._enter("waiting", reason, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    async def _run_once(self) -> str:
        """Run the server until it ends; return why it ended."""
        self._enter("starting", "")
        process = await self._spawn()
        self._process = process
        pumps = [asyncio.create_task(self._log_lines(process))]
        try:
            await self._introduce(process)
            listening = await asyncio.wait_for(self._read_listening(process), START_TIMEOUT_SECONDS)
            if not self.socket and isinstance(listening, int) and listening:
                self.port = listening
            pumps.append(asyncio.create_task(self._drop_lines(process)))
            self._log.info("The bundled server is ready (process %d).", process.pid)
            self._enter("ready", "")
            status = await process.wait()
            reason = f"The bundled server ended {_describe(status)}.{self._tell_last_lines()}"
        except asyncio.TimeoutError:
            reason = f"The bundled server did not listen within {START_TIMEOUT_SECONDS:g} s."
        except ConnectionError:
            status = await process.wait()
            reason = f"The bundled server ended {_describe(status)} while starting.{self._tell_last_lines()}"
        finally:
            self._process = None
            await self._end(process)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        return reason

    async def _spawn(self) -> asyncio.subprocess.Process:
        """Start Node; nothing secret is in its arguments or its environment."""
        loop = asyncio.get_running_loop()
        node = await loop.run_in_executor(None, find_node, self._node)
        server_file = require_server_file(self._server_file) if self._server_file else require_server_file()
        environment = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
        environment["CROSSCOMPUTE_PYTHON"] = sys.executable
        self._prepare_listener()
        self._last_lines.clear()
        try:
            return await asyncio.create_subprocess_exec(
                str(node),
                *NODE_OPTIONS,
                str(server_file),
                "lab",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=self._hand_over.root_folder,
                env=environment,
                # Ctrl-C in Jupyter's terminal asks Jupyter, which may be told to go on.
                start_new_session=True,
            )
        except OSError as error:
            raise NodeError(f'Node at "{node}" does not start: {error}') from error

    def _prepare_listener(self) -> None:
        """Choose where to listen: a socket in a folder for this user only, freed of what a killed server left."""
        if not HAS_UNIX_SOCKETS:
            self.port = _find_free_port()
            return
        if self._folder is None or not os.path.isdir(self._folder):
            folder = tempfile.mkdtemp(prefix="crosscompute-")
            if len(folder) > 90:  # a socket's path has room for 104 to 108 bytes
                os.rmdir(folder)
                folder = tempfile.mkdtemp(prefix="crosscompute-", dir="/tmp")
            self._folder = folder
            self.socket = os.path.join(folder, "socket")
        if self.socket:
            Path(self.socket).unlink(missing_ok=True)

    async def _introduce(self, process: asyncio.subprocess.Process) -> None:
        """Hand over what the server needs to know; its standard input then stays open as a sign of life."""
        assert process.stdin is not None
        message = {
            "socket": self.socket,
            "port": None if self.socket else self.port,
            "secret": self.secret,
            "jupyter": {"baseUrl": self._hand_over.jupyter_url(), "token": self._hand_over.token},
            "rootFolder": str(self._hand_over.root_folder),
            "stateFolder": str(self._hand_over.state_folder),
            "settings": self._hand_over.settings,
        }
        process.stdin.write(json.dumps(message).encode() + b"\n")
        await process.stdin.drain()

    async def _read_listening(self, process: asyncio.subprocess.Process) -> object:
        """Read the line that says where the server listens; ConnectionError when it ends before."""
        assert process.stdout is not None
        async for line in _read_lines(process.stdout):
            with contextlib.suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict) and "listening" in message:
                    return message["listening"]
            self._log.debug("%s", line)
        raise ConnectionError

    async def _drop_lines(self, process: asyncio.subprocess.Process) -> None:
        """Keep the pipe of standard output empty; libraries that print there are heard at debug level."""
        assert process.stdout is not None
        async for line in _read_lines(process.stdout):
            self._log.debug("%s", line)

    async def _log_lines(self, process: asyncio.subprocess.Process) -> None:
        """Put what the server writes into Jupyter's log, at the level that each line names."""
        assert process.stderr is not None
        levels = {"debug": self._log.debug, "warn": self._log.warning, "error": self._log.error}
        async for line in _read_lines(process.stderr):
            name, separator, rest = line.partition(": ")
            self._last_lines.append(line)
            if separator and name in levels:
                levels[name]("%s", rest)
            else:
                self._log.info("%s", line)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """End a process and what it started: end of input, then the signals to terminate and to kill."""
        if process.stdin is not None:
            process.stdin.close()
        for end in (lambda: None, process.terminate, process.kill):
            with contextlib.suppress(ProcessLookupError):
                end()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT_SECONDS)
                break
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def _is_near(self) -> bool:
        """Tell whether waiting is worth a visitor's while."""
        return self.state == "starting" or (self.state == "waiting" and self.delay_seconds <= 2)

    def _enter(self, state: State, reason: str, delay_seconds: float = 0.0) -> None:
        """Change the state and wake who waits for that."""
        self.state, self.reason, self.delay_seconds = state, reason, delay_seconds
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _tell_last_lines(self) -> str:
        """Quote the last lines of the server, as they most often hold the cause."""
        return "".join(f"\n  {line}" for line in self._last_lines)


async def _read_lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Read lines of any length; one that is too long comes in pieces."""
    pending = b""
    while chunk := await stream.read(MAX_LINE_BYTES):
        *lines, pending = (pending + chunk).split(b"\n")
        if len(pending) > MAX_LINE_BYTES:
            lines.append(pending)
            pending = b""
        for line in lines:
            yield line.decode(errors="replace").rstrip("\r")
    if pending:
        yield pending.decode(errors="replace")


def _find_free_port() -> int:
    """Find a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _describe(status: int) -> str:
    """Say how a process ended."""
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"by signal {signal.Signals(-status).name}"
    return f"with status {status}"
