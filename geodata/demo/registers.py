"""Invented people, units, room assignments, rosters and tariffs, and the relations between things. No one is real."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from shapely import Point, Polygon

from geodata.demo import frame
from geodata.demo.devices import Device
from geodata.demo.ifc_model import global_id
from geodata.demo.placing import Place
from geodata.demo.surveys import zone_polygons
from geodata.demo.tables import write_csv, write_workbook

STAFF_COUNT: Final = 460
SURNAMES: Final = "林陈黄郑吴叶许施蔡杨洪庄邱苏曾游江柯沈卢"
GIVEN: Final = "榕安溪明远山若川文澜静宜志诚雨桐嘉禾思齐景行云帆海宁清和一鸣子衿知夏书恒"
RANKS: Final = (("正处", 0.03), ("副处", 0.06), ("正科", 0.16), ("副科", 0.20), ("科员", 0.55))
UNITS: Final = (
    "办公室", "综合处", "规划处", "财务处", "人事处", "信息中心", "后勤服务中心", "保卫处", "档案处", "资产管理处",
    "能源管理科", "物业管理科", "餐饮管理科", "车辆管理科", "会务科", "政策研究处", "审计处", "机关党务处", "宣传处",
    "工程处", "应急办", "督查室", "信访接待处", "法规处",
)  # fmt: skip
VALID_FROM: Final = "2026-01-01"


@dataclass(frozen=True)
class Person:
    staff_id: str
    name: str
    unit_id: str
    rank: str


def make_staff(rng: np.random.Generator) -> list[Person]:
    """People whose names are drawn character by character; any likeness is chance."""
    pairs = [GIVEN[k : k + 2] for k in range(0, len(GIVEN) - 1, 2)]
    names, shares = [name for name, _ in RANKS], [share for _, share in RANKS]
    staff = []
    for n in range(1, STAFF_COUNT + 1):
        name = SURNAMES[rng.integers(len(SURNAMES))] + pairs[rng.integers(len(pairs))]
        unit = f"U{rng.integers(len(UNITS)) + 1:02d}"
        staff.append(Person(f"P{n:04d}", name, unit, str(rng.choice(names, p=shares))))
    return staff


def write_registers(folder: Path, staff: list[Person], places: dict[str, Place], *, seed: int) -> None:
    """staff, units, room_assignments, rosters, tariffs."""
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
    write_workbook(
        folder / "room_assignments.xlsx",
        {
            "room_assignments": (
                ("space_id", "unit_id", "staff_id", "area_m2", "valid_from", "valid_to"),
                list(_assignments(staff, places, seed)),
            )
        },
    )
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
    """Prices by period; invented."""
    tariffs = [
        ("D-F", "electricity", "峰", "10:00", "12:00", 0.98), ("D-P", "electricity", "平", "08:00", "10:00", 0.66),
        ("D-G", "electricity", "谷", "00:00", "08:00", 0.35), ("S-1", "water", "全天", "00:00", "24:00", 3.15),
        ("R-1", "gas", "全天", "00:00", "24:00", 3.62),
    ]  # fmt: skip
    write_csv(
        path,
        ("tariff_id", "energy", "period", "starts", "ends", "price_cny", "valid_from", "valid_to"),
        [(*one, VALID_FROM, None) for one in tariffs],
    )


def _assignments(staff: list[Person], places: dict[str, Place], seed: int) -> Iterator[tuple[object, ...]]:
    """Offices are given to people in turn, two a room; every ninth office stands empty."""
    people = iter(staff)
    offices = 0
    for code, place in places.items():
        for storey in place.building.storeys:
            for room in storey.rooms:
                if room.use != "办公室":
                    continue
                offices += 1
                if offices % 9 == 0:
                    continue
                space = f"space:{code}:{global_id(seed, code, f'{storey.name}/room/{room.key}')}"
                for _ in range(2):
                    person = next(people, None)
                    if person is None:
                        return
                    yield space, person.unit_id, person.staff_id, round(room.polygon.area / 2, 2), VALID_FROM, None


# --- relations -----------------------------------------------------------------------------------------


def write_relations(path: Path, devices: list[Device], staff: list[Person]) -> None:
    """sees, measures, controls, responsible_for; ids as the build forms them."""
    zones = zone_polygons()
    rows = [*_sees(devices, zones), *_measures(devices)]
    rows += [
        (_device(one), "controls", f"building:buildings:{one.building}") for one in devices if one.device_type == "door"
    ]
    rows += [(staff[n].staff_id, "responsible_for", f"zone:zones:{code}") for n, code in enumerate(zones)]
    write_csv(path, ("from_id", "kind", "to_id"), rows)


def _device(one: Device) -> str:
    return f"device:devices:{one.code}"


def _sees(devices: list[Device], zones: dict[str, Polygon]) -> Iterator[tuple[str, str, str]]:
    """A camera outdoors sees the zones its field of view reaches; one indoors sees its building."""
    for one in devices:
        if one.view is None:
            continue
        if one.building:
            yield _device(one), "sees", f"building:buildings:{one.building}"
            continue
        field = _field(one)
        for code, polygon in zones.items():
            if field.intersection(polygon).area > 20.0:
                yield _device(one), "sees", f"zone:zones:{code}"


def _field(one: Device) -> Polygon:
    """The sector that a camera sees on the ground, in plan metres."""
    assert one.view is not None
    view = one.view
    half = view.field_of_view_deg / 2
    turn = [math.radians(view.heading_deg + a) for a in np.linspace(-half, half, 9)]
    east_north = frame.to_map([[one.u, one.v]])[0] + view.range_m * np.array([[math.sin(a), math.cos(a)] for a in turn])
    reach = [Point(p) for p in frame.to_plan(east_north)]
    return Polygon([(one.u, one.v), *((p.x, p.y) for p in reach)])


def _measures(devices: list[Device]) -> Iterator[tuple[str, str, str]]:
    for one in devices:
        if one.device_type.endswith("_meter") and one.building:
            yield _device(one), "measures", f"building:buildings:{one.building}"
