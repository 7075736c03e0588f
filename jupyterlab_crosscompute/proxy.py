"""The part of Jupyter's addresses that the bundled server answers."""

from __future__ import annotations

import asyncio
import html
import json
import re
from base64 import b64decode
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import aiohttp
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from jupyter_server_proxy.handlers import NamedLocalProxyHandler
from tornado import httputil, iostream, web
from yarl import URL

from .supervisor import Supervisor

PROXY_NAME = "crosscompute"
COOKIE_PREFIX = "crosscompute"
USER_NAME = "jupyter"
"""Name of the user of a Jupyter without accounts."""

DRAWN_NAME = re.compile(r"[0-9a-f]{32}")
"""What Jupyter calls a browser that has given its token or password."""

READY_TIMEOUT_SECONDS = 10.0
CONNECT_ATTEMPTS = 3
CONNECT_PAUSE_SECONDS = 0.2

HOP_HEADERS = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    "transfer-encoding upgrade".split()
)
"""Headers that speak of one connection only (RFC 9110, section 7.6.1)."""

PRIVATE_HEADERS = frozenset(
    "accept-encoding authorization content-length cookie expect referer x-xsrftoken".split()
)
"""Headers that stay on Jupyter's side: credentials, the address that may hold a token, and what is made anew."""

API_TOKEN_WORDS = (b"x-auth-token", b"x-api-token")
"""Passwords of basic authorization that say that the name is a token for the automation."""

FORGEABLE_PREFIXES = ("x-crosscompute-", "x-forwarded-")
"""Headers that only a proxy may set."""


