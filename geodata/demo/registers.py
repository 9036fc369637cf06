"""Registers of the invented people: staff, units, rosters; and what energy costs."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from geodata.demo import TIMEZONE
from geodata.demo.people import UNITS, Person
from geodata.demo.register_rows import days_from, valid_from
from geodata.demo.surveys import zone_polygons
from geodata.demo.tables import write_csv, write_workbook

TARIFFS: Final = (
    ("D-G", "electricity", "谷", "00:00", "08:00", 0.35), ("D-P", "electricity", "平", "08:00", "10:00", 0.66),
    ("D-F", "electricity", "峰", "10:00", "12:00", 0.98), ("D-P", "electricity", "平", "12:00", "15:00", 0.66),
    ("D-F", "electricity", "峰", "15:00", "20:00", 0.98), ("D-P", "electricity", "平", "20:00", "22:00", 0.66),
    ("D-G", "electricity", "谷", "22:00", "24:00", 0.35),
    ("S-1", "water", "全天", "00:00", "24:00", 3.15), ("R-1", "gas", "全天", "00:00", "24:00", 3.62),
)  # fmt: skip

GUARDS: Final = "U08"
ON_DUTY: Final = ("U11", "U12", "U21")  # energy, property, the duty room
SHIFTS: Final = (("早班", 8), ("中班", 16), ("夜班", 24))  # and when they begin
ROSTER_BACK, ROSTER_AHEAD = 10, 14  # days
_BEIJING: Final = ZoneInfo(TIMEZONE)


def write_people(folder: Path, staff: list[Person]) -> None:
    """staff, units, rosters, tariffs."""
    write_workbook(
        folder / "staff.xlsx",
        {
            "staff": (
                ("staff_id", "name", "unit_id", "rank", "phone", "valid_from", "valid_to"),
                [
                    (one.staff_id, one.name, one.unit_id, one.rank, f"000-{n:04d}", valid_from(), None)
                    for n, one in enumerate(staff, 1)
                ],
            )
        },
    )
    units: list[tuple[str, str, str | None, str]] = [("U00", "示范机关事务管理局（虚构）", None, "厅级")]
    units += [(f"U{n:02d}", f"{name}（虚构）", "U00", "处级") for n, name in enumerate(UNITS, start=1)]
    write_csv(folder / "units.csv", ("unit_id", "name", "parent_id", "level", "valid_from", "valid_to"),
              [(*one, valid_from(), None) for one in units])  # fmt: skip
    _write_rosters(folder / "rosters.csv", staff)
    _write_tariffs(folder / "tariffs.csv")


def _write_rosters(path: Path, staff: list[Person]) -> None:
    """Guards for every grid and somebody of each unit that is sent out, in three shifts a day (Beijing time)."""
    zones: list[str | None] = [f"zone:zones:{zone}" for zone in zone_polygons()]
    posts = [(GUARDS, zone, "巡逻") for zone in zones] + [(unit, None, "值班") for unit in ON_DUTY]
    rosters: list[tuple[str | None, ...]] = []
    for day in range(-ROSTER_BACK, ROSTER_AHEAD + 1):
        for n, (unit, zone, what) in enumerate(posts):
            people = [one for one in staff if one.unit_id == unit] or staff[:8]
            for k, (shift, hour) in enumerate(SHIFTS):
                who = people[(n * len(SHIFTS) + k + day * 7) % len(people)].staff_id
                starts = datetime.combine(days_from(day), time(), _BEIJING) + timedelta(hours=hour)
                ends = starts + timedelta(hours=24 // len(SHIFTS))
                rosters.append((f"RO{len(rosters) + 1:04d}", zone, who, f"{what}{shift}", starts.isoformat(),
                                ends.isoformat(), valid_from(), None))  # fmt: skip
    write_csv(
        path,
        ("roster_id", "zone_id", "staff_id", "role", "starts_at", "ends_at", "valid_from", "valid_to"),
        rosters,
    )


def _write_tariffs(path: Path) -> None:
    """Prices by period; those of a form of energy cover the day."""
    write_csv(
        path,
        ("tariff_id", "energy", "period", "starts", "ends", "price_cny", "valid_from", "valid_to"),
        [(*one, valid_from(), None) for one in TARIFFS],
    )
