"""Kernel connections that send each message at once."""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.base import BaseKernelWebsocketConnection


def create_nodelay_class(
    base: type[BaseKernelWebsocketConnection],
) -> type[BaseKernelWebsocketConnection]:
    """Make a class of kernel connections whose sockets have TCP_NODELAY set.

    Jupyter Server leaves Nagle's algorithm on, so that a small message waits for the acknowledgement of the
    one before it: about 40 ms for each round trip of a notebook.
    """

    class NoDelayConnection(base):  # type: ignore[valid-type, misc]
        """A kernel connection without Nagle's algorithm."""

        def connect(self) -> Any:
            """Connect as the base does, once small messages no longer wait."""
            if self.websocket_handler.ws_connection is not None:
                self.websocket_handler.set_nodelay(True)
            return super().connect()

    # The name of the class is the name of its configuration section.
    NoDelayConnection.__name__ = base.__name__
    NoDelayConnection.__qualname__ = base.__qualname__
    return NoDelayConnection
