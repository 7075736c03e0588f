"""A fork server: isolated Python runs at the speed of a function call.

Run by the Python of a kernel, which has IPython and ipykernel; it needs nothing else, and no other file of this
package. It imports what the notebooks of a sweep import, then forks a child for each run. The child behaves like a
kernel: it takes execute requests and says what a kernel would say, but over a Unix socket, which loses nothing.

Standard input, a line of JSON each: first ``{"modules": […], "never": […], "definitions": […]}``, names to import,
top-level names of modules that each child imports itself, and sources that requests may begin with; then
``{"kind": "fork", "id": …, "socket": …}``, ``{"kind": "signal", "id": …, "number": …}`` and, before its end,
``{"kind": "end"}``. Its end ends everything; when it comes without notice, whoever listened on the sockets is dead,
and they are removed.

Standard output: ``{"kind": "ready", "modules": […]}`` with all modules that are loaded, or ``{"kind": "unsafe",
"reason": …}``; then ``began`` (``id``, ``pid``), ``ended`` (``id``, ``status``) and ``failed`` (``id``, ``reason``).

The socket, from the child: first ``{"id": …}``, then messages ``{"request": …, "type": …, "content": …, "date": …}``,
those of comms with ``metadata`` and ``buffers`` in base64; to the child: ``{"request": …, "content": {"code": …, …}}``
as in the Jupyter protocol, and messages of comms, which have a ``type`` and ``buffers``. Its end ends the child. A
request with ``"defines": 0`` executes the first of the definitions before its code: it is compiled only once.

While runs follow each other, one spare child waits, forked and warm, for the next.

With the argument ``relay``, in a container, there is one child, forked at once: after ``ready`` the standard streams
carry its messages instead of commands and answers, signals are handed on to it, and its status is that of the parent.

The parent has one thread and runs no code of an author, so that no lock can be held while it forks.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not getattr(sys.flags, "safe_path", False):
    # Neighbours of this file must not be taken for modules that somebody imports.
    del sys.path[0]

import asyncio
import base64
import builtins
import codecs
import contextvars
import ctypes
import dataclasses
import fcntl
import gc
import getpass
import glob
import importlib
import importlib.util
import io
import json
import os
import random
import select
import signal
import socket
import tempfile
import threading
import time
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

# Before matplotlib is imported, as ipykernel does.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

from IPython.core.application import SYSTEM_CONFIG_DIRS
from IPython.core.error import StdinNotImplementedError
from IPython.paths import get_ipython_dir
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel  # noqa: F401  (it lets the package comm make comms of a kernel)
from ipykernel.jsonutil import json_clean
from ipykernel.kernelbase import Kernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config

try:
    from comm import get_comm_manager
except ImportError:
    # Kernels as old as that have no comms that widgets of today would find.
    get_comm_manager = None

PR_SET_PDEATHSIG = 1
F_SETPIPE_SZ = 1031
PIPE_BYTES = 1024 * 1024
"""Room for what native code prints while it lets nobody else work."""

PENDING_CHARACTERS = 8192
TICK_SECONDS = 0.1
"""How long an unfinished line may wait before it is shown."""

SPARE_SECONDS = 10.0
"""How long a spare child waits for the next run."""

LAST_WORDS_SECONDS = 1.0
"""How long a connection that others hold is listened to when the child is gone."""
LEAVE_SECONDS = 5.0
"""How long a child that has no more requests may take to end."""

LIBC = ctypes.CDLL(None, use_errno=True)


class Unsafe(Exception):
    """Children of this process would not behave like fresh kernels."""


# ---------------------------------------------------------------------------------------------- the child's output


class Output:
    """Writes messages to the socket, in the order in which they were said, from any thread."""

    _connection: socket.socket

    def __init__(self) -> None:
        """Take over the descriptors 1 and 2: what anybody writes there becomes text of a stream."""
        self.is_copy = False
        self._lock = threading.RLock()
        self._request: contextvars.ContextVar[int] = contextvars.ContextVar("request")
        self._last_request = 0
        self._pending: list[str] = []
        self._pending_key = ("stdout", 0)
        self._pending_size = 0
        self._sending = 0
        self._is_interrupted = False
        self._is_holding = False
        # One for the thread that waits, one for whoever holds the lock.
        self._waiting, self._poll = select.poll(), select.poll()
        self._pipes: dict[int, tuple[str, Any]] = {}
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            reader, writer = os.pipe()
            try:
                fcntl.fcntl(writer, F_SETPIPE_SZ, PIPE_BYTES)
            except OSError:
                # A small pipe does, too.
                pass
            os.dup2(writer, descriptor)
            os.close(writer)
            os.set_blocking(reader, False)
            self._pipes[reader] = (name, codecs.getincrementaldecoder("utf-8")("replace"))
            self._waiting.register(reader, select.POLLIN)
            self._poll.register(reader, select.POLLIN)

    def open(self, connection: socket.socket) -> None:
        """Write to a socket from now on, and read the descriptors in a thread."""
        self._connection = connection
        os.register_at_fork(after_in_child=self._become_copy)
        threading.Thread(target=self._watch, name="output", daemon=True).start()

    def set_request(self, request: int) -> None:
        """Let what is said from now on belong to a request; tasks that it starts keep it."""
        self._request.set(request)
        self._last_request = request

    def text(self, name: str, text: str) -> None:
        """Say text of a stream; complete lines leave at once."""
        with self._lock:
            self._begin()
            try:
                self._drain()
                self._add(name, text, self._request.get(self._last_request))
                if self._is_holding:
                    return
                if "\n" in text or self._pending_size >= PENDING_CHARACTERS:
                    self._send_pending()
            finally:
                self._end()

    def flush(self) -> None:
        """Send all text that was written so far."""
        if self.is_copy:
            return
        with self._lock:
            self._begin()
            try:
                self._drain()
                self._send_pending()
            finally:
                self._end()

    def message(self, write: Callable[[], str]) -> None:
        """Say something that is no text, after all text that was written before.

        What is said about it while it is written as a line of JSON comes after it, as from a kernel.
        """
        if self.is_copy:
            return
        with self._lock:
            self._begin()
            try:
                self._drain()
                self._send_pending()
                self._is_holding = True
                try:
                    line = write()
                finally:
                    self._is_holding = False
                self._send(line)
                self._send_pending()
            finally:
                self._end()

    def hold_interrupt(self) -> bool:
        """Put off an interrupt while a message is being written; half a message would spoil all others."""
        self._is_interrupted = self._sending > 0
        return self._is_interrupted

    def _begin(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._sending += 1

    def _end(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._sending -= 1
            if self._is_interrupted and not self._sending:
                self._is_interrupted = False
                raise KeyboardInterrupt

    def _add(self, name: str, text: str, request: int) -> None:
        key = (name, request)
        if key != self._pending_key:
            self._send_pending()
            self._pending_key = key
        self._pending.append(text)
        self._pending_size += len(text)

    def _send_pending(self) -> None:
        if not self._pending:
            return
        name, request = self._pending_key
        text = json.dumps("".join(self._pending))
        self._pending = []
        self._pending_size = 0
        self._send(f'{{"request":{request},"type":"stream","content":{{"name":"{name}","text":{text}}}}}')

    def _send(self, line: str) -> None:
        try:
            self._connection.sendall(line.encode() + b"\n")
        except OSError:
            # Nobody listens any more.
            os._exit(1)

    def _drain(self) -> None:
        """Read what the descriptors hold at this moment."""
        for reader, _ in self._poll.poll(0):
            name, decoder = self._pipes[reader]
            try:
                data = os.read(reader, PIPE_BYTES)
            except BlockingIOError:
                continue
            if data:
                self._add(name, decoder.decode(data), self._last_request)

    def _watch(self) -> None:
        while not self.is_copy:
            self._waiting.poll(int(TICK_SECONDS * 1000))
            self.flush()

    def _become_copy(self) -> None:
        """In a process that an author forked, what is said goes through the descriptors."""
        self.is_copy = True
        self._lock = threading.RLock()
        self._pending = []


class OutStream(io.TextIOBase):
    """What ``sys.stdout`` and ``sys.stderr`` are, as in a kernel."""

    encoding = "UTF-8"
    errors = "strict"

    def __init__(self, output: Output, name: str, descriptor: int) -> None:
        """Write to a stream of the output, or to the descriptor in a copy of this process."""
        self._output = output
        self._stream = name
        self._descriptor = descriptor
        self.name = f"<{name}>"

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def isatty(self) -> bool:
        """Nobody types here."""
        return False

    def fileno(self) -> int:
        """The descriptor, for programs that are to write here."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Write text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self._output.is_copy:
            data = memoryview(text.encode("utf-8", "replace"))
            while data:
                data = data[os.write(self._descriptor, data) :]
        elif text:
            self._output.text(self._stream, text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write texts one after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Show what was written."""
        self._output.flush()


class Wire(Session):
    """The session of the shell: its messages go to the output of this process, once there is one."""

    output: Output | None = None

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message as a kernel would."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content=content, parent=parent, header=header, metadata=metadata)
        if self.output is not None:
            self.output.message(lambda: self._write(message, buffers or []))
        return message


    def _write(self, message: dict[str, Any], buffers: Any) -> str:
        """Write a message as a line; content that is no JSON becomes what a kernel makes of it."""
        *_, metadata, content = self.serialize(message)
        header = message["header"]
        request = int(message.get("parent_header", {}).get("msg_id", "0"))
        kind = json.dumps(header["msg_type"])
        members = [f'"request":{request},"type":{kind},"date":{json.dumps(format_date(header))}']
        if header["msg_type"].startswith("comm_"):
            encoded = json.dumps([base64.b64encode(each).decode() for each in buffers])
            members.append(f'"metadata":{metadata.decode("utf-8", "replace")},"buffers":{encoded}')
        members.append(f'"content":{content.decode("utf-8", "replace")}')
        return f"{{{','.join(members)}}}"


def format_date(header: dict[str, Any]) -> str:
    """Write the date of a message's header."""
    date = header.get("date")
    return date if isinstance(date, str) else date.isoformat() if date else ""


# ------------------------------------------------------------------------------------------------------- the child


class ForkKernel(Kernel):
    """The kernel that the shell, comms, widgets and our preludes look for. It has neither sockets nor a loop."""

    shell = AnyTrait()
    comm_manager = None

    def _abort_queues(self, *_: Any) -> None:
        """Drop all requests that were not begun."""
        self._aborting = True

    def do_one_iteration(self) -> None:
        """There is no other work."""


class Child:
    """Executes the requests of one run."""

    _connection: socket.socket

    def __init__(self, server: ForkServer) -> None:
        """Take over the streams, before it is known whose they are."""
        self._shell = server.shell
        self._wire = server.wire
        self._definitions = server.definitions
        self._output = Output()
        sys.stdout = OutStream(self._output, "stdout", 1)
        sys.stderr = OutStream(self._output, "stderr", 2)
        self._received = b""
        self._requests: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._is_executing = False
        self._pid = os.getpid()

        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)

    def run(self, connection: socket.socket) -> None:
        """Execute requests until the other end closes the connection."""
        self._connection = connection
        self._output.open(connection)
        self._wire.output = self._output
        signal.signal(signal.SIGINT, self._on_interrupt)
        builtins.input = refuse_input
        getpass.getpass = refuse_password
        self._loop.add_reader(connection.fileno(), self._receive)
        self._loop.run_until_complete(self._work())
        self._output.flush()

    def _receive(self) -> None:
        try:
            data = self._connection.recv(1024 * 1024, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            self._requests.put_nowait(None)
            return
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._requests.put_nowait(json.loads(line))

    async def _work(self) -> None:
        while True:
            request = await self._requests.get()
            if request is None:
                return
            if "type" in request:
                self._hear(request)
            else:
                await self._answer(request["request"], request["content"], request.get("defines"))
            if os.getpid() != self._pid:
                # An author's fork came here, where only the original has work to do.
                os._exit(0)
            # Tasks of earlier cells go on meanwhile.
            await asyncio.sleep(0)

    async def _answer(self, number: int, content: dict[str, Any], defines: int | None) -> None:
        shell = self._shell
        parent = self._begin(number, "execute_request", content)
        reply: dict[str, Any] = {"status": "aborted"}
        if not shell.kernel._aborting:
            silent = bool(content.get("silent"))
            if defines is not None:
                reply = self._execute_own(defines, content["code"])
            else:
                if not silent:
                    self._wire.send(None, "execute_input", {"execution_count": shell.execution_count}, parent)
                reply = await self._execute(content, silent)
            if reply["status"] == "error" and not silent and content.get("stop_on_error", True):
                shell.kernel._abort_queues()
        self._output.flush()
        self._wire.send(None, "execute_reply", json_clean(reply), parent)
        self._wire.send(None, "status", {"execution_state": "idle"}, parent)

    def _begin(self, number: int, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Let what is said from now on answer a request."""
        header = {"msg_id": str(number), "msg_type": kind, "username": "", "session": ""}
        parent = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._shell.kernel.set_parent([], parent)
        self._shell.set_parent(parent)
        self._output.set_request(number)
        return parent

    def _hear(self, request: dict[str, Any]) -> None:
        """Hand a message of a comm to its code."""
        parent = self._begin(request["request"], request["type"], request["content"])
        parent["buffers"] = [memoryview(base64.b64decode(each)) for each in request["buffers"]]
        manager = self._shell.kernel.comm_manager
        if manager is not None:
            getattr(manager, request["type"])(None, [], parent)
        self._output.flush()
        self._wire.send(None, "status", {"execution_state": "idle"}, parent)

    def _execute_own(self, defines: int, code: str) -> dict[str, Any]:
        """Execute code of ours, past all that an author may have hooked into the shell."""
        names = self._shell.user_ns
        self._is_executing = True
        try:
            exec(self._definitions[defines], names)
            exec(compile(code, "<crosscompute>", "exec"), names)
        except BaseException as error:
            lines = traceback.format_exc().splitlines()
            return {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": lines}
        finally:
            self._is_executing = False
        return {"status": "ok"}

    async def _execute(self, content: dict[str, Any], silent: bool) -> dict[str, Any]:
        shell = self._shell
        code = content["code"]
        options = {"silent": silent, "store_history": bool(content.get("store_history", not silent))}
        self._is_executing = True
        try:
            result = await self._run_cell(code, options)
        finally:
            self._is_executing = False
        error = result.error_before_exec or result.error_in_exec
        is_good = result.success and not getattr(shell, "_last_traceback_during_displayhook", False)
        reply: dict[str, Any] = {"status": "ok" if is_good else "error"}
        if not is_good:
            reply["traceback"] = shell._last_traceback or []
            reply["ename"] = type(error).__name__
            reply["evalue"] = str(error)
        reply["execution_count"] = shell.execution_count - 1
        reply["payload"] = shell.payload_manager.read_payload()
        shell.payload_manager.clear_payload()
        return reply

    async def _run_cell(self, code: str, options: dict[str, bool]) -> Any:
        """Run a cell as a kernel does: one without ``await`` blocks the loop, which runs meanwhile."""
        shell = self._shell
        failure = None
        try:
            transformed = shell.transform_cell(code)
        except Exception:
            transformed = code
            failure = sys.exc_info()
        if not shell.should_run_async(code, transformed_cell=transformed, preprocessing_exc_tuple=failure):
            return shell.run_cell(code, **options)
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(
            shell.run_cell_async(
                code, transformed_cell=transformed, preprocessing_exc_tuple=failure, **options
            )
        )
        before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(task.cancel))
        result = None
        try:
            result = await task
        finally:
            signal.signal(signal.SIGINT, before)
            shell.events.trigger("post_execute")
            if not options["silent"]:
                shell.events.trigger("post_run_cell", result)
        return result

    def _on_interrupt(self, *_: Any) -> None:
        if not self._is_executing:
            self._shell.kernel._abort_queues()
        elif not self._output.hold_interrupt():
            raise KeyboardInterrupt


def refuse_input(prompt: Any = "") -> NoReturn:
    """Say that nobody answers, in the words of a kernel."""
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def refuse_password(prompt: str = "", stream: Any = None, **_: Any) -> NoReturn:
    """Say that nobody types a password, in the words of a kernel."""
    raise StdinNotImplementedError("getpass was called, but this frontend does not support input requests.")


def connect(request: dict[str, Any]) -> socket.socket:
    """Connect to whoever asked for a fork, and say which one this is."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(request["socket"])
    connection.sendall(json.dumps({"id": request["id"]}).encode() + b"\n")
    return connection


def become_child(server: ForkServer, find_connection: Callable[[], socket.socket]) -> NoReturn:
    """Turn the copy of the server into the process of a run; never returns."""
    status = 1
    # Nothing that an author starts inherits this one.
    complaints = os.dup(2)
    try:
        os.setpgid(0, 0)
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != server.pid:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server.leave()
        random.seed()
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed()
        sys.argv = [""]
        sys.path.insert(0, "")
        child = Child(server)
        child.run(find_connection())
        status = 0
    except BaseException:
        os.write(complaints, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(status)


# ------------------------------------------------------------------------------------------------------ the parent


@dataclasses.dataclass
class Spare:
    """A child that waits for a run."""

    pid: int
    orders: int
    """Where the command of its run is written; its end lets the child go."""


class ForkServer:
    """Forks, tells of ends, and ends what is left."""

    shell: ZMQInteractiveShell
    definitions: list[types.CodeType]

    def __init__(self, commands: int, answers: int) -> None:
        """Serve the descriptor with commands; the other gets answers."""
        self.pid = os.getpid()
        self.wire = Wire(key=b"")
        self._spare: Spare | None = None
        self._commands = commands
        self._answers = answers
        self._wake_reader, self._wake_writer = os.pipe()
        self._children: dict[int, str] = {}
        self._sockets: set[str] = set()
        self._received = b""

    def say(self, kind: str, **members: Any) -> None:
        """Write an answer."""
        data = memoryview(json.dumps({"kind": kind, **members}).encode() + b"\n")
        while data:
            data = data[os.write(self._answers, data) :]

    def prepare(self) -> None:
        """Import and warm up everything; raises Unsafe."""
        setting = json.loads(self._read_first_line())
        require_plain_profile()
        self.shell = create_shell(self.wire)
        load_modules(setting["modules"], frozenset(setting.get("never", ())))
        self.definitions = [
            compile(source, "<crosscompute>", "exec") for source in setting.get("definitions", ())
        ]
        warm_up(self.shell)
        require_one_thread()
        gc.collect()
        gc.freeze()
        self.say("ready", modules=sorted({name.partition(".")[0] for name in sys.modules}))

    def serve(self) -> None:
        """Answer commands until there are no more."""
        for writer in (self._wake_reader, self._wake_writer):
            os.set_blocking(writer, False)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            for line in self._received.split(b"\n")[:-1]:
                self._obey(json.loads(line))
            self._received = self._received.rpartition(b"\n")[2]
            patience = SPARE_SECONDS if self._spare else None
            readable, _, _ = select.select([self._commands, self._wake_reader], [], [], patience)
            if not readable:
                self._dismiss_spare()
            if self._wake_reader in readable:
                os.read(self._wake_reader, 4096)
                self._bury()
            if self._commands in readable:
                data = os.read(self._commands, 65536)
                if not data:
                    return
                self._received += data

    def end(self) -> None:
        """Kill what is left."""
        self._dismiss_spare()
        for pid in self._children:
            kill_group(pid, signal.SIGKILL)
        for path in self._sockets:
            try:
                os.unlink(path)
                os.rmdir(os.path.dirname(path))
            except OSError:
                # Another fork server of the same owner was quicker.
                pass

    def leave(self) -> None:
        """In a child: let go of what belongs to the parent."""
        self._children.clear()
        if self._spare:
            os.close(self._spare.orders)
            self._spare = None
        for descriptor in (self._commands, self._answers, self._wake_reader, self._wake_writer):
            os.close(descriptor)

    def _read_first_line(self) -> bytes:
        while b"\n" not in self._received:
            data = os.read(self._commands, 65536)
            if not data:
                os._exit(0)
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        return line

    def _obey(self, command: dict[str, Any]) -> None:
        if command["kind"] == "fork":
            self._sockets.add(command["socket"])
            self._fork(command)
            self._fork_spare()
        elif command["kind"] == "end":
            self._sockets.clear()
        elif command["kind"] == "signal":
            for pid, run in self._children.items():
                if run == command["id"]:
                    kill_group(pid, command["number"])

    def _fork(self, command: dict[str, Any]) -> None:
        pid = self._use_spare(command)
        if pid is None:
            try:
                pid = os.fork()
            except OSError as error:
                self.say("failed", id=command["id"], reason=str(error))
                return
            if pid == 0:
                become_child(self, lambda: connect(command))
            own_group(pid)
        self._children[pid] = command["id"]
        self.say("began", id=command["id"], pid=pid)

    def _fork_spare(self) -> None:
        """Fork the child of the next run while this one works."""
        try:
            reader, writer = os.pipe()
        except OSError:
            # The next run is forked when it comes, and is told why it cannot be.
            return
        self._spare = Spare(0, writer)
        try:
            self._spare.pid = os.fork()
        except OSError:
            self._dismiss_spare()
        else:
            if self._spare.pid == 0:
                become_child(self, lambda: self._await_orders(reader))
            own_group(self._spare.pid)
        finally:
            os.close(reader)

    def _await_orders(self, reader: int) -> socket.socket:
        """In a spare child: touch what every run touches, then wait to be needed."""
        warm_up_copy(self.shell)
        with open(reader, "rb") as orders:
            line = orders.readline()
        if not line.endswith(b"\n"):
            os._exit(0)
        return connect(json.loads(line))

    def _use_spare(self, command: dict[str, Any]) -> int | None:
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        try:
            os.write(spare.orders, json.dumps(command).encode() + b"\n")
        except OSError:
            # It is dead, and was not buried yet.
            return None
        finally:
            os.close(spare.orders)
        return spare.pid

    def _dismiss_spare(self) -> None:
        if self._spare:
            os.close(self._spare.orders)
            self._spare = None

    def _bury(self) -> None:
        """Tell of children that ended; what they left behind in their group goes with them."""
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            # Before it is buried, nobody else can have its number.
            kill_group(found.si_pid, signal.SIGKILL)
            _, status = os.waitpid(found.si_pid, 0)
            if self._spare and self._spare.pid == found.si_pid:
                self._dismiss_spare()
            run = self._children.pop(found.si_pid, None)
            if run is not None:
                self.say("ended", id=run, status=os.waitstatus_to_exitcode(status))


class Relay(ForkServer):
    """Forks one child, and lends it the standard streams of this process."""

    status = 0
    """Exit status of the child, or 128 and the number of the signal that ended it."""

    def serve(self) -> None:
        """Pass on what the child and its reader say, until the child ended."""
        ours, theirs = socket.socketpair()
        for descriptor in (self._wake_reader, self._wake_writer):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        pid = os.fork()
        if pid == 0:
            ours.close()
            become_child(self, lambda: theirs)
        theirs.close()
        for number in (signal.SIGINT, signal.SIGTERM):
            # Once is enough, for the child and all that it started.
            signal.signal(number, lambda number, _: kill_group(pid, number))
        own_group(pid)
        self._children[pid] = ""
        self._pass_on(ours)

    def _pass_on(self, child: socket.socket) -> None:
        waiting, self._received = self._received, b""
        deadline: float | None = None
        is_open = True
        while True:
            # Only when the last request left: else neither end would read while both write.
            readers = [child, self._wake_reader, *([self._commands] if is_open and not waiting else [])]
            patience = None if deadline is None else max(0, deadline - time.monotonic())
            readable, writable, _ = select.select(readers, [child] if waiting else [], [], patience)
            if self._wake_reader in readable:
                os.read(self._wake_reader, 4096)
                if self._bury_all():
                    deadline = time.monotonic() + LAST_WORDS_SECONDS
            if child in writable:
                waiting = send_some(child, waiting)
            if self._commands in readable:
                waiting = os.read(self._commands, 65536)
                if not waiting:
                    is_open = False
                    child.shutdown(socket.SHUT_WR)
                    deadline = time.monotonic() + LEAVE_SECONDS
            if child in readable:
                try:
                    data = memoryview(child.recv(65536))
                except ConnectionError:
                    break
                if not data:
                    break
                while data:
                    data = data[os.write(self._answers, data) :]
            elif deadline is not None and time.monotonic() >= deadline:
                break
        self.end()
        while not self._bury_all():
            select.select([self._wake_reader], [], [], 0.1)

    def _bury_all(self) -> bool:
        """Bury whoever ended, orphans as well; tell whether the child is gone."""
        while self._children:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return True
            if found is None:
                return False
            if found.si_pid in self._children:
                kill_group(found.si_pid, signal.SIGKILL)
            _, status = os.waitpid(found.si_pid, 0)
            if self._children.pop(found.si_pid, None) is not None:
                code = os.waitstatus_to_exitcode(status)
                self.status = code if code >= 0 else 128 - code
        return True


def send_some(connection: socket.socket, data: bytes) -> bytes:
    """Send what fits; give back the rest."""
    try:
        return data[connection.send(data, socket.MSG_DONTWAIT) :]
    except BlockingIOError:
        return data
    except OSError:
        # Nobody reads any more.
        return b""


def own_group(pid: int) -> None:
    """Give a child its group; it does the same: whoever comes first, it exists before anybody signals it."""
    try:
        os.setpgid(pid, pid)
    except OSError:
        # It was first, or is gone.
        pass


def kill_group(pid: int, number: int) -> None:
    """Send a signal to everybody in a group."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # Nobody is left in it.
        pass


def require_plain_profile() -> None:
    """Raise Unsafe when a person's settings of IPython would be applied to a kernel."""
    folders = [os.path.join(get_ipython_dir(), "profile_default"), *SYSTEM_CONFIG_DIRS]
    names = ("ipython_config", "ipython_kernel_config")
    files = [
        os.path.join(folder, name + end) for folder in folders for name in names for end in (".py", ".json")
    ]
    for found in [*filter(os.path.exists, files), *glob.glob(os.path.join(folders[0], "startup", "*.*py"))]:
        raise Unsafe(f"IPython has settings in {found}")


def create_shell(wire: Wire) -> ZMQInteractiveShell:
    """Make the shell that all children get a copy of, the way a kernel does."""
    config = Config()
    config.HistoryManager.enabled = False
    kernel = ForkKernel.instance(session=wire, iopub_socket=object())
    shell = ZMQInteractiveShell.instance(
        config=config, kernel=kernel, compiler_class=XCachingCompiler, user_ns={}
    )
    kernel.shell = shell
    for publisher in (shell.displayhook, shell.display_pub):
        publisher.session = wire
        publisher.pub_socket = kernel.iopub_socket
    shell.displayhook.topic = b"execute_result"
    if get_comm_manager is not None:
        kernel.comm_manager = get_comm_manager()
        shell.configurables.append(kernel.comm_manager)
    shell.extension_manager.load_extension("storemagic")
    enable_gui = shell.enable_gui
    # Without the loop of a real kernel there is none to connect a window to; no window is wanted for figures inline.
    shell.enable_gui = lambda gui=None: None if gui is None else enable_gui(gui)
    return shell


def load_modules(names: list[str], never: frozenset[str]) -> None:
    """Import modules of the standard library and installed packages; raises Unsafe."""
    if any(name.startswith("matplotlib") for name in names) and is_installed("matplotlib"):
        # The first time ever, this says that it takes a moment.
        importlib.import_module("matplotlib.font_manager")
    sockets = count_sockets()
    with tempfile.TemporaryFile() as said:
        kept = [(descriptor, os.dup(descriptor)) for descriptor in (1, 2)]
        try:
            for descriptor, _ in kept:
                os.dup2(said.fileno(), descriptor)
            for name in names:
                if name.partition(".")[0] not in never:
                    load_module(name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, copy in kept:
                os.dup2(copy, descriptor)
                os.close(copy)
        said.seek(0)
        text = said.read(1000).decode("utf-8", "replace").strip()
    if text:
        raise Unsafe(f"what the notebook imports prints: {text}")
    if count_sockets() > sockets:
        raise Unsafe("what the notebook imports opens a connection")
    loaded = sorted(never.intersection(sys.modules) - {"dask"})
    if loaded:
        raise Unsafe(f"what the notebook imports needs {loaded[0]}")


def load_module(name: str) -> None:
    """Import a module if it is an installed one; raises Unsafe when that fails."""
    if not is_installed(name.partition(".")[0]):
        return
    try:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    except ModuleNotFoundError:
        # ``from package import name`` where the name is no module; or the author will be told.
        return
    except BaseException as error:
        raise Unsafe(f"the import of {name} fails: {type(error).__name__}: {error}") from error


def is_installed(name: str) -> bool:
    """Tell whether a top-level module belongs to the standard library or to an installed package."""
    if name in sys.builtin_module_names or name in sys.stdlib_module_names:
        return True
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
    return bool(places) and all("/site-packages/" in place or "/dist-packages/" in place for place in places)


def count_sockets() -> int:
    """Count the sockets that this process has open."""
    count = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{name}").startswith("socket:")
        except OSError:
            # The descriptor of the listing itself.
            continue
    return count


def warm_up(shell: ZMQInteractiveShell) -> None:
    """Fill caches that the first use of a library fills; nothing that a notebook sees is changed."""
    shell.run_cell("1", store_history=False, silent=True)
    if "pandas" in sys.modules:
        frame = sys.modules["pandas"].DataFrame({"a": [1.5]})
        frame._repr_html_()
        repr(frame)
    if "matplotlib.pyplot" in sys.modules:
        # Not through pyplot: its backend is chosen by the first figure, in the child, as in a kernel.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(2, 1))
        canvas = FigureCanvasAgg(figure)
        axes = figure.subplots()
        axes.plot([0, 1], label="a")
        axes.legend()
        canvas.print_png(io.BytesIO())
        importlib.import_module("IPython.core.pylabtools")
        if "pandas" in sys.modules:
            importlib.import_module("pandas.plotting._matplotlib")
    forget(shell)


def forget(shell: ZMQInteractiveShell) -> None:
    """Let a shell be as if it had run nothing."""
    shell.reset(new_session=True)
    # A new shell has them, one that was reset has not.
    shell.user_ns.update({"_": "", "__": "", "___": ""})


def warm_up_copy(shell: ZMQInteractiveShell) -> None:
    """Touch in a child what every run touches, so that it has its own copy of that memory."""
    shell.run_cell("1", store_history=True)
    forget(shell)


def require_one_thread() -> None:
    """Raise Unsafe when a thread goes on that could hold a lock at the moment of a fork."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Libraries of linear algebra end their own threads before a fork, and start them when they are used.
        pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    if threading.active_count() > 1 or len(os.listdir("/proc/self/task")) > 1:
        names = [thread.name for thread in threading.enumerate()[1:]]
        raise Unsafe(f"what the notebook imports starts threads {', '.join(names)}".rstrip())


def main() -> int:
    """Prepare, serve, and end everything; gives the exit status."""
    commands, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    # What modules print must not get between the answers.
    os.dup2(2, 1)
    server = Relay(commands, answers) if sys.argv[1:] == ["relay"] else ForkServer(commands, answers)
    try:
        server.prepare()
    except Unsafe as reason:
        server.say("unsafe", reason=str(reason))
        return 0
    try:
        server.serve()
    finally:
        server.end()
    return server.status if isinstance(server, Relay) else 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)
