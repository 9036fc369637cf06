"""Area of office a person and a room, against the standard, by the same rules as the numbers of the space screen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from twin.analysis.rooms.describing import Row, idle_offices, is_office, rooms_of, units_of
from twin.analysis.rooms.room_use import RoomUse, Share
from twin.analysis.rooms.standard import OfficeStandard
from twin.errors import ColumnMissingError

_NEEDED: Final = {
    "spaces": (
        "feature_id",
        "number",
        "name",
        "long_name",
        "use",
        "area_m2",
        "area_source",
        "building_id",
        "storey_id",
    ),
    "room_assignments": ("space_id", "unit_id", "staff_id", "area_m2"),
    "staff": ("staff_id", "rank"),
    "leases": ("space_id", "ends_on"),
    "room_assignments_history": ("space_id", "valid_to"),
}


def area_per_person(
    spaces: pa.Table,
    room_assignments: pa.Table,
    staff: pa.Table,
    standard: OfficeStandard,
    *,
    day: date,
    leases: pa.Table | None = None,
    history: pa.Table | None = None,
    timezone: str = "Asia/Shanghai",
) -> RoomUse:
    """Share out the offices of a campus as they are on ``day``.

    The tables are those of a campus: the layer ``spaces``, the registers as they hold that day, and ``history``, the
    whole history of the assignments, for since when a room is idle. An office is a room whose use, else long name, else
    name says 办公 or office. **A shared room**: whose share the register states has that; every other person has the
    area of the room by the number of all people in it. Rooms of a unit without people belong to nobody. A standard is
    that of ``standard`` for the rank; without a rank there is none. Raises ColumnMissingError.
    """
    rooms = {row["feature_id"]: row for row in _rows("spaces", spaces)}
    given = _rows("room_assignments", room_assignments)
    ranks = {row["staff_id"]: row["rank"] for row in _rows("staff", staff)}
    kept, skipped = _of_people(given, rooms)
    shares = _shares(kept, rooms, ranks, standard)
    let = {row["space_id"] for row in _rows("leases", leases) if row["ends_on"] is not None and row["ends_on"] >= day}
    assigned = {row["space_id"] for row in given}
    described = rooms_of(rooms, shares, let, assigned)
    several, over_in_all = _several(kept, shares, ranks, standard)
    return RoomUse(
        standard=standard,
        shares=tuple(shares),
        rooms=described,
        units=units_of(shares),
        idle=idle_offices(described, _rows("room_assignments_history", history), day, ZoneInfo(timezone)),
        assignments=len(given),
        skipped=skipped,
        in_several_rooms=several,
        over_in_all_rooms=over_in_all,
    )


def _rows(name: str, table: pa.Table | None) -> list[Row]:
    if table is None:
        return []
    missing = [one for one in _NEEDED[name] if one not in table.column_names]
    if missing:
        raise ColumnMissingError(table=name, columns=", ".join(missing))
    rows: list[Row] = table.select(list(_NEEDED[name])).to_pylist()
    return rows


def _of_people(given: Iterable[Row], rooms: Mapping[str, Row]) -> tuple[list[Row], dict[str, int]]:
    """Assignments of an office to a person; why the others are not."""
    kept: list[Row] = []
    skipped: Counter[str] = Counter()
    for row in given:
        room = rooms.get(row["space_id"])
        if row["staff_id"] is None:
            skipped["of a unit, not of a person"] += 1
        elif room is None:
            skipped["room is not in the model"] += 1
        elif not is_office(room):
            skipped["room is not an office"] += 1
        else:
            kept.append(row)
    return kept, dict(skipped)


def _shares(
    kept: Iterable[Row], rooms: Mapping[str, Row], ranks: Mapping[str, str | None], standard: OfficeStandard
) -> list[Share]:
    held = list(kept)
    people = Counter(row["space_id"] for row in held)
    shares: list[Share] = []
    for row in held:
        room, rank = rooms[row["space_id"]], ranks.get(row["staff_id"])
        stated = row["area_m2"] is not None
        whole = room["area_m2"]
        area = row["area_m2"] if stated else None if whole is None else whole / people[row["space_id"]]
        allowed = standard.of(rank)
        shares.append(
            Share(
                space_id=row["space_id"],
                unit_id=row["unit_id"],
                rank=rank,
                area_m2=area,
                area_source="register" if stated else room["area_source"],
                shared="stated" if stated else "evenly",
                standard_m2=allowed,
                over_m2=None if area is None or allowed is None else max(0.0, area - allowed),
            )
        )
    return shares


def _several(
    kept: list[Row], shares: list[Share], ranks: Mapping[str, str | None], standard: OfficeStandard
) -> tuple[int, int]:
    """People with several offices, and those of them who are over the standard only in all of them together."""
    by_person: dict[str, list[Share]] = defaultdict(list)
    for row, one in zip(kept, shares, strict=True):
        by_person[row["staff_id"]].append(one)
    several = {key: held for key, held in by_person.items() if len({one.space_id for one in held}) > 1}
    over = 0
    for key, held in several.items():
        allowed = standard.of(ranks.get(key))
        whole = sum(one.area_m2 or 0.0 for one in held)
        over += allowed is not None and whole > allowed and not any(one.over_m2 for one in held)
    return len(several), over
