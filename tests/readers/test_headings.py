"""Headings below a title, over two rows, and with a row of units: the same table comes out as from plain headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.reading import read_with
from twin.readers import claims, sniff
from twin.readers.survey.pipe_headings import LINE, POINT, pipe_heading
from twin.readers.tables.headings import Matched, match_headings

TITLE = ["某园区地下管线成果表"]
GROUPED_LINE = [
    ["起点", "", "", "终点", "", "", "管径(mm)", "材质"],
    ["点号", "埋深(m)", "高程(m)", "点号", "埋深(m)", "高程(m)", "", ""],
]
GROUPED_POINT = [["物探点号", "坐标(m)", "", "高程(m)", "", "特征"], ["", "X", "Y", "地面", "井底", ""]]


def line(rows: list[list[Any]]) -> Matched:
    return match_headings(rows, LINE, pipe_heading)


def point(rows: list[list[Any]]) -> Matched:
    return match_headings(rows, POINT, pipe_heading)


def test_groups_over_their_columns() -> None:
    found = line([TITLE, *GROUPED_LINE, ["JS1", 1.2, 45.1, "JS2", 1.3, 45.0, "300", "PE"]])
    assert found.heading_row == 2
    assert found.columns == {
        **{"from_no": 0, "from_depth": 1, "from_level": 2},
        **{"to_no": 3, "to_depth": 4, "to_level": 5},
        **{"section": 6, "material": 7},
    }
    assert found.headings["to_depth"] == "终点埋深(m)"
    assert not found.unmatched


def test_a_group_may_be_the_quantity_and_the_columns_the_ends() -> None:
    rows = [["管线点号", "", "埋深(cm)", "", "规格(mm)"], ["起点", "终点", "起点", "终点", ""]]
    found = line(rows)
    assert found.columns == {"from_no": 0, "to_no": 1, "from_depth": 2, "to_depth": 3, "section": 4}
    assert found.headings["from_depth"] == "起点埋深(cm)"


def test_coordinates_under_one_heading() -> None:
    found = point(GROUPED_POINT)
    assert found.columns == {"point_no": 0, "x": 1, "y": 2, "cover": 3, "bottom_level": 4, "feature": 5}
    assert (found.headings["x"], found.headings["bottom_level"]) == ("坐标X(m)", "井底高程(m)")


def test_a_row_of_units_belongs_to_the_headings() -> None:
    found = point([["物探点号", "X", "Y", "地面高程", "井底深"], ["", "m", "m", "(mm)", "/"], ["J1", 1, 2, 3, 4]])
    assert found.heading_row == 1
    assert found.headings == {
        "point_no": "物探点号",
        "x": "X(m)",
        "y": "Y(m)",
        "cover": "地面高程(mm)",
        "well_depth": "井底深",
    }


CELLS = st.one_of(st.none(), st.floats(-1e7, 1e7), st.sampled_from(["JS1", "JS2", "300", "600X400", "PE", "", "阀门"]))


@given(st.lists(st.lists(CELLS, min_size=5, max_size=8), max_size=12))
def test_data_are_no_headings(body: list[list[Any]]) -> None:
    headings = ["起始点号", "终止点号", "起点埋深", "终点埋深", "管径", "材质"]
    plain = line([headings])
    assert line([headings, *body]) == plain
    below = line([TITLE, ["工程名称：某园区", "", "单位：m"], headings, *body])
    assert (below.heading_row, below.columns) == (2, plain.columns)


def written(path: Path, sheets: dict[str, list[list[Any]]], merged: dict[str, list[str]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
        for cells in merged.get(name, []):
            sheet.merge_cells(cells)
    made.save(path)
    return path


POINT_ROWS = [[f"JS{n}", 2885887.906, 429563.842 + 10 * n, 46.9, None, "三通"] for n in (1, 2, 3)]
LINE_ROWS = [["JS1", 1.2, None, "JS2", 1.3, None, "300", "PE"], ["JS2", 1.3, None, "JS3", 1.4, None, "300", "PE"]]
PLAIN = {
    "Sheet1": [["物探点号", "X", "Y", "地面高程", "井底高程", "特征"], *POINT_ROWS],
    "Sheet2": [["起点点号", "起点埋深", "起点高程", "终点点号", "终点埋深", "终点高程", "管径", "材质"], *LINE_ROWS],
}
FORM = {"Sheet1": [TITLE, [], *GROUPED_POINT, *POINT_ROWS], "Sheet2": [TITLE, *GROUPED_LINE, *LINE_ROWS]}
MERGED = {
    "Sheet1": ["A1:F1", "B3:C3", "D3:E3", "A3:A4", "F3:F4"],
    "Sheet2": ["A1:H1", "A2:C2", "D2:F2", "G2:G3", "H2:H3"],
}


def test_a_form_reads_as_the_plain_table_does(tmp_path: Path) -> None:
    plain = written(tmp_path / "给水plain.xlsx", PLAIN, {})
    form = written(tmp_path / "给水form.xlsx", FORM, MERGED)
    assert claims(plain) == claims(form) == ["pipe_table"]
    readings = [read_with("pipe_table", one, tmp_path / one.stem, pipe_class="JS") for one in (plain, form)]
    tables = [one.layer("water_supply").drop(columns=["source_pos", "attributes"]) for one in readings]
    assert len(tables[0]) == 5
    assert tables[0].equals(tables[1])
    assert readings[1].layer("water_supply").source_pos.tolist()[:1] == ["Sheet1!5"]


def test_a_csv_below_a_title(tmp_path: Path) -> None:
    path = tmp_path / "trees.csv"
    path.write_text(
        "园区树木调查表\n\n编号;东坐标;北坐标\nT1;429563.8;2885887.9\nT2;429573.8;2885887.9\n", encoding="gb18030"
    )
    assert sniff.csv_headings(path) == ("编号", "东坐标", "北坐标")
    assert claims(path) == ["csv_points"]
    found = read_with("csv_points", path, tmp_path / "out", layer="surface", surface_class="tree", key="t")
    assert (found.report.found, found.report.kept) == (2, 2)
    assert found.layer("surface").source_pos.tolist() == ["row 4", "row 5"]


def test_cells_of_a_sheet_stand_in_their_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", {"s": [["", "a", "", "b"]]}, {})
    assert sniff.xlsx_rows(path) == {"s": [("", "a", "", "b")]}


@pytest.mark.parametrize(
    ("text", "separator"),
    [("a;b\n1,5;2,5\n", ";"), ("Title\na\tb\n", "\t"), ("one\n", ","), ("", ","), ("\n\na|b|c\n", "|")],
)
def test_separators(text: str, separator: str) -> None:
    assert sniff.separator_of(text) == separator
