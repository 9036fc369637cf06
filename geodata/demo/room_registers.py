"""Who has which room: invented assignments by unit and rank, moves of the year and those to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count, groupby
from pathlib import Path
from typing import Any, Final

import numpy as np

from geodata.demo.people import RANKS, Person
from geodata.demo.placing import Place
from geodata.demo.register_rows import days_from, rooms_of, space_id, valid_from, write_register
from geodata.demo.tables import write_workbook

# m² that a room is divided by; those of provincial organs in twin/screens/shipped/factors.toml
SHARE_M2: Final = {"正处": 18.0, "副处": 12.0}
SHARE_OTHERS_M2: Final = 9.0
FULL: Final = (1.0, 1.06)  # of its area, so much is given away at least: somewhat less than the standard each
ROOMY: Final = (0.72, 0.9)
ROOMY_EACH: Final = 6  # each so-manieth office
EMPTY_EACH: Final = 9  # each so-manieth office stands empty
COMMON: Final = ("会议室", "接待室", "档案室", "机房", "数字化室", "档案库房", "阅览室", "值班室", "控制室")
COMMON_EMPTY_EACH: Final = 14
MOVED: Final = 14
PLANNED: Final = 6
REASONS: Final = ("机构调整", "腾退超标用房", "集中办公", "装修周转")
HEADINGS: Final = ("space_id", "unit_id", "staff_id", "area_m2", "valid_from", "valid_to")

Room = tuple[str, float]  # space_id, m²
Row = tuple[Any, ...]


def write_rooms(
    folder: Path, staff: list[Person], places: dict[str, Place], rng: np.random.Generator, *, seed: int
) -> None:
    """room_assignments.xlsx and moves.csv."""
    offices = [
        (space_id(seed, code, storey, room), round(room.polygon.area, 2))
        for code, storey, room in rooms_of(places, "办公室")
    ]
    empty = offices[EMPTY_EACH - 1 :: EMPTY_EACH]
    taken = [one for n, one in enumerate(offices, 1) if n % EMPTY_EACH]
    held = list(_seats(staff, taken))
    turns = dict(zip(rng.choice(len(held), MOVED + PLANNED, replace=False).tolist(), count(), strict=False))
    rows: list[Row] = []
    moves: list[Row] = []
    for n, (person, room, area) in enumerate(held):
        who = person.unit_id, person.staff_id
        turn = turns.get(n)
        if turn is None or turn >= MOVED:
            rows.append((room, *who, area, valid_from(), None))
        if turn is None:
            continue
        other = empty[int(rng.integers(len(empty)))][0]
        reason = REASONS[turn % len(REASONS)]
        if turn >= MOVED:
            moves.append((*who, room, other, days_from(rng.uniform(4, 40)), None, reason))
            continue
        on = days_from(-rng.uniform(3, 300))
        rows.append((other, *who, area, valid_from(), _midnight(on)))
        rows.append((room, *who, area, _midnight(on), None))
        moves.append((*who, other, room, on - timedelta(days=int(rng.integers(0, 9))), on, reason))
    rows += _common(staff, places, seed)
    write_workbook(folder / "room_assignments.xlsx", {"room_assignments": (HEADINGS, rows)})
    ordered = sorted(moves, key=lambda one: (one[4], one[1]))
    write_register(folder, "moves", [(f"TZ-{n:03d}", *one) for n, one in enumerate(ordered, 1)])


def _seats(staff: list[Person], rooms: Sequence[Room]) -> Iterator[tuple[Person, str, float]]:
    """Each unit in rooms that lie together, the higher ranks first; until there are no rooms left."""
    order = {rank: n for n, (rank, _) in enumerate(RANKS)}
    free = enumerate(rooms, 1)
    for _, members in groupby(sorted(staff, key=lambda one: (one.unit_id, order[one.rank], one.staff_id)), _unit):
        left = list(members)
        while left:
            n, (room, area) = next(free, (0, ("", 0.0)))
            if not n:
                return
            low, high = FULL if n % ROOMY_EACH else ROOMY
            wanted, here = area * (low + (high - low) * (n * 7 % 11) / 10), 0
            while here < len(left) and sum(map(_share_m2, left[:here])) < wanted:
                here += 1
            whole = max(sum(map(_share_m2, left[:here])), area * low)  # the last room of a unit is not filled up
            for person in left[:here]:
                yield person, room, round(area * _share_m2(person) / whole, 2)
            left = left[here:]


def _share_m2(one: Person) -> float:
    return SHARE_M2.get(one.rank, SHARE_OTHERS_M2)


def _unit(one: Person) -> str:
    return one.unit_id


def _common(staff: list[Person], places: dict[str, Place], seed: int) -> Iterator[Row]:
    """Rooms that a unit has without anybody in particular; some have no stated area."""
    units = sorted({one.unit_id for one in staff})
    for n, (code, storey, room) in enumerate(rooms_of(places, *COMMON), 1):
        if n % COMMON_EMPTY_EACH:
            area = None if n % 25 == 0 else round(room.polygon.area, 2)
            yield space_id(seed, code, storey, room), units[n // 9 % len(units)], None, area, valid_from(), None


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00+08:00"
