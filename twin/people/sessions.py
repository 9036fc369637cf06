"""Sessions: kept here, not in the cookie, so that they can be ended from here.

A session of a person ends 12 h after its browser last asked for something, and after seven days at the latest. That
of a kiosk lasts as long as its token is good: a wall runs for months.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from twin.errors import UnknownSessionError, WrongCredentialsError
from twin.model.time import Clock
from twin.people.identity import Identity, IdentityKind
from twin.people.passwords import matches, waste_time
from twin.people.roles import KIOSK_RIGHTS, RIGHTS, Role
from twin.people.store import PeopleStore, note_change
from twin.people.throttle import Throttle
from twin.people.tokens import digest, new_id, new_token

IDLE_S: Final = 12 * 3600
LONGEST_S: Final = 7 * 24 * 3600
TOUCH_S: Final = 60
AGENT_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Session:
    """An open session as lists show it."""

    id: str
    account: str | None
    wall: str | None
    opened_at: float
    seen_at: float
    address: str
    agent: str


class Sessions:
    def __init__(self, store: PeopleStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.throttle = Throttle(store, clock)

    def log_in(self, name: str, password: str, address: str, agent: str) -> str:
        """The token of a new session; raises WrongCredentialsError, TooManyAttemptsError. Slow by intent."""
        self.require_password(name, password, address)
        return self.open(name, address, agent)

    def require_password(self, name: str, password: str, address: str) -> None:
        """Raises WrongCredentialsError, and TooManyAttemptsError after too many of those."""
        self.throttle.require_calm(name, address)
        with self.store.reading() as db:
            row = db.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone()
        if row is None or row["password_hash"] is None or row["disabled"]:
            waste_time(password)
            right = False
        else:
            right = matches(row["password_hash"], password)
        if not right:
            self.throttle.failed(name, address)
            raise WrongCredentialsError()
        self.throttle.succeeded(name, address)

    def open(self, account: str, address: str, agent: str) -> str:
        """The token of a new session of somebody whose right to it was just proven."""
        return self._insert(account=account, kiosk=None, address=address, agent=agent)

    def open_kiosk(self, token: str, address: str, agent: str) -> str | None:
        """The token of a new session for the wall that ``token`` is bound to; None when it is no kiosk's."""
        with self.store.reading() as db:
            row = db.execute("SELECT id FROM kiosk WHERE digest = ?", (digest(token),)).fetchone()
        return None if row is None else self._insert(account=None, kiosk=row["id"], address=address, agent=agent)

    def find(self, token: str) -> Identity | None:
        """Who is behind a session's token, while it is good."""
        now = self.clock.now().timestamp()
        with self.store.reading() as db:
            row = db.execute(
                "SELECT s.*, a.display_name, a.role, a.disabled, k.wall FROM session s "
                "LEFT JOIN account a ON a.name = s.account LEFT JOIN kiosk k ON k.id = s.kiosk WHERE s.digest = ?",
                (digest(token),),
            ).fetchone()
        if row is None or not _good(row, now):
            return None
        if now - row["seen_at"] > TOUCH_S:
            with self.store.writing() as db:
                db.execute("UPDATE session SET seen_at = ? WHERE id = ?", (now, row["id"]))
        return _identity(row)

    def all(self, account: str | None = None) -> list[Session]:
        """Good ones, latest first; of one ``account`` or of everybody."""
        now = self.clock.now().timestamp()
        with self.store.reading() as db:
            rows = db.execute(
                "SELECT s.*, a.disabled, k.wall FROM session s LEFT JOIN account a ON a.name = s.account "
                "LEFT JOIN kiosk k ON k.id = s.kiosk WHERE ?1 IS NULL OR s.account = ?1 ORDER BY s.seen_at DESC",
                (account,),
            ).fetchall()
        shown = ("id", "account", "wall", "opened_at", "seen_at", "address", "agent")
        return [Session(**{name: row[name] for name in shown}) for row in rows if _good(row, now)]

    def revoke(self, session_id: str, account: str | None = None) -> Session:
        """End a session (of ``account`` only, when given); raises UnknownSessionError."""
        found = next((one for one in self.all(account) if one.id == session_id), None)
        if found is None:
            raise UnknownSessionError(session_id=session_id)
        with self.store.writing() as db:
            db.execute("DELETE FROM session WHERE id = ?", (session_id,))
            note_change(db)
        return found

    def _insert(self, *, account: str | None, kiosk: str | None, address: str, agent: str) -> str:
        token, now = new_token(), self.clock.now().timestamp()
        row = (new_id(), digest(token), account, kiosk, new_token(), now, now, address, agent[:AGENT_LENGTH])
        with self.store.writing() as db:
            db.execute(
                "DELETE FROM session WHERE kiosk IS NULL AND (seen_at < ? OR opened_at < ?)",
                (now - IDLE_S, now - LONGEST_S),
            )
            db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return token


def _good(row: sqlite3.Row, now: float) -> bool:
    if row["kiosk"] is not None:
        return True
    return not row["disabled"] and now - row["seen_at"] < IDLE_S and now - row["opened_at"] < LONGEST_S


def _identity(row: sqlite3.Row) -> Identity:
    if row["kiosk"] is not None:
        return Identity(
            kind=IdentityKind.KIOSK,
            name=f"kiosk:{row['wall']}",
            display_name=row["wall"],
            rights=KIOSK_RIGHTS,
            credential_id=row["id"],
            wall=row["wall"],
            csrf_token=row["csrf_token"],
        )
    role = Role(row["role"])
    return Identity(
        kind=IdentityKind.PERSON,
        name=row["account"],
        display_name=row["display_name"],
        rights=RIGHTS[role],
        credential_id=row["id"],
        role=role,
        csrf_token=row["csrf_token"],
    )
