"""Units of pipe survey tables: a number is what its heading, or campus.toml, says it is."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.reading import Reading, read_with
from twin.crs import CampusFrame
from twin.errors import BadOptionError, TableUnclearError
from twin.readers.base import ReadReport
from twin.readers.survey.pipe_headings import LINE, POINT, pipe_heading
from twin.readers.survey.pipe_sections import LARGEST_MM, SMALLEST_MM, parse_section
from twin.readers.survey.pipe_units import USUAL_UNITS, with_units
from twin.readers.tables.headings import match_headings
from twin.readers.tables.sheets import Sheet
from twin.units import METRES_PER_UNIT

NEW_YORK = CampusFrame("EPSG:32618", "EPSG:5737")
NORTH, EAST = 2885887.906, 429563.842
POINT_M = {
    "物探点号": ("WS1", "WS2"),
    "北坐标": NORTH,
    "东坐标": (EAST, EAST + 10),
    "地面高程": 46.9,
    "井底深": 2.5,
    "井径": 0.7,
}
LINE_M = {"起始点号": "WS1", "终止点号": "WS2", "起点埋深": 1.2, "终点埋深": 1.4, "管径": 0.3}
LENGTHS = ("北坐标", "东坐标", "地面高程", "井底深", "井径", "起点埋深", "终点埋深", "管径")
# How people write a unit behind a heading, and what it is.
WRITTEN = {
    "(mm)": "mm", "（mm）": "mm", "（ＭＭ）": "mm", "[mm]": "mm", "_mm": "mm", "毫米": "mm", "（毫米）": "mm",
    "(单位：毫米)": "mm", "（㎜）": "mm", "(管顶)(mm)": "mm", "(mm)(管顶)": "mm", "(mm，管顶)": "mm",
    "(mm 管顶)": "mm", "(cm)": "cm",
    "(厘米)": "cm", "_cm": "cm", "(dm)": "dm", "(m)": "m", "（米）": "m", "/m": "m", "_m": "m", "(km)": "km",
    "(in)": "in", "(英寸)": "in", '(")': "in", "(ft)": "ft", "_ft": "ft", "(英尺)": "ft", "(feet)": "ft",
    "(US survey ft)": "us-ft", "(ftUS)": "us-ft", "_usft": "us-ft",
}  # fmt: skip


def table(cells: dict[str, Any], behind: dict[str, str], unit: dict[str, str]) -> list[list[Any]]:
    """Headings with what stands behind them, and two rows; cells are metres and written in ``unit``."""

    def cell(name: str, row: int) -> Any:
        value = cells[name][row] if isinstance(cells[name], tuple) else cells[name]
        return value / METRES_PER_UNIT[unit[name]] if name in unit else value

    rows = 2 if "物探点号" in cells else 1
    return [
        [name + behind.get(name, "") for name in cells],
        *[[cell(name, row) for name in cells] for row in range(rows)],
    ]


def read_tables(tmp_path: Path, kind: str, points: list[list[Any]], lines: list[list[Any]], **options: Any) -> Reading:
    if kind == "xlsx":
        path = tmp_path / "survey.xlsx"
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in (("WSPoint", points), ("WSLine", lines)):
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(row)
        made.save(path)
    else:
        path = tmp_path / "WS_point.csv"
        for name, rows in (("WS_point.csv", points), ("WS_line.csv", lines)):
            with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
    return read_with("pipe_table", path, tmp_path / "out", **options)


def lines_of(behind: dict[str, str], **cells: Any) -> list[list[Any]]:
    """A line table with these cells as written; depths are metres, the section 300."""
    return table(LINE_M | {"管径": 300} | cells, behind, {})


def plain_points() -> list[list[Any]]:
    return table(POINT_M, {}, {})


def link_of(reading: Reading) -> Any:
    return reading.layer("drainage").loc["link:s:WS1--WS2"]


def assert_as_in_metres(found: Reading) -> None:
    node, link = found.layer("drainage").loc["node:s:WS1"], link_of(found)
    assert (node.geometry.x, node.geometry.y) == pytest.approx((EAST, NORTH), abs=1e-6)
    assert (node.cover_level_m, node.bottom_level_m) == pytest.approx((46.9, 44.4))
    assert node.shaft_diameter_m == pytest.approx(0.7)
    assert (link.from_depth_m, link.to_depth_m, link.diameter_m) == pytest.approx((1.2, 1.4, 0.3))
    assert [z for *_, z in link.geometry.coords] == pytest.approx([46.9 - 1.2 + 0.15, 46.9 - 1.4 + 0.15])


# --- what a heading says -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("behind", WRITTEN)
def test_every_length_is_in_the_unit_of_its_heading(tmp_path: Path, kind: str, behind: str) -> None:
    said, unit = dict.fromkeys(LENGTHS, behind), dict.fromkeys(LENGTHS, WRITTEN[behind])
    if "管顶" in behind:  # says what a depth refers to, too
        said["起点埋深"] = said["终点埋深"] = "(mm)"
    assert_as_in_metres(read_tables(tmp_path, kind, table(POINT_M, said, unit), table(LINE_M, said, unit)))


def test_columns_of_one_table_may_differ(tmp_path: Path) -> None:
    unit = {"北坐标": "ft", "东坐标": "mm", "地面高程": "cm", "起点埋深": "mm", "终点埋深": "dm", "管径": "in"}
    said = {name: f"({one})" for name, one in unit.items()}
    assert_as_in_metres(read_tables(tmp_path, "xlsx", table(POINT_M, said, unit), table(LINE_M, said, unit)))


def test_without_a_word_lengths_are_metres_and_sections_millimetres(tmp_path: Path) -> None:
    assert_as_in_metres(read_tables(tmp_path, "xlsx", plain_points(), lines_of({})))


def test_levels_of_lines_have_units_too(tmp_path: Path) -> None:
    rows = [
        ["起始点号", "终止点号", "起点高程(cm)", "终点高程(ft)", "管径"],
        ["WS1", "WS2", 4570.0, 45.5 / 0.3048, 300],
    ]
    link = link_of(read_tables(tmp_path, "xlsx", plain_points(), rows))
    assert [z for *_, z in link.geometry.coords] == pytest.approx([45.85, 45.65])
    assert link.from_depth_m == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("behind", "cell", "size"),
    [
        ("(cm)", 30, 0.3),
        ("(in)", 11.8, 0.29972),
        ("(m)", 0.3, 0.3),
        ("(m)", "DN0.3", 0.3),
        ("(cm)", "DN300", 0.3),
        ("(in)", "DN300", 0.3),
        ("(cm)", "300mm", 0.3),  # the cell's own unit goes before
        ("", '12"', 0.3048),
        ("", "30cm", 0.3),
        ("(mm或mm×mm)", 300, 0.3),
        ("(宽×高)(mm)", 300, 0.3),
    ],
)
def test_round_sections(tmp_path: Path, behind: str, cell: Any, size: float) -> None:
    found = read_tables(tmp_path, "xlsx", plain_points(), lines_of({"管径": behind}, 管径=cell))
    assert link_of(found).diameter_m == pytest.approx(size)
    assert "no unit that is known" not in found.notes()


@pytest.mark.parametrize(
    ("behind", "cell"), [("(cm)", "60X30"), ("(m)", "0.6×0.3"), ("(mm)", "600*300"), ("", "60X30cm")]
)
def test_box_sections(tmp_path: Path, behind: str, cell: str) -> None:
    link = link_of(read_tables(tmp_path, "xlsx", plain_points(), lines_of({"管径": behind}, 管径=cell)))
    assert (link.width_m, link.height_m) == pytest.approx((0.6, 0.3))


def test_a_size_that_its_unit_makes_absurd_is_kept_as_text(tmp_path: Path) -> None:
    found = read_tables(tmp_path, "xlsx", plain_points(), lines_of({"管径": "(m)"}))
    assert np.isnan(link_of(found).diameter_m)
    assert "not a size in m (" in found.notes()


@given(
    st.sampled_from(sorted(METRES_PER_UNIT)),
    st.floats(-1e7, 1e7),
    st.sampled_from([(role, name) for role in (POINT, LINE) for name in role if name in USUAL_UNITS]),
)
def test_metres_in_are_metres_out(unit: str, metres: float, column: tuple[dict[str, tuple[str, ...]], str]) -> None:
    aliases, name = column
    rows = [[f"{aliases[name][0]} ({unit})"], [metres / METRES_PER_UNIT[unit]]]
    sheet = Sheet("s", Path("s.csv"), rows)
    found = with_units(sheet, match_headings(sheet.rows, aliases, pipe_heading), {}, ReadReport())
    numbers, odd = found.metres(name)
    assert numbers[0] == pytest.approx(metres, rel=1e-12, abs=1e-12)
    assert not odd.any()


@given(st.sampled_from(sorted(METRES_PER_UNIT)), st.floats(SMALLEST_MM * 1.01, LARGEST_MM * 0.99))
def test_a_section_is_as_wide_in_every_unit(unit: str, millimetres: float) -> None:
    number = f"{millimetres / 1000 / METRES_PER_UNIT[unit]:.12f}"
    found = parse_section(number, unit)
    assert found is not None
    assert found.diameter_m == pytest.approx(millimetres / 1000, rel=1e-4)


# --- the unit of the CRS -------------------------------------------------------------------------------


@pytest.mark.parametrize(("behind", "per_foot"), [("", 1.0), ("(ft)", 1.0), ("(usft)", 1.0), ("(m)", 1200 / 3937)])
def test_coordinates_in_a_crs_that_counts_in_feet(tmp_path: Path, behind: str, per_foot: float) -> None:
    feet = (984_000.0, 200_000.0)
    said = {"北坐标": behind, "东坐标": behind}
    placed = {"北坐标": feet[1] * per_foot, "东坐标": (feet[0] * per_foot, (feet[0] + 10) * per_foot)}
    found = read_tables(
        tmp_path, "xlsx", table(POINT_M | placed, said, {}), lines_of({}), crs="EPSG:2263", campus=NEW_YORK
    )
    node = found.layer("drainage").loc["node:s:WS1"]
    there = pyproj.Transformer.from_crs("EPSG:2263", "EPSG:32618", always_xy=True).transform(*feet)
    assert (node.geometry.x, node.geometry.y) == pytest.approx(there, abs=0.01)
    assert (node.cover_level_m, link_of(found).from_depth_m) == pytest.approx((46.9, 1.2))


def test_degrees_are_no_unit_of_a_projected_crs(tmp_path: Path) -> None:
    points = table(POINT_M, {"北坐标": "(度)", "东坐标": "(度)"}, {})
    with pytest.raises(TableUnclearError, match=r"WSPoint.*北坐标\(度\).*EPSG:4549"):
        read_tables(tmp_path, "xlsx", points, lines_of({}))


# --- what is no length ---------------------------------------------------------------------------------


@pytest.mark.parametrize("behind", ["(kPa)", "（兆帕）", "(度)", "(m2)", "(㎡)", "(mm/cm, cm, mm)"])
def test_a_unit_that_is_no_one_length_is_refused(tmp_path: Path, behind: str) -> None:
    lines = lines_of({"起点埋深": behind})
    with pytest.raises(TableUnclearError, match=rf"WSLine.*{re.escape('起点埋深' + behind)}.*options\.units"):
        read_tables(tmp_path, "xlsx", plain_points(), lines)
    said = {"起点埋深": "m"}
    assert_as_in_metres(read_tables(tmp_path, "xlsx", plain_points(), lines, units=said))


def test_a_word_that_may_be_a_unit_is_named(tmp_path: Path) -> None:
    found = read_tables(
        tmp_path, "xlsx", plain_points(), lines_of({"起点埋深": "(rods)", "终点埋深": "(管底)", "管径": "(DN)"})
    )
    assert_as_in_metres(found)
    assert "WSLine: 'rods' in column '起点埋深(rods)' is no unit that is known; read in m" in found.notes()
    assert found.notes().count("no unit that is known") == 1


# --- options.units -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("keys", [("起点埋深", "管径"), ("from_depth", "section"), ("from_depth_m", "diameter_m")])
def test_campus_toml_says_the_unit(tmp_path: Path, kind: str, keys: tuple[str, str]) -> None:
    lines = lines_of({}, 起点埋深=1200, 管径=30)
    units = dict(zip(keys, ("mm", "厘米"), strict=True))
    assert_as_in_metres(read_tables(tmp_path, kind, plain_points(), lines, units=units))


def test_campus_toml_goes_before_the_heading(tmp_path: Path) -> None:
    lines = lines_of({"起点埋深": "(mm)", "终点埋深": "(mm)"})
    assert_as_in_metres(
        read_tables(tmp_path, "xlsx", plain_points(), lines, units={"起点埋深": "m", "终点埋深(mm)": "m"})
    )


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ({"埋深": "mm"}, r"names the column '埋深', which is no length column.*起点埋深"),
        ({"物探点号": "mm"}, r"names the column '物探点号'"),
        ({"管径": "kPa"}, r'options\.units is \{"管径": "kPa"\} and must be a table of length units'),
        ("mm", r'options\.units is "mm" and must be'),
    ],
)
def test_units_that_cannot_be_followed_are_refused(tmp_path: Path, units: Any, fault: str) -> None:
    with pytest.raises((TableUnclearError, BadOptionError), match=fault):
        read_tables(tmp_path, "xlsx", plain_points(), lines_of({}), units=units)


# --- implausible depths --------------------------------------------------------------------------------


def test_a_depth_that_no_pipe_has_is_named_once_a_table(tmp_path: Path) -> None:
    lines = lines_of({}, 起点埋深=1200, 终点埋深=1400)
    found = read_tables(tmp_path, "xlsx", plain_points(), [*lines, *lines[1:]])
    (note,) = [one for one in found.report.notes if "no buried pipe" in one]
    assert note.startswith("survey.xlsx, WSLine, rows 2, 3: ground and pipe are 1400 m apart")
    assert 'options.units = { "起点埋深" = "mm" }' in note


def test_a_shaft_that_is_too_deep_is_named(tmp_path: Path) -> None:
    found = read_tables(tmp_path, "xlsx", table(POINT_M | {"井底深": (2500, 2.5)}, {}, {}), lines_of({}))
    assert "WSPoint, row 2: cover and bottom are more than 50 m apart" in found.notes()


def test_depths_up_to_the_limit_are_no_news(tmp_path: Path) -> None:
    found = read_tables(tmp_path, "xlsx", plain_points(), lines_of({}, 起点埋深=49.9))
    assert "apart" not in found.notes()
