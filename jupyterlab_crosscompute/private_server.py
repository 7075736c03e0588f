"""A private headless Jupyter server: kernels for the command line, and nothing else.

Run as ``python -m jupyterlab_crosscompute.private_server``. Reads one line of JSON from its standard input,
``{"token": …, "rootFolder": …, "runtimeFolder": …}``, writes one line ``{"port": …}`` to its standard output when
it listens, and ends with its kernels when its standard input ends, that is, when whoever started it is gone.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time

import zmq
from jupyter_core.utils import ensure_async
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import IOLoop
from traitlets.config import Config

from .nodelay import create_nodelay_class

END_SECONDS = 8
"""How long ending may take before the process just exits; kernels notice that their parent is gone."""


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
    server.kernel_websocket_connection_class = create_nodelay_class(ZMQChannelsWebsocketConnection)
    config.IdentityProvider.token = settings["token"]
    # What kernels say is all that a run leaves to be seen: nothing of it is dropped.
    config.ZMQChannelsWebsocketConnection.limit_rate = False
    app = ServerApp.instance(config=config)
    app.initialize(argv=[], find_extensions=False)
    context = app.kernel_manager.context
    context.setsockopt(zmq.RCVHWM, 0)
    context.setsockopt(zmq.SNDHWM, 0)
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
