"""The server extension: runs the bundled server beside Jupyter and puts it under Jupyter's address."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from jupyter_server_proxy.handlers import AddSlashHandler
from tornado.ioloop import PeriodicCallback
from traitlets import Bool, Dict, Unicode

from .credential import create_credential
from .node import SERVER_FILE
from .kernel_connection import create_connection_class
from .ports import PORTS_PATTERN, PortsHandler
from .proxy import PROXY_NAME, ProxyHandler, Upstream
from .supervisor import HandOver, Supervisor

WILDCARD_ADDRESSES = ("", "*", "0.0.0.0", "::", "localhost")
RELOAD_INTERVAL_MS = 500


class CrossCompute(ExtensionApp):
    """CrossCompute for JupyterLab."""

    name = "jupyterlab_crosscompute"
    description = "Turn a notebook and an automate.yaml into a tool."
    load_other_extensions = True

    node = Unicode(
        "", help="Path of the Node that runs the bundled server; empty for the one that was installed with it."
    ).tag(config=True)
    nodelay = Bool(
        True, help="Send messages of kernels at once (TCP_NODELAY): 40 ms less for each round trip of any notebook."
    ).tag(config=True)
    server_settings = Dict(help="Settings that are handed to the bundled server.").tag(config=True)
    server_file = Unicode("", help="Another build of the bundled server, for development.").tag(config=True)
    reload = Bool(False, help="Start the bundled server anew when its file changes, for development.").tag(
        config=True
    )

    supervisor: Supervisor | None = None
    upstream: Upstream | None = None
    _reloading: PeriodicCallback | None = None

    def initialize_settings(self) -> None:
        """Make what the handlers need; nothing runs yet."""
        serverapp = self._get_serverapp()
        base = self.settings.get("kernel_websocket_connection_class")
        if base:
            self.settings["kernel_websocket_connection_class"] = create_connection_class(base, nodelay=self.nodelay)
        root_folder = Path(os.path.abspath(os.path.expanduser(serverapp.root_dir)))
        hand_over = HandOver(
            jupyter_url=lambda: find_local_url(serverapp),
            token=create_credential(serverapp.identity_provider),
            root_folder=root_folder,
            state_folder=prepare_state_folder(root_folder),
            settings=dict(self.server_settings),
        )
        self.supervisor = Supervisor(
            hand_over,
            self.log,
            node=self.node,
            server_file=Path(self.server_file) if self.server_file else None,
        )
        self.upstream = Upstream(self.supervisor)

    def initialize_handlers(self) -> None:
        """Put the bundled server at ``{base_url}crosscompute/``."""
        self.handlers.extend(
            [
                (rf"/{PROXY_NAME}", AddSlashHandler),
                (rf"/{PROXY_NAME}({PORTS_PATTERN})", PortsHandler, {"upstream": self.upstream}),
                (rf"/{PROXY_NAME}(/.*)", ProxyHandler, {"upstream": self.upstream}),
            ]
        )

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Start at once, without waiting for a visitor, so that a queue goes on after a restart."""
        if self.supervisor is None:
            return
        if serverapp.sock:
            self.log.warning(
                "Jupyter listens on a socket, so CrossCompute cannot reach its kernels; let Jupyter listen on a port."
            )
        self.supervisor.start()
        if self.reload:
            self._watch_server_file(self.supervisor)

    async def stop_extension(self) -> None:
        """End the bundled server while kernels still live, so that it can close its runs in order."""
        if self._reloading:
            self._reloading.stop()
        if self.supervisor:
            await self.supervisor.stop()
        if self.upstream:
            await self.upstream.close()

    def _get_serverapp(self) -> ServerApp:
        """Give the Jupyter server that loaded the extension."""
        assert self.serverapp is not None
        return self.serverapp

    def _watch_server_file(self, supervisor: Supervisor) -> None:
        """Restart the bundled server after each build of it."""
        path = Path(self.server_file) if self.server_file else SERVER_FILE
        seen = _read_time(path)

        async def look() -> None:
            """Compare the time of the file with the last one seen."""
            nonlocal seen
            now = _read_time(path)
            if now and now != seen:
                seen = now
                self.log.info("The bundled server was built anew.")
                await supervisor.restart()

        self._reloading = PeriodicCallback(look, RELOAD_INTERVAL_MS)
        self._reloading.start()


def find_local_url(serverapp: ServerApp) -> str:
    """Find the address at which this machine reaches the Jupyter server, with a slash at its end."""
    host = "127.0.0.1" if serverapp.ip in WILDCARD_ADDRESSES else serverapp.ip
    host = f"[{host}]" if ":" in host else host
    scheme = "https" if serverapp.certfile else "http"
    return f"{scheme}://{host}:{serverapp.port}{serverapp.base_url}"


def prepare_state_folder(root_folder: Path) -> Path:
    """Make the folder in which the server for a root folder keeps its state, readable for this user only."""
    digest = hashlib.sha256(os.fsencode(root_folder)).hexdigest()[:16]
    folder = Path(jupyter_data_dir()) / "crosscompute" / digest
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _read_time(path: Path) -> int:
    """Read when a file was changed, in nanoseconds; 0 while there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0

