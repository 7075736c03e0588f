"""The addresses of ports of containers, which are open to whoever knows them."""

from __future__ import annotations

from jupyter_server.utils import url_path_join
from tornado import httputil, web

from .proxy import FORGEABLE_PREFIXES, HOP_HEADERS, PRIVATE_HEADERS, PROXY_NAME, ProxyHandler

PORTS_PATTERN = r"/ports/[A-Za-z0-9_-]{22}/.*"
"""Such addresses hold 128 random bits, which only they learn who may see what the run tells."""


class PortsHandler(ProxyHandler):
    """Passes requests for what a container shows on, without asking who comes.

    Its pages have an origin of their own, so that their scripts come without Jupyter's cookies. In turn nothing that is
    passed on speaks for Jupyter: without the secret the bundled server answers at these addresses alone, so that it
    does not matter how each side reads a path.
    """

    async def prepare(self) -> None:  # type: ignore[override]
        """Let everybody in who came to a name of this server."""
        self.current_user = self._jupyter_current_user = None
        if not self.check_host():
            raise web.HTTPError(403)

    def check_xsrf_cookie(self) -> None:
        """Who changes something knows the address, and needs no cookie."""

    def check_origin(self, origin: str | None = None) -> bool:  # type: ignore[override]
        """WebSockets come from pages without origin."""
        return True

    def proxy_request_headers(self) -> httputil.HTTPHeaders:
        """Collect the headers for the server: those of the browser without credentials, and where its pages are."""
        headers = httputil.HTTPHeaders()
        for name, value in self.request.headers.get_all():
            lower = name.lower()
            if lower not in HOP_HEADERS | PRIVATE_HEADERS and not lower.startswith(
                (*FORGEABLE_PREFIXES, "sec-websocket-")
            ):
                headers.add(name, value)
        headers["X-Forwarded-Prefix"] = url_path_join(self.base_url, PROXY_NAME)
        return headers
