"""Read-only tokens, each bound to one wall."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from twin.errors import NameTakenError, UnknownKioskError
from twin.model.time import Clock
from twin.people.names import given_name
from twin.people.store import PeopleStore, note_change
from twin.people.tokens import digest, new_id, new_token


@dataclass(frozen=True, slots=True)
class Kiosk:
    id: str
    wall: str
    created_by: str
    created_at: float


class Kiosks:
    def __init__(self, store: PeopleStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    def add(self, wall: str, created_by: str) -> tuple[Kiosk, str]:
        """The kiosk and its token, which is shown this once; raises BadNameError, NameTakenError."""
        wall, token = given_name(wall), new_token()
        kiosk = Kiosk(new_id(), wall, created_by, self.clock.now().timestamp())
        row = (kiosk.id, digest(token), kiosk.wall, kiosk.created_by, kiosk.created_at)
        try:
            with self.store.writing() as db:
                db.execute("INSERT INTO kiosk VALUES (?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            raise NameTakenError(name=wall) from None
        return kiosk, token

    def all(self) -> list[Kiosk]:
        with self.store.reading() as db:
            rows = db.execute("SELECT id, wall, created_by, created_at FROM kiosk ORDER BY wall").fetchall()
        return [Kiosk(**row) for row in rows]

    def revoke(self, kiosk_id: str) -> Kiosk:
        """By its id or its wall, with the sessions it opened; raises UnknownKioskError."""
        found = next((one for one in self.all() if kiosk_id in (one.id, one.wall)), None)
        if found is None:
            raise UnknownKioskError(kiosk=kiosk_id)
        with self.store.writing() as db:
            db.execute("DELETE FROM kiosk WHERE id = ?", (found.id,))
            note_change(db)
        return found
