"""What passes between browser and bundled server, and what does not."""

from __future__ import annotations

import base64
import json
import socket
from urllib.parse import urlsplit

import pytest
import requests
from conftest import TOKEN, Jupyter, wait_for


def test_refuses_strangers(jupyter: Jupyter) -> None:
    assert requests.post(jupyter.address("echo"), timeout=60).status_code == 403
    response = requests.get(jupyter.address("echo"), allow_redirects=False, timeout=60)
    assert response.status_code == 302
    assert "login" in response.headers["Location"]


def test_refuses_a_post_with_cookies_alone(jupyter: Jupyter) -> None:
    headers = jupyter.sign_in()
    assert jupyter.session.post(jupyter.address("echo"), timeout=60).status_code == 403
    response = jupyter.session.post(jupyter.address("echo"), data=b"body", headers=headers, timeout=60)
    assert response.status_code == 200
    assert response.json()["body"] == "body"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_protects_every_method_that_changes_something(jupyter: Jupyter, method: str) -> None:
    headers = jupyter.sign_in()
    assert jupyter.session.request(method, jupyter.address("echo"), timeout=60).status_code == 403
    response = jupyter.session.request(method, jupyter.address("echo"), headers=headers, timeout=60)
    assert response.json()["method"] == method


def test_does_not_believe_what_only_a_proxy_may_say(jupyter: Jupyter) -> None:
    forged = {
        "X-CrossCompute-User": "mallory",
        "X-CrossCompute-Secret": "guess",
        "X-CrossCompute-Admin": "yes",
        "X-Forwarded-Prefix": "/elsewhere",
    }
    headers = jupyter.get("echo", headers=forged).json()["headers"]
    assert headers["x-crosscompute-user"] not in ("", "mallory")
    assert headers["x-crosscompute-secret"] != "guess"
    assert "x-crosscompute-admin" not in headers
    assert headers["x-forwarded-prefix"] == "/base/crosscompute"


def test_calls_the_user_of_a_jupyter_without_accounts_by_a_name_for_rules(jupyter: Jupyter) -> None:
    jupyter.sign_in()
    for ask in (jupyter.session.get, requests.get):
        headers = {} if ask != requests.get else {"Authorization": f"token {TOKEN}"}
        echo = ask(jupyter.address("echo"), headers=headers, timeout=60).json()
        assert echo["headers"]["x-crosscompute-user"] == "jupyter"


def test_keeps_credentials_to_itself(jupyter: Jupyter) -> None:
    jupyter.sign_in()
    jupyter.session.cookies.set("crosscompute-guest", "mine", path="/base/")
    jupyter.session.cookies.set("someone-elses", "theirs", path="/base/")
    received = jupyter.session.get(
        jupyter.address("echo"),
        params={"token": TOKEN, "a": "1 2"},
        headers={"Authorization": f"token {TOKEN}", "Referer": f"{jupyter.url}lab?token={TOKEN}"},
        timeout=60,
    ).json()
    assert TOKEN not in json.dumps(received)
    assert received["headers"]["cookie"] == "crosscompute-guest=mine"
    assert received["url"] == "/echo?a=1+2"


@pytest.mark.parametrize(
    "path", ["echo/a%20b%2Fc%3Fd%23e%25", "echo/%C3%BC.csv", "echo?x=%26&x=2&empty=", "echo/a;b=c,d@e:f"]
)
def test_passes_addresses_on_as_they_are(jupyter: Jupyter, path: str) -> None:
    assert jupyter.get(path).json()["url"] == f"/{path}"


def test_serves_the_root_with_and_without_its_slash(jupyter: Jupyter) -> None:
    assert jupyter.get("").json()["url"] == "/"
    assert requests.get(
        f"{jupyter.url}crosscompute", headers={"Authorization": f"token {TOKEN}"}, timeout=60
    ).url.endswith("/base/crosscompute/")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/a/b", "/base/crosscompute/a/b"),
        ("/base/crosscompute/a", "/base/crosscompute/a"),
        ("../x", "../x"),
        ("http://elsewhere/x", "http://elsewhere/x"),
    ],
)
def test_redirects_stay_below_the_prefix(jupyter: Jupyter, given: str, expected: str) -> None:
    response = jupyter.get("redirect", params={"to": given}, allow_redirects=False)
    assert response.status_code == 302
    assert response.headers["Location"] == expected


