"""Kernel connections send at once, and all of it to the bundled server."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import zmq
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyterlab_crosscompute.kernel_connection import create_connection_class
from traitlets.config import Config


@pytest.mark.parametrize("nodelay", [True, False])
def test_sets_the_option_before_it_connects(monkeypatch: pytest.MonkeyPatch, nodelay: bool) -> None:
    seen: list[object] = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: seen.append("connected"))
    kind = create_connection_class(ZMQChannelsWebsocketConnection, nodelay=nodelay)
    connection = kind.__new__(kind)
    handler = SimpleNamespace(ws_connection=object(), set_nodelay=seen.append)
    monkeypatch.setattr(kind, "websocket_handler", handler)
    connection.session = Session(session="of a browser")
    connection.connect()
    assert seen == ([True, "connected"] if nodelay else ["connected"])


@pytest.mark.parametrize("session", ["crosscompute-1", "of a browser"])
def test_leaves_nothing_out_for_the_bundled_server(monkeypatch: pytest.MonkeyPatch, session: str) -> None:
    context = zmq.Context()
    channel = SimpleNamespace(socket=context.socket(zmq.SUB))

    def create_stream(self: ZMQChannelsWebsocketConnection) -> None:
        self.channels = {"iopub": channel}

    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "create_stream", create_stream)
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: self.create_stream())
    kind = create_connection_class(ZMQChannelsWebsocketConnection)
    connection = kind.__new__(kind)
    monkeypatch.setattr(kind, "websocket_handler", SimpleNamespace(ws_connection=None))
    connection.session = Session(session=session)
    connection.connect()
    is_own = session.startswith("crosscompute-")
    assert connection.limit_rate is not is_own
    assert (channel.socket.getsockopt(zmq.RCVHWM) == 0) is is_own
    context.destroy()


def test_keeps_the_configuration_of_its_base() -> None:
    kind = create_connection_class(ZMQChannelsWebsocketConnection)
    assert kind.__name__ == "ZMQChannelsWebsocketConnection"
    configured = kind.__new__(kind)
    configured.config = Config(ZMQChannelsWebsocketConnection={"limit_rate": False})
    assert configured.limit_rate is False
