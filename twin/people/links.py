"""One-time links: a first way in for somebody who has no password yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from twin.errors import LinkSpentError
from twin.model.time import Clock
from twin.people.passwords import require_strong
from twin.people.store import PeopleStore
from twin.people.tokens import digest, new_token

GOOD_FOR_S: Final = 24 * 3600


class Purpose(StrEnum):
    ENTER = "enter"  # opens a session
    PASSWORD = "password"  # its owner chooses a password, and then has a session


@dataclass(frozen=True, slots=True)
class Link:
    account: str
    display_name: str
    purpose: Purpose


class Links:
    def __init__(self, store: PeopleStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    def make(self, account: str, purpose: Purpose) -> str:
        """The token of a new link, good once within 24 h; links made before for the account are void."""
        token = new_token()
        expires_at = self.clock.now().timestamp() + GOOD_FOR_S
        with self.store.writing() as db:
            db.execute("DELETE FROM link WHERE account = ?", (account,))
            db.execute("INSERT INTO link VALUES (?, ?, ?, ?)", (digest(token), account, purpose.value, expires_at))
        return token

    def look(self, token: str) -> Link:
        """What a link that was not used yet is for; raises LinkSpentError."""
        with self.store.reading() as db:
            row = db.execute(
                "SELECT l.account, l.purpose, a.display_name FROM link l JOIN account a ON a.name = l.account "
                "WHERE l.digest = ? AND l.expires_at > ? AND NOT a.disabled",
                (digest(token), self.clock.now().timestamp()),
            ).fetchone()
        if row is None:
            raise LinkSpentError()
        return Link(row["account"], row["display_name"], Purpose(row["purpose"]))

    def use(self, token: str, password: str | None = None) -> str:
        """Spend the link; the account it was for. ``password`` is what the owner chose, checked before the link is
        spent.
        """
        link = self.look(token)
        if link.purpose is Purpose.PASSWORD:
            require_strong(password or "", link.account, link.display_name)
        with self.store.writing() as db:
            spent = db.execute("DELETE FROM link WHERE digest = ?", (digest(token),)).rowcount
        if not spent:  # somebody else was faster
            raise LinkSpentError()
        return link.account
