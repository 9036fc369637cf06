"""Registers of the invented people: staff, units, rosters; and what energy costs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geodata.demo.people import UNITS, VALID_FROM, Person
from geodata.demo.surveys import zone_polygons
from geodata.demo.tables import write_csv, write_workbook

TARIFFS: Final = (
    ("D-G", "electricity", "谷", "00:00", "08:00", 0.35), ("D-P", "electricity", "平", "08:00", "10:00", 0.66),
    ("D-F", "electricity", "峰", "10:00", "12:00", 0.98), ("D-P", "electricity", "平", "12:00", "15:00", 0.66),
    ("D-F", "electricity", "峰", "15:00", "20:00", 0.98), ("D-P", "electricity", "平", "20:00", "22:00", 0.66),
    ("D-G", "electricity", "谷", "22:00", "24:00", 0.35),
    ("S-1", "water", "全天", "00:00", "24:00", 3.15), ("R-1", "gas", "全天", "00:00", "24:00", 3.62),
)  # fmt: skip


def write_people(folder: Path, staff: list[Person]) -> None:
    """staff, units, rosters, tariffs."""
    write_workbook(
        folder / "staff.xlsx",
        {
            "staff": (
                ("staff_id", "name", "unit_id", "rank", "phone", "valid_from", "valid_to"),
                [
                    (one.staff_id, one.name, one.unit_id, one.rank, f"000-{n:04d}", VALID_FROM, None)
                    for n, one in enumerate(staff, 1)
                ],
            )
        },
    )
    units: list[tuple[str, str, str | None, str]] = [("U00", "示范机关事务管理局（虚构）", None, "厅级")]
    units += [(f"U{n:02d}", f"{name}（虚构）", "U00", "处级") for n, name in enumerate(UNITS, start=1)]
    write_csv(folder / "units.csv", ("unit_id", "name", "parent_id", "level", "valid_from", "valid_to"),
              [(*one, VALID_FROM, None) for one in units])  # fmt: skip
    _write_rosters(folder / "rosters.csv", staff)
    _write_tariffs(folder / "tariffs.csv")


def _write_rosters(path: Path, staff: list[Person]) -> None:
    """Three shifts of guards for every grid."""
    zones = list(zone_polygons())
    guards = [one for one in staff if one.unit_id == "U08"] or staff[:8]
    shifts = (
        ("早班", "2026-11-20T00:00:00Z", "2026-11-20T08:00:00Z"),
        ("中班", "2026-11-20T08:00:00Z", "2026-11-20T16:00:00Z"),
        ("夜班", "2026-11-20T16:00:00Z", "2026-11-21T00:00:00Z"),
    )
    rosters = [
        (
            f"RO{n * 3 + k + 1:03d}",
            f"zone:zones:{zone}",
            guards[(n * 3 + k) % len(guards)].staff_id,
            f"巡逻{shift}",
            start,
            end,
            VALID_FROM,
            None,
        )
        for n, zone in enumerate(zones)
        for k, (shift, start, end) in enumerate(shifts)
    ]
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
        [(*one, VALID_FROM, None) for one in TARIFFS],
    )
