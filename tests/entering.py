"""Ways into a running application, for its tests."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.origin import CSRF_COOKIE, CSRF_HEADER
from twin.people.registry import People
from twin.people.roles import Role

with warnings.catch_warnings():  # starlette announces a successor of httpx that is not on the index yet
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


def session_of(app: FastAPI, role: Role = Role.VIEWER) -> tuple[str, str]:
    """Token and CSRF token of a new session of somebody with this role."""
    people: People = app.state.people
    if role.value not in {one.name for one in people.accounts.all()}:
        people.accounts.add(role.value, role)
    token = people.sessions.open(role.value, "testclient", "tests")
    identity = people.sessions.find(token)
    assert identity is not None
    assert identity.csrf_token is not None
    return token, identity.csrf_token


@contextmanager
def entered(app: FastAPI, role: Role = Role.VIEWER) -> Iterator[TestClient]:
    """A client that is logged in, and sends with each request what our pages send."""
    token, csrf_token = session_of(app, role)
    cookies = {SESSION_COOKIE: token, CSRF_COOKIE: csrf_token}
    with TestClient(app, cookies=cookies, headers={CSRF_HEADER: csrf_token}) as client:
        yield client
