"""Accounts: added by a person, without a password until its owner chooses one."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Final

from twin.errors import AccountExistsError, BadAccountNameError, LastAdministratorError, UnknownAccountError
from twin.model.time import Clock
from twin.people.names import given_name
from twin.people.passwords import hash_password, require_strong
from twin.people.roles import Role
from twin.people.store import PeopleStore, note_change

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    display_name: str
    role: Role
    disabled: bool
    has_password: bool
    created_at: float


class Accounts:
    def __init__(self, store: PeopleStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    def add(self, name: str, role: Role, display_name: str = "") -> Account:
        """Raises BadAccountNameError, BadNameError, AccountExistsError. Nobody can log in before a password is set or a
        link is used.
        """
        if not NAME.match(name):
            raise BadAccountNameError(name=name)
        shown = given_name(display_name) or name
        now = self.clock.now().timestamp()
        try:
            with self.store.writing() as db:
                db.execute(
                    "INSERT INTO account (name, display_name, role, created_at) VALUES (?, ?, ?, ?)",
                    (name, shown, role.value, now),
                )
        except sqlite3.IntegrityError:
            raise AccountExistsError(name=name) from None
        return self.get(name)

    def get(self, name: str) -> Account:
        """Raises UnknownAccountError."""
        with self.store.reading() as db:
            row = db.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise UnknownAccountError(name=name)
        return _account(row)

    def all(self) -> list[Account]:
        with self.store.reading() as db:
            return [_account(row) for row in db.execute("SELECT * FROM account ORDER BY name")]

    def set_password(self, name: str, password: str, *, keep_session: str | None = None) -> None:
        """Raises WeakPasswordError. Ends every session of the account but ``keep_session``, and its open links."""
        account = self.get(name)
        require_strong(password, account.name, account.display_name)
        hashed = hash_password(password)
        with self.store.writing() as db:
            db.execute("UPDATE account SET password_hash = ? WHERE name = ?", (hashed, name))
            db.execute("DELETE FROM session WHERE account = ? AND id IS NOT ?", (name, keep_session))
            db.execute("DELETE FROM link WHERE account = ?", (name,))
            note_change(db)

    def change(
        self, name: str, *, role: Role | None = None, disabled: bool | None = None, anyway: bool = False
    ) -> Account:
        """Raises UnknownAccountError, and LastAdministratorError unless ``anyway``. A disabled account loses its
        sessions and links at once.
        """
        before = self.get(name)
        with self.store.writing() as db:
            if role is not None:
                db.execute("UPDATE account SET role = ? WHERE name = ?", (role.value, name))
            if disabled is not None:
                db.execute("UPDATE account SET disabled = ? WHERE name = ?", (int(disabled), name))
            if disabled:
                db.execute("DELETE FROM session WHERE account = ?", (name,))
                db.execute("DELETE FROM link WHERE account = ?", (name,))
            if not anyway:
                _require_administrator(db, before)
            note_change(db)
        return self.get(name)


def _require_administrator(db: sqlite3.Connection, before: Account) -> None:
    """Somebody must be left who can let people in: an administrator who is not disabled and, where the changed one
    could log in, one who can, too. A campus that never had one is no worse off.
    """
    rows = db.execute("SELECT * FROM account WHERE role = ? AND NOT disabled", (Role.ADMINISTRATOR.value,))
    left = [_account(row) for row in rows]
    others = db.execute("SELECT count(*) FROM account WHERE name != ?", (before.name,)).fetchone()[0]
    if (others and not left) or (_lets_in(before) and not any(map(_lets_in, left))):
        raise LastAdministratorError(name=before.name)


def _lets_in(one: Account) -> bool:
    return one.role is Role.ADMINISTRATOR and not one.disabled and one.has_password


def _account(row: sqlite3.Row) -> Account:
    return Account(
        name=row["name"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        disabled=bool(row["disabled"]),
        has_password=row["password_hash"] is not None,
        created_at=row["created_at"],
    )
