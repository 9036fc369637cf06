"""Writes and sockets only from our own pages.

A browser sends the session's cookie along with what another site's page asks for. So what comes with a cookie must name
us as its origin, and a write must repeat the token of the session, which only our own pages can read. What comes
with a key needs neither: no browser adds it by itself.
"""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from twin.errors import CsrfError, ForeignOriginError
from twin.people.identity import Identity

CSRF_COOKIE: Final = "twin_csrf"
CSRF_HEADER: Final = "X-CSRFToken"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def require_own_origin(method: str, headers: Headers, identity: Identity | None) -> None:
    """Raises ForeignOriginError for a write or socket from elsewhere; a socket with a cookie has to say where it is
    from.
    """
    if method in SAFE_METHODS:
        return
    origin = headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != headers.get("host")
    silent = origin is None and method == "WEBSOCKET" and identity is not None and identity.csrf_token is not None
    if foreign or silent or headers.get("sec-fetch-site") == "cross-site":
        raise ForeignOriginError(origin=origin)


def require_csrf_token(method: str, headers: Headers, identity: Identity | None) -> None:
    """Raises CsrfError for a write of a session that does not repeat its token. Sockets cannot carry it: their origin
    counts.
    """
    if method in SAFE_METHODS or method == "WEBSOCKET" or identity is None or identity.csrf_token is None:
        return
    said = headers.get(CSRF_HEADER, "")
    if not secrets.compare_digest(said.encode(), identity.csrf_token.encode()):
        raise CsrfError()
