"""The result of ``area_per_person``: shares of people, rooms, units, idle offices. No names, no numbers of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pyarrow as pa

from twin.analysis.rooms.standard import OfficeStandard


@dataclass(frozen=True, slots=True)
class Share:
    """What one person has of one office. ``shared`` is ``stated`` (the register says the area) or ``evenly``.

    ``area_source`` is where the area came from: ``register`` if stated there, else that of the room
    (``ifc_quantity``, ``ifc_property``, ``computed``, ``measured``, ``title_deed``). ``over_m2`` is 0 within it.
    """

    space_id: str
    unit_id: str | None
    rank: str | None
    area_m2: float | None
    area_source: str | None
    shared: str
    standard_m2: float | None
    over_m2: float | None


@dataclass(frozen=True, slots=True)
class Room:
    """A space. ``state``: let, over, within, unit (no person's own), vacant, unknown (standard or area), common.

    ``stated_beyond_m2`` is how much more the register gives out than the room has.
    """

    space_id: str
    number: str | None
    building_id: str | None
    storey_id: str | None
    use: str
    area_m2: float | None
    area_source: str | None
    state: str
    people: int
    m2_per_person: float | None
    standard_m2: float | None
    over_m2: float
    stated_beyond_m2: float


@dataclass(frozen=True, slots=True)
class UnitUse:
    """The people of one unit in their offices. Means are over those of whom both are known."""

    unit_id: str | None
    people: int
    area_m2: float
    m2_per_person: float | None
    standard_per_person_m2: float | None
    over_people: int
    over_m2: float


@dataclass(frozen=True, slots=True)
class Idle:
    """An office that is neither assigned nor let; ``since`` the last assignment ended, None if no history tells."""

    space_id: str
    number: str | None
    building_id: str | None
    storey_id: str | None
    area_m2: float | None
    area_source: str | None
    since: date | None


@dataclass(frozen=True, slots=True)
class RoomUse:
    """Everything of it. ``assignments == len(shares) + sum(skipped.values())``."""

    standard: OfficeStandard
    shares: tuple[Share, ...]
    rooms: tuple[Room, ...]
    units: tuple[UnitUse, ...]
    idle: tuple[Idle, ...]
    assignments: int
    skipped: Mapping[str, int]
    in_several_rooms: int  # people with more than one office
    over_in_all_rooms: int  # of them, those over the standard only when their offices are added up

    @property
    def m2_per_person(self) -> float | None:
        """Mean share of everybody whose share is known: the number ``space.per_head``."""
        told = [one.area_m2 for one in self.shares if one.area_m2 is not None]
        return sum(told) / len(told) if told else None

    @property
    def percent_of_standard(self) -> float | None:
        """Shares by standards, of those of whom both are known: ``space.of_standard``."""
        pairs = [(one.area_m2, one.standard_m2) for one in self.shares if one.over_m2 is not None]
        whole = sum(standard or 0.0 for _, standard in pairs)
        return 100 * sum(area or 0.0 for area, _ in pairs) / whole if whole else None

    @property
    def over_people(self) -> int:
        """``space.over``."""
        return sum(1 for one in self.shares if one.over_m2 is not None and one.over_m2 > 0)

    @property
    def vacancy_percent(self) -> float | None:
        """Area of idle offices by that of all offices: ``space.vacancy``."""
        offices = sum(one.area_m2 or 0.0 for one in self.rooms if one.state != "common")
        return 100 * sum(one.area_m2 or 0.0 for one in self.idle) / offices if offices else None

    def area_by_source_m2(self) -> dict[str, float]:
        """Area of offices by where it came from; ``unknown`` counts 0 m² and shows that there are such rooms."""
        found: dict[str, float] = {}
        for one in self.rooms:
            if one.state != "common":
                name = one.area_source or "unknown"
                found[name] = found.get(name, 0.0) + (one.area_m2 or 0.0)
        return found

    def to_arrow(self) -> dict[str, pa.Table]:
        """Tables ``shares``, ``rooms``, ``units``, ``idle``."""
        lists = {"shares": (Share, self.shares), "rooms": (Room, self.rooms)}
        more = {"units": (UnitUse, self.units), "idle": (Idle, self.idle)}
        return {name: _table(kind, rows) for name, (kind, rows) in {**lists, **more}.items()}


def _table(kind: type[Any], rows: Iterable[object]) -> pa.Table:
    held = list(rows)
    return pa.table(
        {
            field.name: pa.array([getattr(one, field.name) for one in held], _TYPES[str(field.type).split(" |")[0]])
            for field in fields(kind)
        }
    )


_TYPES = {"str": pa.string(), "float": pa.float64(), "int": pa.int64(), "date": pa.date32()}