class Upstream:
    """The connection from Jupyter to the bundled server."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self._session: aiohttp.ClientSession | None = None

    def request(self, method: str, target: str, **options: Any) -> Any:
        """Send a request to the running server; ``target`` is the encoded path and query."""
        return self._open_session().request(
            method, URL(f"http://127.0.0.1:{self.supervisor.port or 80}{target}", encoded=True), **options
        )

    async def close(self) -> None:
        """Close what is open."""
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        """Make the session at the first request, when the event loop runs."""
        if self._session is None:
            # A connection for each request: one that is kept might be closed by the other side at the very
            # moment when a POST, which must not be sent twice, goes out on it.
            socket = self.supervisor.socket
            connector = (
                aiohttp.UnixConnector(socket, limit=0, force_close=True)
                if socket
                else aiohttp.TCPConnector(limit=0, force_close=True)
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
            )
        return self._session


class ProxyHandler(NamedLocalProxyHandler):
    """Passes authenticated requests on, as they are, and answers as they come, with back-pressure."""

    def initialize(self, upstream: Upstream) -> None:  # type: ignore[override]
        """Take the connection that all requests share."""
        self.proxy_base = PROXY_NAME
        self.upstream = upstream
        self._relaying: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:  # type: ignore[override]
        """The port of the server, 0 where it has a socket."""
        return self.upstream.supervisor.port

    @property
    def unix_socket(self) -> str | None:  # type: ignore[override]
        """The path of the server's socket, None where it has a port."""
        return self.upstream.supervisor.socket

    def check_xsrf_cookie(self) -> None:
        """Protect requests that change something as Jupyter protects its own, which the base class does not."""
        JupyterHandler.check_xsrf_cookie(self)

    async def proxy(self, port: int, path: str | None) -> None:
        """Pass one request on; while the server restarts, wait for it."""
        if not self.request.path.endswith("/api/events"):
            self._record_activity()  # a page that is merely open should not keep an idle server alive
        self._relaying = asyncio.ensure_future(self._relay())
        try:
            await self._relaying
        except asyncio.CancelledError:
            if not self._has_left():
                raise
        except iostream.StreamClosedError:
            pass  # the browser left while we were writing
        finally:
            self._relaying = None

    def on_connection_close(self) -> None:
        """Close our side too when the browser leaves."""
        super().on_connection_close()
        if self._relaying:
            self._relaying.cancel()

    def get_client_uri(self, protocol: str, host: str, port: int, proxied_path: str) -> str:
        """Give the address on the server to the base class, which opens WebSockets with it."""
        return f"{protocol}://{host}:{port or 80}{self._get_target()}"

    def proxy_request_headers(self) -> httputil.HTTPHeaders:
        """Collect the headers for the server: those of the browser without credentials, and our own."""
        headers = httputil.HTTPHeaders()
        for name, value in self.request.headers.get_all():
            lower = name.lower()
            if lower not in HOP_HEADERS | PRIVATE_HEADERS and not lower.startswith(FORGEABLE_PREFIXES):
                headers.add(name, value)
        cookies = self._get_own_cookies()
        if cookies:
            headers["Cookie"] = cookies
        token = self._get_api_token()
        if token:
            headers["Authorization"] = token
        headers["X-CrossCompute-Secret"] = self.upstream.supervisor.secret
        headers["X-CrossCompute-User"] = quote(self._get_user_name(), safe=" @+")
        headers["X-Forwarded-Prefix"] = self._get_prefix()
        headers["X-Forwarded-Proto"] = self.request.protocol
        headers["X-Forwarded-Host"] = self.request.host
        headers["X-Forwarded-For"] = str(self.request.remote_ip or "")
        return headers

    async def _relay(self) -> None:
        """Send the request and copy the answer; a connection that could not be made is tried again."""
        supervisor = self.upstream.supervisor
        cause = ""
        for attempt in range(CONNECT_ATTEMPTS):
            if attempt:
                await asyncio.sleep(CONNECT_PAUSE_SECONDS)
            if not await supervisor.wait_until_ready(READY_TIMEOUT_SECONDS):
                break
            try:
                async with self.upstream.request(
                    self.request.method or "GET",
                    self._get_target(),
                    headers=list(self.proxy_request_headers().get_all()),
                    data=self.request.body or None,
                    allow_redirects=False,
                ) as response:
                    await self._copy(response)
                return
            except aiohttp.ClientConnectorError as error:
                cause = str(error)  # the request was not sent, so it may be sent again
            except aiohttp.ClientError as error:
                self._give_up(f"The bundled server stopped while it answered: {error}")
                return
        self._refuse(cause or supervisor.reason)

    async def _copy(self, response: aiohttp.ClientResponse) -> None:
        """Copy status, headers and body; the next piece is read when the browser took the last."""
        self.set_status(response.status, response.reason)
        self.clear_header("Content-Type")
        prefix = self._get_prefix()
        for raw_name, raw_value in response.raw_headers:
            # Jupyter's own policy stays in force beside that of the server.
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            lower = name.lower()
            if lower in ("cache-control", "content-type", "date", "server", "x-content-type-options"):
                self.clear_header(name)
            if lower == "location" and value.startswith("/") and not value.startswith((prefix + "/", "//")):
                value = prefix + value
            if lower not in HOP_HEADERS:
                self.add_header(name, value)
        # The base class wraps `flush` in a function that forgets its result, which is what tells of slow readers.
        await web.RequestHandler.flush(self)
        async for chunk in response.content.iter_any():
            self.write(chunk)
            await web.RequestHandler.flush(self)

    def _give_up(self, reason: str) -> None:
        """Tell of a broken answer: by a problem document, or by a broken connection once the answer has begun."""
        if not self._headers_written:
            self._refuse(reason)
            return
        self.log.warning("%s", reason)
        self.detach().close()

    def _refuse(self, reason: str) -> None:
        """Answer 503 with what is wrong and what to do."""
        supervisor = self.upstream.supervisor
        starting = supervisor.state in ("starting", "waiting", "ready")
        hint = (
            "It is being started again; try again in a moment."
            if starting
            else "Jupyter's log says more; restart Jupyter once it is mended."
        )
        document = {
            "type": "about:blank",
            "title": "CrossCompute is not running",
            "status": 503,
            "code": "server-starting" if starting else "server-down",
            "detail": " ".join(part for part in (reason.split("\n")[0], hint) if part),
        }
        self.clear()
        self.set_status(503)
        self.set_header("Retry-After", "2")
        self.set_header("Cache-Control", "no-store")
        if "text/html" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.write(_render_problem(document, refresh=starting))
        else:
            self.set_header("Content-Type", "application/problem+json")
            self.write(json.dumps(document))

    def _has_left(self) -> bool:
        """Tell whether the browser closed the connection."""
        connection: Any = self.request.connection
        return connection is None or connection.stream is None or connection.stream.closed()

    def _get_prefix(self) -> str:
        """Give the address under which browsers see the server, without a slash at its end."""
        return url_path_join(self.base_url, PROXY_NAME)

    def _get_target(self) -> str:
        """Give path and query as they were encoded by the browser, without Jupyter's prefix and token."""
        path = self.request.path[len(self._get_prefix()) :] or "/"
        pairs = parse_qsl(self.request.query, keep_blank_values=True)
        if any(name == "token" for name, _ in pairs):
            query = urlencode([pair for pair in pairs if pair[0] != "token"])
        else:
            query = self.request.query
        return f"{path}?{query}" if query else path

    def _get_own_cookies(self) -> str:
        """Give the cookies that the server itself set; Jupyter's would let their reader act as the user."""
        try:
            cookies = SimpleCookie(self.request.headers.get("Cookie", ""))
        except CookieError:
            return ""
        own = [morsel for name, morsel in cookies.items() if name.startswith(COOKIE_PREFIX)]
        return "; ".join(f"{morsel.key}={morsel.coded_value}" for morsel in own)

    def _get_api_token(self) -> str:
        """Give the header that carries a token for the automation itself; Jupyter takes none of this form."""
        header = self.request.headers.get("Authorization", "")
        if not header.lower().startswith("basic ") or not self.request.path.endswith("/generate"):
            return ""
        try:
            password = b64decode(header[6:].strip()).rpartition(b":")[2]
        except ValueError:
            return ""
        return header if password in API_TOKEN_WORDS else ""

    def _get_user_name(self) -> str:
        """Give the name of Jupyter's user, whichever form the identity provider has it in.

        A Jupyter with a token or a password knows no accounts and draws a name for each browser, by which no rule
        could call anybody: there it is always the same.
        """
        user: Any = self.current_user
        if isinstance(user, dict):
            return str(user.get("username") or user.get("name") or "")
        name = str(getattr(user, "username", user) or "")
        draws_names = type(self.identity_provider).generate_anonymous_user is IdentityProvider.generate_anonymous_user
        return USER_NAME if draws_names and DRAWN_NAME.fullmatch(name) else name


def _render_problem(document: dict[str, Any], *, refresh: bool) -> str:
    """Render the problem for a person who opened a page; while it mends itself, the page loads again."""
    title, detail = html.escape(document["title"]), html.escape(document["detail"])
    again = '<meta http-equiv="refresh" content="2">' if refresh else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{again}<title>{title}</title></head>'
        f"<body><main><h1>{title}</h1><p>{detail}</p></main></body></html>"
    )