def test_keeps_headers_that_come_twice_and_those_of_jupyter(jupyter: Jupyter) -> None:
    response = jupyter.get("twice")
    cookies = response.raw.headers.getlist("Set-Cookie")
    assert "crosscompute-a=1" in cookies
    assert "crosscompute-b=2" in cookies
    policies = response.raw.headers.getlist("Content-Security-Policy")
    assert "default-src 'self'" in policies
    assert any("frame-ancestors 'self'" in policy for policy in policies)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == "attachment; filename=café.txt"
    assert response.raw.headers.getlist("Content-Type") == ["application/json"]


def test_answers_that_have_no_body_pass(jupyter: Jupyter) -> None:
    response = jupyter.get("unchanged")
    assert response.status_code == 304
    assert response.headers["ETag"] == '"x"'
    head = requests.head(
        jupyter.address("big"), params={"bytes": 5}, headers={"Authorization": f"token {TOKEN}"}, timeout=60
    )
    assert head.status_code == 200
    assert head.headers["Content-Length"] == "5"


def test_events_are_live_whatever_is_accepted(jupyter: Jupyter) -> None:
    for accept in ("text/event-stream", "*/*", "application/json"):
        with jupyter.get("api/events", headers={"Accept": accept}, stream=True) as response:
            assert response.headers["Content-Type"] == "text/event-stream"
            lines = response.iter_lines()
            assert next(lines) == b"id: 1"  # the stream never ends, so that a buffering proxy would wait here
            assert next(lines) == b"data: tick"


def test_a_growing_array_is_live_and_gets_its_own_token(jupyter: Jupyter) -> None:
    """Jupyter itself is asked with its token in the address, as the header is the automation's."""
    with requests.post(
        jupyter.address("a/tool/generate"),
        params={"token": TOKEN},
        auth=("sesame", "x-auth-token"),
        stream=True,
        timeout=60,
    ) as response:
        assert response.status_code == 200
        assert next(response.iter_content(None)) == b"[{}"  # the array never ends here
        sent = base64.b64encode(b"sesame:x-auth-token").decode()
        assert response.headers["X-Authorization"] == f"Basic {sent}"


def test_a_browser_that_leaves_closes_the_stream_of_the_server(jupyter: Jupyter) -> None:
    response = jupyter.get("api/events", stream=True)
    lines = response.iter_lines()
    assert next(lines)
    assert jupyter.get("open").json()["openStreams"] == 1
    response.close()
    wait_for(lambda: jupyter.get("open").json()["openStreams"] == 0, "the stream to be closed")
    assert "Traceback" not in jupyter.log


def test_a_slow_reader_slows_the_server_instead_of_filling_memory(jupyter: Jupyter) -> None:
    with jupyter.get("flood", stream=True):

        def measure() -> int:
            return jupyter.get("open").json()["written"]

        seen = [-1, measure()]

        def is_still() -> bool:
            seen.append(measure())
            return seen[-1] == seen[-2] == seen[-3] > 0

        wait_for(is_still, "the flood to stand")
        assert seen[-1] < 50_000_000


def test_large_answers_keep_their_length(jupyter: Jupyter) -> None:
    size = 130 * 1024 * 1024  # more than a proxy that collects an answer takes
    with jupyter.get("big", params={"bytes": size}, stream=True) as response:
        assert response.headers["Content-Length"] == str(size)
        assert sum(len(chunk) for chunk in response.iter_content(1 << 20)) == size


def test_a_broken_answer_is_seen_as_broken(jupyter: Jupyter) -> None:
    with pytest.raises(requests.RequestException):
        _ = jupyter.get("broken").content
    assert jupyter.get("echo").status_code == 200


def test_a_request_without_answer_is_a_503(jupyter: Jupyter) -> None:
    response = jupyter.get("unanswered")
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "server-starting"


def test_a_request_that_is_not_http_does_no_harm(jupyter: Jupyter) -> None:
    parts = urlsplit(jupyter.url)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(b"GET /base/crosscompute/\x00 HTTP/1.1\r\n\r\n")
        connection.recv(1000)
    assert jupyter.get("echo").status_code == 200
