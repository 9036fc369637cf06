"""Who is asking: the key in ``Authorization`` (Bearer, or Basic with the key as password), else the session's cookie.

What the store said is remembered until it changes: the number in ``changes`` is read once a second, so that whoever is
shut out from the command line is out within a second.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from twin.people.identity import Identity, IdentityKind
from twin.people.registry import People
from twin.people.tokens import digest

SESSION_COOKIE: Final = "twin_session"
REMEMBERED: Final = 5_000
REMEMBERED_S: Final = 60  # a session that grows too old ends within this
TOKEN_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Credential:
    kind: IdentityKind
    token: str


def credential_of(headers: Headers) -> Credential | None:
    """The credential that a request carries, good or not. A key that was sent counts before a cookie."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Credential(IdentityKind.KEY, value.strip()[:TOKEN_LENGTH])
    if scheme.lower() == "basic":
        return Credential(IdentityKind.KEY, _basic_password(value)[:TOKEN_LENGTH])
    token = cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE)
    return Credential(IdentityKind.PERSON, token[:TOKEN_LENGTH]) if token else None


def _basic_password(value: str) -> str:
    """RFC 7617: base64 of ``user:password``; the user may be anything."""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


class Identities:
    """Identities by credential. Blocks for a moment when it has to ask the store: call it from a worker thread then."""

    def __init__(self, people: People, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.people = people
        self._monotonic = monotonic
        self._known: OrderedDict[tuple[IdentityKind, str], tuple[float, Identity]] = OrderedDict()
        self._changes = people.store.changes()

    def remembered(self, credential: Credential) -> Identity | None:
        """Without asking the store; None when it must be asked."""
        found = self._known.get((credential.kind, digest(credential.token)))
        return found[1] if found is not None and self._monotonic() - found[0] < REMEMBERED_S else None

    def ask(self, credential: Credential) -> Identity | None:
        """Ask the store, and remember who it is. Nobody is not remembered: a key may be made the next moment."""
        find = self.people.keys.find if credential.kind is IdentityKind.KEY else self.people.sessions.find
        identity = find(credential.token)
        key = (credential.kind, digest(credential.token))
        if identity is None:
            self._known.pop(key, None)
            return None
        self._known[key] = (self._monotonic(), identity)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return identity

    def changed(self) -> bool:
        """Whether somebody's rights moved since the last call; what was remembered is forgotten then."""
        number = self.people.store.changes()
        if number == self._changes:
            return False
        self._changes = number
        self._known.clear()
        return True
