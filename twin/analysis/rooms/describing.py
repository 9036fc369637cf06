"""Rooms, units and idle offices, told from what each person has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from twin.analysis.rooms.room_use import Idle, Room, Share, UnitUse

# as twin/screens/shipped/kpis/space.toml tells an office
OFFICE: Final = re.compile("办公|office", re.IGNORECASE)
Row = dict[str, Any]


def is_office(room: Row) -> bool:
    said = next((room[name] for name in ("use", "long_name", "name") if room[name] is not None), "")
    return OFFICE.search(said) is not None


def rooms_of(rooms: Mapping[str, Row], shares: Iterable[Share], let: set[str], assigned: set[str]) -> tuple[Room, ...]:
    by_room: dict[str, list[Share]] = defaultdict(list)
    for one in shares:
        by_room[one.space_id].append(one)
    return tuple(_room(row, by_room[key], key in let, key in assigned) for key, row in rooms.items())


def _room(row: Row, shares: list[Share], is_let: bool, is_assigned: bool) -> Room:
    area, over = row["area_m2"], sum(one.over_m2 or 0.0 for one in shares)
    stated = sum(one.area_m2 or 0.0 for one in shares if one.shared == "stated")
    allowed = [one.standard_m2 for one in shares if one.standard_m2 is not None]
    return Room(
        space_id=row["feature_id"],
        number=row["number"],
        building_id=row["building_id"],
        storey_id=row["storey_id"],
        use=next((row[name] for name in ("use", "long_name", "name") if row[name] is not None), ""),
        area_m2=area,
        area_source=row["area_source"],
        state=_state(row, shares, is_let, is_assigned),
        people=len(shares),
        m2_per_person=None if area is None or not shares else area / len(shares),
        standard_m2=sum(allowed) if allowed else None,
        over_m2=over,
        stated_beyond_m2=0.0 if area is None else max(0.0, stated - area),
    )


def _state(row: Row, shares: list[Share], is_let: bool, is_assigned: bool) -> str:
    if not is_office(row):
        return "common"
    if is_let:
        return "let"
    if shares:
        told = [one.over_m2 for one in shares if one.over_m2 is not None]
        return "unknown" if not told else "over" if any(one > 0 for one in told) else "within"
    return "unit" if is_assigned else "vacant"


def units_of(shares: Iterable[Share]) -> tuple[UnitUse, ...]:
    """Most excess first."""
    by_unit: dict[str | None, list[Share]] = defaultdict(list)
    for one in shares:
        by_unit[one.unit_id].append(one)
    units = [_unit(unit_id, held) for unit_id, held in by_unit.items()]
    return tuple(sorted(units, key=lambda one: (-one.over_m2, one.unit_id or "")))


def _unit(unit_id: str | None, shares: list[Share]) -> UnitUse:
    areas = [one.area_m2 for one in shares if one.area_m2 is not None]
    allowed = [one.standard_m2 for one in shares if one.standard_m2 is not None]
    over = [one.over_m2 for one in shares if one.over_m2]
    return UnitUse(
        unit_id=unit_id,
        people=len(shares),
        area_m2=sum(areas),
        m2_per_person=sum(areas) / len(areas) if areas else None,
        standard_per_person_m2=sum(allowed) / len(allowed) if allowed else None,
        over_people=len(over),
        over_m2=sum(over),
    )


def idle_offices(rooms: Iterable[Room], history: Iterable[Row], day: date, zone: ZoneInfo) -> tuple[Idle, ...]:
    """Vacant offices, the longest idle first, then those of which nobody knows since when."""
    ended: dict[str, date] = {}
    for row in history:
        valid_to: datetime | None = row["valid_to"]
        last = None if valid_to is None else valid_to.astimezone(zone).date()
        if last is not None and last <= day:
            ended[row["space_id"]] = max(last, ended.get(row["space_id"], last))
    found = [
        Idle(
            one.space_id,
            one.number,
            one.building_id,
            one.storey_id,
            one.area_m2,
            one.area_source,
            ended.get(one.space_id),
        )
        for one in rooms
        if one.state == "vacant"
    ]
    return tuple(sorted(found, key=lambda one: (one.since or date.max, one.space_id)))
