"""Shares, excess and idle offices of a small house of which everything can be counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from twin.analysis.rooms import RoomUse, area_per_person, office_standard
from twin.errors import ColumnMissingError, UnknownAreaStandardError
from twin.screens.factors import load_factors

DAY = date(2026, 6, 1)
STANDARD = office_standard(load_factors(), "省级", DAY)

# use, area and where it came from
ROOMS = {
    "shared": ("办公室", 30.0, "ifc_quantity"),
    "single": ("办公室", 20.0, "measured"),
    "stated": ("office", 40.0, "title_deed"),
    "unit": ("办公室", 15.0, "computed"),
    "let": ("办公室", 25.0, "ifc_quantity"),
    "empty": ("办公室", 18.0, "computed"),
    "long_empty": ("办公室", 12.0, None),
    "no_area": ("办公室", None, None),
    "meeting": ("会议室", 60.0, "ifc_quantity"),
}
# room, person (rank by the name), area that the register states
GIVEN = [
    ("shared", "科员1", None), ("shared", "科员2", None), ("shared", "副处1", None),
    ("single", "正处1", None),
    ("stated", "副处2", 25.0), ("stated", "科员3", None), ("stated", "科员4", 20.0),
    ("unit", None, None),
    ("no_area", "科员5", None), ("no_area", "?1", 8.0),
    ("meeting", "科员6", None), ("nowhere", "科员7", None),
]  # fmt: skip


def spaces() -> pa.Table:
    rows: dict[str, list[Any]] = {
        name: []
        for name in (
            "feature_id",
            "number",
            "name",
            "long_name",
            "use",
            "area_m2",
            "area_source",
            "building_id",
            "storey_id",
        )
    }
    for number, (key, (use, area, source)) in enumerate(ROOMS.items()):
        one = (key, str(number), None, None, use, area, source, "B1", "B1.1F")
        for column, value in zip(rows.values(), one, strict=True):
            column.append(value)
    return pa.table({**rows, "area_m2": pa.array(rows["area_m2"], pa.float64())})


def used() -> RoomUse:
    people = [person for _, person, _ in GIVEN if person]
    given = pa.table(
        {
            "space_id": [room for room, _, _ in GIVEN],
            "unit_id": ["U1" if room == "shared" else "U2" for room, _, _ in GIVEN],
            "staff_id": [person for _, person, _ in GIVEN],
            "area_m2": pa.array([area for _, _, area in GIVEN], pa.float64()),
        }
    )
    ranks = [None if one[0] == "?" else one[:-1] for one in people]
    leases = pa.table({"space_id": ["let", "empty"], "ends_on": [date(2026, 6, 1), date(2026, 5, 31)]})
    moments = [
        datetime(2026, 2, 28, 16, tzinfo=UTC),
        datetime(2025, 1, 1, tzinfo=UTC),
        datetime(2026, 9, 1, tzinfo=UTC),
        None,
    ]
    history = pa.table(
        {"space_id": ["empty", "empty", "empty", "single"], "valid_to": pa.array(moments, pa.timestamp("us", tz="UTC"))}
    )
    staff = pa.table({"staff_id": people, "rank": pa.array(ranks, pa.string())})
    return area_per_person(spaces(), given, staff, STANDARD, day=DAY, leases=leases, history=history)


def test_shares_by_hand() -> None:
    """A third of 30; all of 20; as stated, and else a third of 40; none known; as stated, of no rank."""
    shares = used().shares
    assert [one.area_m2 for one in shares] == pytest.approx([10, 10, 10, 20, 25, 40 / 3, 20, None, 8])
    assert [one.shared for one in shares] == ["evenly"] * 4 + ["stated", "evenly", "stated", "evenly", "stated"]
    assert [one.area_source for one in shares] == [
        "ifc_quantity", "ifc_quantity", "ifc_quantity", "measured", "register", "title_deed", "register", None,
        "register",
    ]  # fmt: skip
    assert [one.standard_m2 for one in shares] == [9, 9, 12, 18, 12, 9, 9, 9, None]
    assert [one.over_m2 for one in shares] == pytest.approx([1, 1, 0, 2, 13, 40 / 3 - 9, 11, None, None])


def test_sums_by_hand() -> None:
    found = used()
    assert found.over_people == 6
    assert found.m2_per_person == pytest.approx((30 + 20 + 45 + 40 / 3 + 8) / 8)
    assert found.percent_of_standard == pytest.approx(100 * (30 + 20 + 45 + 40 / 3) / (30 + 18 + 12 + 9 + 9))
    assert found.vacancy_percent == pytest.approx(100 * 30 / 160)
    assert found.assignments == len(GIVEN) == len(found.shares) + sum(found.skipped.values())
    assert found.skipped == {
        "of a unit, not of a person": 1,
        "room is not an office": 1,
        "room is not in the model": 1,
    }
    assert found.area_by_source_m2() == {
        "ifc_quantity": 55, "measured": 20, "title_deed": 40, "computed": 33, "unknown": 12,
    }  # fmt: skip


def test_rooms_by_hand() -> None:
    rooms = {one.space_id: one for one in used().rooms}
    assert {key: one.state for key, one in rooms.items()} == {
        "shared": "over", "single": "over", "stated": "over", "unit": "unit", "let": "let", "empty": "vacant",
        "long_empty": "vacant", "no_area": "unknown", "meeting": "common",
    }  # fmt: skip
    assert (rooms["shared"].people, rooms["shared"].m2_per_person, rooms["shared"].over_m2) == (3, 10, 2)
    assert rooms["shared"].standard_m2 == 30
    assert rooms["stated"].stated_beyond_m2 == pytest.approx(5)


def test_units_with_most_excess_come_first() -> None:
    units = used().units
    assert [(one.unit_id, one.people, one.over_people) for one in units] == [("U2", 6, 4), ("U1", 3, 2)]
    assert units[0].over_m2 == pytest.approx(2 + 13 + 40 / 3 - 9 + 11)
    assert units[1].standard_per_person_m2 == pytest.approx(10)


def test_idle_offices_since_when() -> None:
    """The last assignment ended on 1 March in Shanghai; one that is still to end does not count."""
    idle = used().idle
    assert [(one.space_id, one.since) for one in idle] == [("empty", date(2026, 3, 1)), ("long_empty", None)]


def test_no_names_and_no_numbers_of_people_leave() -> None:
    for table in used().to_arrow().values():
        assert not {"staff_id", "name", "phone"} & set(table.column_names)
        said = str(table.to_pydict())
        assert "科员1" not in said
        assert "正处1" not in said


def test_people_with_two_offices() -> None:
    """Each of 8 m2 is within 9 m2, both together are not."""
    rooms = spaces().slice(0, 2)
    given = pa.table(
        {"space_id": ["shared", "single"], "unit_id": ["U", "U"], "staff_id": ["P", "P"], "area_m2": [8.0, 8.0]}
    )
    staff = pa.table({"staff_id": ["P"], "rank": ["科员"]})
    found = area_per_person(rooms, given, staff, STANDARD, day=DAY)
    assert (found.over_people, found.in_several_rooms, found.over_in_all_rooms) == (0, 1, 1)


def test_standards() -> None:
    assert (STANDARD.of("正处"), STANDARD.of("主任科员"), STANDARD.of(None)) == (18, 9, None)
    assert STANDARD.source == "发改投资〔2014〕2674号"
    assert STANDARD.unverified == ()
    county = office_standard(load_factors(), "县级", DAY)
    assert (county.of("县正"), county.of("办事员"), set(county.unverified)) == (30, 9, {"正科", "副科"})
    with pytest.raises(UnknownAreaStandardError, match="中央, 县级, 市级, 省级"):
        office_standard(load_factors(), "乡级", DAY)


def test_a_table_without_its_columns() -> None:
    with pytest.raises(ColumnMissingError, match=r"spaces.*area_source"):
        area_per_person(spaces().drop_columns(["area_source"]), spaces(), spaces(), STANDARD, day=DAY)
