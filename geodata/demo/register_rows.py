"""Registers as the demo delivers them: CSV in the columns of ``twin/model/registers.py``, with the ids that a build
forms, and invented dates around the day on which everything was delivered: that on which the demo is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from geodata.demo.building_plan import Room, Storey
from geodata.demo.ifc_model import global_id
from geodata.demo.placing import Place
from geodata.demo.tables import write_csv
from twin.model.registers import REGISTERS

_VALID_DAYS: Final = 323  # before the delivery
_delivered: ContextVar[date] = ContextVar("delivered")
Rows = Iterable[tuple[Any, ...]]


def write_register(folder: Path, name: str, rows: Rows) -> None:
    """``rows`` in the columns of the register, all of them valid since long before the delivery."""
    columns = (*REGISTERS[name].columns, "valid_from", "valid_to")
    write_csv(folder / f"{name}.csv", columns, [(*one, valid_from(), None) for one in rows])


@contextmanager
def delivered_on(day: date) -> Iterator[None]:
    """Everything that is written meanwhile is delivered on this day."""
    before = _delivered.set(day)
    try:
        yield
    finally:
        _delivered.reset(before)


def delivered() -> date:
    return _delivered.get()


def valid_from() -> str:
    """Since when all rows hold."""
    return days_from(-_VALID_DAYS).isoformat()


def days_from(days: float) -> date:
    """So many days after the delivery, or before it."""
    return delivered() + timedelta(days=round(days))


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
