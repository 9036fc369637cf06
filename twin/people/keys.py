"""Keys for devices and programs, each with the few rights that its scope names."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from twin.errors import BadScopeError, NameTakenError, UnknownKeyError
from twin.model.time import Clock
from twin.people.identity import Identity, IdentityKind
from twin.people.names import given_name
from twin.people.roles import KEY_SCOPES, Right
from twin.people.store import PeopleStore, note_change
from twin.people.tokens import digest, new_id, new_token


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    name: str
    scope: tuple[Right, ...]
    created_by: str
    created_at: float


class Keys:
    def __init__(self, store: PeopleStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    def add(self, name: str, scope: Collection[Right], created_by: str) -> tuple[Key, str]:
        """The key and its secret, which is shown this once; raises BadScopeError, BadNameError, NameTakenError."""
        if not scope or not set(scope) <= KEY_SCOPES:
            raise BadScopeError(scope=", ".join(scope), known=", ".join(sorted(KEY_SCOPES)))
        name, secret = given_name(name), new_token()
        key = Key(new_id(), name, tuple(sorted(set(scope))), created_by, self.clock.now().timestamp())
        row = (key.id, digest(secret), key.name, " ".join(key.scope), key.created_by, key.created_at)
        try:
            with self.store.writing() as db:
                db.execute("INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            raise NameTakenError(name=name) from None
        return key, secret

    def all(self) -> list[Key]:
        with self.store.reading() as db:
            return [_key(row) for row in db.execute("SELECT * FROM api_key ORDER BY name")]

    def revoke(self, key_id: str) -> Key:
        """By its id or its name; raises UnknownKeyError."""
        found = next((one for one in self.all() if key_id in (one.id, one.name)), None)
        if found is None:
            raise UnknownKeyError(key=key_id)
        with self.store.writing() as db:
            db.execute("DELETE FROM api_key WHERE id = ?", (found.id,))
            note_change(db)
        return found

    def find(self, secret: str) -> Identity | None:
        with self.store.reading() as db:
            row = db.execute("SELECT * FROM api_key WHERE digest = ?", (digest(secret),)).fetchone()
        if row is None:
            return None
        key = _key(row)
        return Identity(IdentityKind.KEY, f"key:{key.name}", key.name, frozenset(key.scope), key.id)


def _key(row: sqlite3.Row) -> Key:
    scope = tuple(Right(one) for one in row["scope"].split())
    return Key(row["id"], row["name"], scope, row["created_by"], row["created_at"])
