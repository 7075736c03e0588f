"""Kernel connections that send each message at once, and all of them to the bundled server."""

from __future__ import annotations

from typing import Any

import zmq
from jupyter_server.services.kernels.connection.base import BaseKernelWebsocketConnection

OWN_SESSION_PREFIX = "crosscompute-"
"""How the session of a connection begins that the bundled server opens."""


def create_connection_class(
    base: type[BaseKernelWebsocketConnection], *, nodelay: bool = True
) -> type[BaseKernelWebsocketConnection]:
    """Make a class of kernel connections that suits the bundled server, and changes nothing else for anybody.

    Jupyter Server leaves Nagle's algorithm on, so that a small message waits for the acknowledgement of the
    one before it: about 40 ms for each round trip of a notebook. With ``nodelay`` that is off.

    Jupyter Server leaves out what a kernel says when there is much of it, as a browser would choke. The bundled
    server keeps what a run says, and gets all of it: connections of its sessions have no limits.
    """

    class KernelConnection(base):  # type: ignore[valid-type, misc]
        """A kernel connection without Nagle's algorithm, and for the bundled server without limits."""

        def connect(self) -> Any:
            """Connect as the base does, once small messages no longer wait."""
            if nodelay and self.websocket_handler.ws_connection is not None:
                self.websocket_handler.set_nodelay(True)
            if self._is_own and hasattr(self, "limit_rate"):
                self.limit_rate = False
            return super().connect()

        def create_stream(self) -> None:
            """Open the channels as the base does; what waits for the bundled server is not thrown away."""
            super().create_stream()
            if self._is_own:
                # It holds for connections that are there already, too.
                self.channels["iopub"].socket.setsockopt(zmq.RCVHWM, 0)

        @property
        def _is_own(self) -> bool:
            return str(self.session.session).startswith(OWN_SESSION_PREFIX)

    # The name of the class is the name of its configuration section.
    KernelConnection.__name__ = base.__name__
    KernelConnection.__qualname__ = base.__qualname__
    return KernelConnection
