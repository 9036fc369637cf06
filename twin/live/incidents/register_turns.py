"""The turns of the register of rosters, each with the person of the register of staff who has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import pyarrow as pa

from twin.errors import TwinError
from twin.model.time import microseconds
from twin.store.campus import Campus


class RegisterTurn(NamedTuple):
    """``start_us`` ≤ t < ``end_us``; None is open. ``staff_unit`` is a unit of the register."""

    roster_id: str
    staff_id: str
    name: str
    phone: str | None
    staff_unit: str | None
    zone_id: str | None
    role: str | None
    start_us: int | None
    end_us: int | None

    def runs_at(self, at_us: int) -> bool:
        return (self.start_us is None or self.start_us <= at_us) and (self.end_us is None or at_us < self.end_us)


class RegisterTurns:
    """Those that may still run, read anew when an edition of the registers or a generation comes into force."""

    def __init__(self, campus: Campus, now: Callable[[], datetime]) -> None:
        self._campus = campus
        self._now = now
        self._key: tuple[int | None, int, date] | None = None
        self.turns: Sequence[RegisterTurn] = ()
        self.fault: TwinError | None = None  # why those of before hold on

    def look(self) -> bool:
        """Whether others hold now. People change units on a day that their rows name, so every day looks anew."""
        before, now = self.turns, self._now()
        try:
            key = (self._campus.registers.number, self._campus.generation.number, now.date())
            if key == self._key:
                return False
            self._key = key
            rosters, staff = (self._campus.register_history(name) for name in ("rosters", "staff"))
            self.turns = turns_of(_rows(rosters), _rows(staff), microseconds(now))
            self.fault = None
        except TwinError as fault:
            self.fault = fault
        return self.turns != before


def turns_of(
    rosters: Sequence[Mapping[str, Any]], staff: Sequence[Mapping[str, Any]], now_us: int
) -> tuple[RegisterTurn, ...]:
    """Turns that have not ended by ``now_us``, by roster and person. A row counts while it holds, too."""
    people = {
        row["staff_id"]: row
        for row in staff
        if not _over(row["valid_to"], now_us) and (row["valid_from"] is None or _over(row["valid_from"], now_us))
    }
    turns = []
    for row in rosters:
        ends = [one for one in (row["ends_at"], row["valid_to"]) if one is not None]
        starts = [one for one in (row["starts_at"], row["valid_from"]) if one is not None]
        if ends and _over(min(ends), now_us):
            continue
        person = people.get(row["staff_id"], {})
        turns.append(
            RegisterTurn(
                row["roster_id"],
                row["staff_id"],
                person.get("name") or row["staff_id"],
                person.get("phone"),
                person.get("unit_id"),
                row["zone_id"],
                row["role"],
                microseconds(max(starts)) if starts else None,
                microseconds(min(ends)) if ends else None,
            )
        )
    return tuple(sorted(turns, key=lambda one: (one.roster_id, one.staff_id, one.start_us or 0)))


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return table.to_pylist() if table is not None else []


def _over(at: datetime | None, now_us: int) -> bool:
    return at is not None and microseconds(at) <= now_us
