"""Registers as the demo delivers them: CSV in the columns of ``twin/model/registers.py``, with the ids that a build
forms, and invented dates around the day on which everything was delivered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from geodata.demo.building_plan import Room, Storey
from geodata.demo.ifc_model import global_id
from geodata.demo.placing import Place
from geodata.demo.tables import write_csv
from twin.model.registers import REGISTERS

DELIVERED: Final = date(2026, 11, 20)
VALID_FROM: Final = "2026-01-01"
Rows = Iterable[tuple[Any, ...]]


def write_register(folder: Path, name: str, rows: Rows) -> None:
    """``rows`` in the columns of the register, all of them valid since the year began."""
    columns = (*REGISTERS[name].columns, "valid_from", "valid_to")
    write_csv(folder / f"{name}.csv", columns, [(*one, VALID_FROM, None) for one in rows])


def days_from(days: float) -> date:
    """So many days after the delivery, or before it."""
    return DELIVERED + timedelta(days=round(days))


def building_id(code: str) -> str:
    return f"building:campus:{code}"


def storey_id(code: str, storey: Storey) -> str:
    return f"storey:campus:{code}.{storey.name}"


def space_id(seed: int, code: str, storey: Storey, room: Room) -> str:
    return f"space:{code}:{global_id(seed, code, f'{storey.name}/room/{room.key}')}"


def zone_id(code: str | None) -> str | None:
    return None if code is None else f"zone:zones:{code}"


def rooms_of(places: dict[str, Place], *uses: str) -> Iterator[tuple[str, Storey, Room]]:
    """Building code, storey and room; of these uses, or all."""
    for code, place in places.items():
        for storey in place.building.storeys:
            for room in storey.rooms:
                if not uses or room.use in uses:
                    yield code, storey, room
