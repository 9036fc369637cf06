"""The analysis and the numbers of the space screen are the same, on the demo campus: its own SQL is the witness."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from twin.analysis.rooms import RoomUse, area_per_person, office_standard
from twin.screens.factors import load_factors
from twin.store.campus import Campus

DAY = date(2026, 11, 26)


def tables(campus: Path) -> dict[str, pa.Table]:
    opened = Campus.open(campus)
    found = {name: opened.register(name) for name in ("staff", "room_assignments", "units", "leases")}
    return {"spaces": opened.generation.table("spaces"), **{key: one for key, one in found.items() if one is not None}}


def screen_value(kpi_id: str, known: dict[str, pa.Table]) -> float:
    """The shipped SQL of a number, for the whole campus."""
    kpis = tomllib.loads((files("twin.screens") / "shipped/kpis/space.toml").read_text(encoding="utf-8"))["kpis"]
    sql = next(one["sql"] for one in kpis if one["id"] == kpi_id)
    with duckdb.connect() as database:
        database.execute("CREATE MACRO in_place(place, a, b, c, d) AS true")
        database.execute("CREATE MACRO local(moment) AS moment")
        for name, table in known.items():
            database.register(name, table)
        factors = load_factors()
        database.register(
            "factors", pa.table({"name": [one.name for one in factors], "value": [one.value for one in factors]})
        )
        given = {key: value for key, value in {"place": "", "at": DAY}.items() if f"${key}" in sql}
        row = database.execute(sql, given).fetchone()
    assert row is not None
    return float(row[0])


def used(known: dict[str, pa.Table]) -> RoomUse:
    standard = office_standard(load_factors(), "省级", DAY)
    return area_per_person(
        known["spaces"], known["room_assignments"], known["staff"], standard, day=DAY, leases=known["leases"]
    )


def test_the_same_numbers_as_the_screen(demo_campus: Path) -> None:
    known = tables(demo_campus)
    found = used(known)
    ours = {
        "space.per_head": found.m2_per_person,
        "space.of_standard": found.percent_of_standard,
        "space.over": found.over_people,
        "space.vacancy": found.vacancy_percent,
    }
    for kpi_id, value in ours.items():
        print(f"{kpi_id}: {value}")
        assert value == pytest.approx(screen_value(kpi_id, known), rel=1e-9), kpi_id
    assert found.over_people > 0
    assert found.assignments == len(found.shares) + sum(found.skipped.values())


def test_and_without_areas_in_the_register(demo_campus: Path) -> None:
    """So that rooms are shared evenly."""
    known = tables(demo_campus)
    given = known["room_assignments"]
    at = given.column_names.index("area_m2")
    known["room_assignments"] = given.set_column(at, "area_m2", pa.nulls(given.num_rows, pa.float64()))
    found = used(known)
    assert {one.shared for one in found.shares} == {"evenly"}
    assert found.m2_per_person == pytest.approx(screen_value("space.per_head", known), rel=1e-9)
    assert found.over_people == screen_value("space.over", known)


def test_every_area_says_where_it_came_from(demo_campus: Path) -> None:
    found = used(tables(demo_campus))
    assert all(one.area_source for one in found.shares if one.area_m2 is not None)
    assert set(found.area_by_source_m2()) <= {"ifc_quantity", "computed"}


def test_the_example_of_the_page_runs(demo_campus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "docs/analyses/rooms.md").read_text(encoding="utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    exec(compile(code.replace(".demo", str(demo_campus)), "rooms.md", "exec"), {})
    assert capsys.readouterr().out.startswith("9.09")
