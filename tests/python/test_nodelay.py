"""Kernel connections send at once."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyterlab_crosscompute.nodelay import create_nodelay_class
from traitlets.config import Config


def test_sets_the_option_before_it_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: seen.append("connected"))
    kind = create_nodelay_class(ZMQChannelsWebsocketConnection)
    connection = kind.__new__(kind)
    handler = SimpleNamespace(ws_connection=object(), set_nodelay=seen.append)
    monkeypatch.setattr(kind, "websocket_handler", handler)
    connection.connect()
    assert seen == [True, "connected"]


def test_keeps_the_configuration_of_its_base() -> None:
    kind = create_nodelay_class(ZMQChannelsWebsocketConnection)
    assert kind.__name__ == "ZMQChannelsWebsocketConnection"
    configured = kind.__new__(kind)
    configured.config = Config(ZMQChannelsWebsocketConnection={"limit_rate": False})
    assert configured.limit_rate is False
