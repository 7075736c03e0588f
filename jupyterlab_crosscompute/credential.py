"""A credential with which the bundled server calls Jupyter back."""

from __future__ import annotations

import inspect
import secrets
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider, User
from tornado.web import RequestHandler

_OWN_CLASSES = (IdentityProvider, PasswordIdentityProvider)


def create_credential(provider: IdentityProvider) -> str:
    """Return a token that this Jupyter server accepts for its kernels.

    That is the server's own token where it has one, and JupyterHub's for this server. With a password, without
    any protection, or with an identity provider that may not look at tokens, it is a random one, valid until
    the server ends, for which the provider is taught one more user.
    """
    if provider.token and (_is_hub(provider) or _looks_at_token(provider)):
        return str(provider.token)
    credential = secrets.token_urlsafe(32)
    _teach(provider, credential)
    return credential


def _looks_at_token(provider: IdentityProvider) -> bool:
    """Tell whether requests are authenticated by Jupyter's own code."""
    return type(provider).get_user in [kind.get_user for kind in _OWN_CLASSES]


def _is_hub(provider: IdentityProvider) -> bool:
    """Tell whether JupyterHub started this server; its token is one that JupyterHub knows."""
    return any(kind.__module__.split(".")[0] == "jupyterhub" for kind in type(provider).__mro__)


def _teach(provider: IdentityProvider, credential: str) -> None:
    """Let requests with the credential pass as a user of their own, without a cookie and so without XSRF check."""
    ask = provider.get_user
    user = User("crosscompute", "CrossCompute", "CrossCompute", "CC")

    async def get_user(handler: RequestHandler) -> User | None:
        """Know the credential's user, and everyone whom the provider knows."""
        given = provider.get_token(handler) or ""
        if secrets.compare_digest(given.encode(), credential.encode()):
            handler._token_authenticated = True  # type: ignore[attr-defined]
            return user
        answer: Any = ask(handler)
        return await answer if inspect.isawaitable(answer) else answer

    provider.get_user = get_user  # type: ignore[method-assign]
