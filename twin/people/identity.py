"""Whoever asks: a person, a program or device with a key, a wall."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.people.roles import Right, Role


class IdentityKind(StrEnum):
    PERSON = "person"
    KEY = "key"
    KIOSK = "kiosk"
    CONSOLE = "console"  # somebody at the machine's own command line


@dataclass(frozen=True, slots=True)
class Identity:
    """``credential_id`` names the session, key or kiosk through which it came: revoking that closes its sockets."""

    kind: IdentityKind
    name: str
    display_name: str
    rights: frozenset[Right]
    credential_id: str
    role: Role | None = None
    wall: str | None = None
    csrf_token: str | None = None  # of a session: what a page must send back with each write

    def may(self, right: Right) -> bool:
        return right in self.rights


@dataclass(frozen=True, slots=True)
class Actor:
    """An identity as the audit writes it down: who, of which kind, from where."""

    name: str
    kind: IdentityKind
    address: str = ""
