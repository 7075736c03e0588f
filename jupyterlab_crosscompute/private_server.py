"""A private headless Jupyter server: kernels for the command line, and nothing else.

Run as ``python -m jupyterlab_crosscompute.private_server``. Reads one line of JSON from its standard input,
``{"token": …, "rootFolder": …, "runtimeFolder": …}``, writes one line ``{"port": …}`` to its standard output when
it listens, and ends with its kernels when its standard input ends, that is, when whoever started it is gone.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from typing import Any

import zmq
from jupyter_core.utils import ensure_async
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import IOLoop
from traitlets.config import Config

from .kernel_connection import create_connection_class

END_SECONDS = 8
"""How long ending may take before the process just exits; kernels notice that their parent is gone."""

ASK_SECONDS = 0.01
"""How long to wait for a sign of life before asking again."""

ASK_TIMES = 100
"""How often to ask before leaving it to Jupyter."""


class PromptConnection(create_connection_class(ZMQChannelsWebsocketConnection)):  # type: ignore[misc]
    """A kernel connection that is often ready half a second sooner.

    Jupyter asks a kernel for a sign of life at once, and again after half a second when this connection or its own
    record of the kernel's state heard none: the first answer gets lost when the kernel does not know yet that
    somebody listens. Here it is asked in quick succession.
    """

    def nudge(self) -> asyncio.Future[Any]:
        """Ask until the kernel is heard, then let the base do its part."""
        if getattr(self.kernel_manager, "execution_state", None) == "busy":
            return super().nudge()

        async def nudge_heard() -> Any:
            await self._await_life()
            return await super(PromptConnection, self).nudge()

        return asyncio.ensure_future(nudge_heard())

    async def _await_life(self) -> None:
        """Ask the kernel for its description until it is heard on the channel of its output."""
        heard = asyncio.Event()
        output = self.channels["iopub"]
        control = self.kernel_manager.connect_control()
        output.on_recv(lambda _: heard.set())
        try:
            for _ in range(ASK_TIMES):
                if output.closed() or control.closed():
                    break
                self.session.send(control, "kernel_info_request")
                await asyncio.sleep(ASK_SECONDS)
                state = getattr(self.kernel_manager, "execution_state", None)
                if heard.is_set() and state != "starting":
                    break
        finally:
            if not output.closed():
                output.stop_on_recv()
            if not control.closed():
                control.close()


def create_server(settings: dict[str, str]) -> ServerApp:
    """Make a server without extensions that listens on a free port of this machine alone."""
    config = Config()
    server = config.ServerApp
    server.ip = "127.0.0.1"
    server.port = 0
    server.root_dir = settings["rootFolder"]
    server.allow_root = True
    server.open_browser = False
    server.terminals_enabled = False
    server.log_level = "WARN"
    server.kernel_websocket_connection_class = PromptConnection
    config.IdentityProvider.token = settings["token"]
    app = ServerApp.instance(config=config)
    app.initialize(argv=[], find_extensions=False)
    context = app.kernel_manager.context
    # Jupyter connects before a new kernel listens, and would try again after 100 ms and more.
    context.setsockopt(zmq.RECONNECT_IVL, 10)
    return app


def end_with_parent(app: ServerApp, loop: IOLoop) -> None:
    """Wait for the end of standard input, then end kernels and server."""
    while sys.stdin.buffer.read(4096):
        pass

    async def end() -> None:
        try:
            await ensure_async(app.kernel_manager.shutdown_all(now=True))
        finally:
            app.stop()

    loop.add_callback(end)
    time.sleep(END_SECONDS)
    os._exit(1)


def main() -> None:
    """Start the server and serve until standard input ends."""
    settings = json.loads(sys.stdin.buffer.readline())
    # Jupyter makes folders of its own there, which nobody would remove after a kill.
    tempfile.tempdir = settings["runtimeFolder"]
    try:
        app = create_server(settings)
        loop = IOLoop.current()
        threading.Thread(target=end_with_parent, args=(app, loop), daemon=True).start()
        loop.add_callback(lambda: print(json.dumps({"port": app.port}), flush=True))
        app.start()
    finally:
        shutil.rmtree(settings["runtimeFolder"], ignore_errors=True)


if __name__ == "__main__":
    main()
