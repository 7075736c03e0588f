"""The bundled server can call Jupyter back, however Jupyter knows its users."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from conftest import StartJupyter, wait_for
from jupyter_server.auth import passwd
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider, User
from jupyterlab_crosscompute.credential import create_credential


def test_works_with_a_password_alone(start_jupyter: StartJupyter) -> None:
    hashed = passwd("pässword", "sha256")
    jupyter = start_jupyter(f"--PasswordIdentityProvider.hashed_password={hashed}", token="")
    session = jupyter.session
    session.get(f"{jupyter.url}login", timeout=60)
    answer = session.post(
        f"{jupyter.url}login", data={"password": "pässword", "_xsrf": session.cookies["_xsrf"]}, timeout=60
    )
    assert answer.status_code == 200
    wait_for(lambda: session.get(jupyter.address("echo"), timeout=60).status_code == 200, "the server")
    assert session.get(jupyter.address("call-back"), timeout=60).json() == [200, 201, 204, 403]
    assert requests.get(f"{jupyter.url}api/kernels", timeout=60).status_code == 403


def test_works_without_any_protection(start_jupyter: StartJupyter) -> None:
    jupyter = start_jupyter(token="")
    wait_for(lambda: requests.get(jupyter.address("echo"), timeout=60).status_code == 200, "the server")
    # A wrong credential may read, as everyone may here; to change something, the credential replaces the XSRF token.
    assert requests.get(jupyter.address("call-back"), timeout=60).json() == [200, 201, 204, 200]


def make_handler(token: str) -> Any:
    """Make what an identity provider looks at in a request."""
    return SimpleNamespace(
        request=SimpleNamespace(headers={"Authorization": f"token {token}"}),
        get_argument=lambda name, default="": default,
    )


def test_takes_the_token_where_there_is_one() -> None:
    provider = PasswordIdentityProvider(token="of-jupyter")
    ask = provider.get_user
    assert create_credential(provider) == "of-jupyter"
    assert provider.get_user == ask


def test_takes_the_token_of_the_hub() -> None:
    kind = type("JupyterHubIdentityProvider", (IdentityProvider,), {"__module__": "jupyterhub.singleuser.extension"})
    kind.get_user = lambda self, handler: None
    assert create_credential(kind(token="of-the-hub")) == "of-the-hub"


@pytest.mark.parametrize("is_async", [True, False])
def test_teaches_a_provider_that_knows_users_by_other_means(is_async: bool) -> None:
    someone = User("someone")

    class ByHeader(IdentityProvider):
        """A provider that never looks at tokens."""

        def get_user(self, handler: Any) -> Any:
            async def answer() -> User:
                return someone

            return answer() if is_async else someone

    provider = ByHeader()
    credential = create_credential(provider)
    assert credential != provider.token
    handler = make_handler(credential)
    user = asyncio.run(provider.get_user(handler))
    assert user is not None
    assert user.username == "crosscompute"
    assert handler._token_authenticated
    stranger = make_handler("wröng")
    assert asyncio.run(provider.get_user(stranger)) == someone
    assert not hasattr(stranger, "_token_authenticated")
