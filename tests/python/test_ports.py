"""The addresses of ports of containers: open to who knows them, and a way to nothing else."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from conftest import TOKEN, Jupyter
from tornado import httpclient, websocket

PORT = "ports/AAAAAAAAAAAAAAAAAAAA-_/site/"


def test_asks_nobody_and_tells_nothing_of_jupyter(jupyter: Jupyter) -> None:
    headers = {
        "Authorization": f"token {TOKEN}",
        "Cookie": "crosscompute-token=secret; _xsrf=x",
        "Origin": "null",
        "X-CrossCompute-Secret": "guess",
        "X-Forwarded-Prefix": "/elsewhere",
    }
    for ask in (requests.get, requests.post, requests.delete):
        response = ask(jupyter.address(f"{PORT}a%20b?c=d&token={TOKEN}"), headers=headers, timeout=60)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == "null"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in response.headers
        received = response.json()
        assert received["url"] == f"/{PORT}a%20b?c=d"
        assert received["headers"]["x-forwarded-prefix"] == "/base/crosscompute"
        assert not {"authorization", "cookie", "x-crosscompute-secret", "x-crosscompute-user"} & set(received["headers"])
        assert TOKEN not in json.dumps(received)


def test_answers_what_browsers_ask_before_scripts_send(jupyter: Jupyter) -> None:
    headers = {"Origin": "null", "Access-Control-Request-Method": "PUT"}
    response = requests.options(jupyter.address(PORT), headers=headers, timeout=60)
    assert response.status_code == 200
    assert response.json()["method"] == "OPTIONS"


@pytest.mark.parametrize("path", ["ports/short/site/", f"{PORT[:-6]}", "ports/", f"x/{PORT}", f"Ports/{PORT[6:]}"])
def test_opens_nothing_besides(jupyter: Jupyter, path: str) -> None:
    assert requests.post(jupyter.address(path), timeout=60).status_code == 403


@pytest.mark.parametrize("way", ["../../../echo", "..%2f..%2f..%2fecho", "%2e%2e/%2e%2e/%2e%2e/echo"])
def test_hands_the_secret_to_no_other_address(jupyter: Jupyter, way: str) -> None:
    url = urlsplit(jupyter.url)
    request = requests.Request("GET", jupyter.address("")).prepare()
    request.url = f"{url.scheme}://{url.netloc}/base/crosscompute/{PORT}{way}"
    response = requests.Session().send(request, timeout=60)
    assert "x-crosscompute-secret" not in response.text


def test_joins_websockets_of_pages_without_origin(jupyter: Jupyter) -> None:
    async def ask(path: str) -> Any:
        url = jupyter.address(path).replace("http", "ws", 1)
        request = httpclient.HTTPRequest(url, headers={"Origin": "null", "Cookie": "crosscompute-token=secret"})
        connection = await websocket.websocket_connect(request)
        return json.loads(await connection.read_message() or "null")

    received = asyncio.run(ask(f"{PORT}ws?a=1"))
    assert received["url"] == f"/{PORT}ws?a=1"
    assert "cookie" not in received["headers"]
    with pytest.raises(httpclient.HTTPClientError, match="403"):
        asyncio.run(ask("echo"))
