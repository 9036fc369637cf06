"""Survey workbooks as they come: every trap of the usual Chinese point and line tables, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely

from tests.readers.reading import Reading, read_with
from twin.errors import (
    AxesUnclearError,
    MissingCrsError,
    MissingVerticalDatumError,
    SourceUnreadableError,
    TableUnclearError,
    ZoneMismatchError,
)
from twin.readers import claims, load_reader
from twin.readers.survey.pipe_table import PipeTableReader

POINT = ["物探点号", "X", "Y", "地面高程", "特征", "附属物", "井底深"]
LINE = ["起始点号", "终止点号", "起点埋深", "终点埋深", "起点高程", "终点高程", "埋设方式", "材质", "管径"]
FILES = Path(__file__).parent / "files"
NORTH, EAST = 2885887.906, 429563.842


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook with these sheets, each a list of rows, headings first."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def points(prefix: str = "JS", count: int = 3, **changes: Any) -> list[list[Any]]:
    rows = [POINT]
    for n in range(1, count + 1):
        row = {"物探点号": f"{prefix}{n}", "X": NORTH, "Y": EAST + 10.0 * n, "地面高程": 46.9} | changes
        rows.append([row.get(name) for name in POINT])
    return rows


def line(start: str, end: str, **cells: Any) -> list[Any]:
    row = {"起始点号": start, "终止点号": end, "起点埋深": 1.2, "终点埋深": 1.4, "管径": "300"} | cells
    return [row.get(name) for name in LINE]


def read_book(tmp_path: Path, *, options: dict[str, Any] | None = None, **sheets: list[list[Any]]) -> Reading:
    path = book(tmp_path / "survey.xlsx", **sheets)
    return read_with("pipe_table", path, tmp_path / "out", **(options or {}))


def axis(reading: Reading, layer: str, feature_id: str) -> np.ndarray:
    return shapely.get_coordinates(reading.layer(layer).loc[feature_id].geometry, include_z=True)


# --- what is said of rows ------------------------------------------------------------------------------


def test_every_row_is_said_to_be_of_the_layer_of_its_own_class(tmp_path: Path) -> None:
    table = [[*POINT, "管类"], ["A1", NORTH, EAST, 9.0, "起讫点", None, None, "JS"]]
    for number, name in ((None, "电力"), ("B2", "JS"), ("A1", "给水"), ("C4", "不明"), (None, None)):
        table.append([number, None if number == "B2" else NORTH, EAST, 9.0, "起讫点", None, None, name])
    told = read_book(tmp_path, 点表=table).report.remarks
    assert {(one.rule, one.row): one.layer for one in told if one.skipped} == {
        ("point_number_missing", 3): "power",
        ("coordinate_missing", 4): "water_supply",
        ("point_number_twice", 5): "water_supply",
        ("class_missing", 6): None,
        ("point_number_missing", 7): None,
    }


# --- levels --------------------------------------------------------------------------------------------


def test_the_axis_of_a_pressure_pipe_lies_half_a_diameter_below_its_crown(tmp_path: Path) -> None:
    found = read_book(tmp_path, JSPoint=points(), JSLine=[LINE, line("JS1", "JS2")])
    link = found.layer("water_supply").loc["link:s:JS1--JS2"]
    np.testing.assert_allclose(
        axis(found, "water_supply", "link:s:JS1--JS2"),
        [[EAST + 10, NORTH, 46.9 - 1.2 - 0.15], [EAST + 20, NORTH, 46.9 - 1.4 - 0.15]],
        atol=1e-6,
    )
    assert (link.elevation_reference, link.diameter_m, link.from_depth_m, link.to_depth_m) == ("crown", 0.3, 1.2, 1.4)
    assert (link.from_id, link.to_id) == ("node:s:JS1", "node:s:JS2")
    assert link.length_m == pytest.approx(np.hypot(10.0, 0.2))
    assert link.source_pos == "JSLine!2"


def test_the_axis_of_a_drain_lies_half_its_height_above_its_invert(tmp_path: Path) -> None:
    found = read_book(tmp_path, PSPoint=points("YS"), PSLine=[LINE, line("YS1", "YS2", 管径="600X400")])
    link = found.layer("drainage").loc["link:s:YS1--YS2"]
    assert axis(found, "drainage", "link:s:YS1--YS2")[:, 2] == pytest.approx([46.9 - 1.2 + 0.2, 46.9 - 1.4 + 0.2])
    assert (link.elevation_reference, link.width_m, link.height_m) == ("invert", 0.6, 0.4)
    assert np.isnan(link.diameter_m)
    assert (link.pipe_class, link.subclass) == ("PS", "YS")  # the letters of the number


def test_a_stated_level_wins_over_ground_minus_depth(tmp_path: Path) -> None:
    found = read_book(tmp_path, JSPoint=points(), JSLine=[LINE, line("JS1", "JS2", 起点高程=45.0, 终点高程=44.5)])
    assert axis(found, "water_supply", "link:s:JS1--JS2")[:, 2] == pytest.approx([45.0 - 0.15, 44.5 - 0.15])


def test_a_heading_that_names_the_invert_overrules_the_class(tmp_path: Path) -> None:
    headings = ["起点管底高程" if one == "起点高程" else "终点管底高程" if one == "终点高程" else one for one in LINE]
    found = read_book(tmp_path, JSPoint=points(), JSLine=[headings, line("JS1", "JS2", 起点高程=45.0, 终点高程=44.5)])
    assert axis(found, "water_supply", "link:s:JS1--JS2")[:, 2] == pytest.approx([45.15, 44.65])
    assert found.layer("water_supply").loc["link:s:JS1--JS2"].elevation_reference == "invert"


def test_ground_follows_from_level_and_depth_where_the_point_table_is_silent(tmp_path: Path) -> None:
    found = read_book(
        tmp_path,
        JSPoint=points(地面高程=None),
        JSLine=[LINE, line("JS1", "JS2", 起点高程=45.0, 终点高程=44.5)],
    )
    nodes = found.layer("water_supply", "node")
    assert nodes.cover_level_m["node:s:JS1"] == pytest.approx(46.2)
    assert nodes.cover_level_m["node:s:JS2"] == pytest.approx(45.9)
    assert not shapely.has_z(nodes.geometry["node:s:JS3"])  # nothing tells its height: laid on the terrain
    assert "2 points without ground level" in found.notes()


def test_shafts_reach_from_cover_to_bottom(tmp_path: Path) -> None:
    found = read_book(tmp_path, PSPoint=points("WS", 井底深=2.5, 附属物="检查井"), PSLine=[LINE, line("WS1", "WS2")])
    node = found.layer("drainage").loc["node:s:WS1"]
    assert node.bottom_level_m == pytest.approx(44.4)
    assert node.appurtenance == "检查井"
    assert node.geometry.z == pytest.approx(46.9)


# --- axes and zones ------------------------------------------------------------------------------------


def test_x_is_north_by_its_seven_digits(tmp_path: Path) -> None:
    nodes = read_book(tmp_path, JSPoint=points()).layer("water_supply")
    assert (nodes.geometry["node:s:JS1"].x, nodes.geometry["node:s:JS1"].y) == pytest.approx((EAST + 10, NORTH))


def test_a_table_with_x_east_is_seen_by_its_numbers(tmp_path: Path) -> None:
    rows = [POINT, ["JS1", EAST, NORTH, 46.9], ["JS2", EAST + 5, NORTH, 46.9]]
    assert read_book(tmp_path, JSPoint=rows).layer("water_supply").geometry["node:s:JS1"].x == pytest.approx(EAST)


def test_one_swapped_row_is_named_and_skipped(tmp_path: Path) -> None:
    rows = [*points(count=9), ["JS99", EAST, NORTH, 46.9]]
    found = read_book(tmp_path, JSPoint=rows)
    assert found.report.skipped == {"bad_coordinates": 1}
    assert "row 11" in found.notes()
    assert "other way round" in found.notes()


def test_a_table_half_of_which_is_swapped_is_refused(tmp_path: Path) -> None:
    rows = [POINT, ["JS1", EAST, NORTH, 46.9], ["JS2", NORTH, EAST, 46.9]]
    with pytest.raises(AxesUnclearError, match=r"options\.axes"):
        read_book(tmp_path, JSPoint=rows)


def test_small_local_numbers_are_read_as_the_tables_write_them_and_said_so(tmp_path: Path) -> None:
    path = book(tmp_path / "s.xlsx", JSPoint=[POINT, ["JS1", 1200.0, 3400.0, 46.9], ["JS2", 1300.0, 3400.0, 46.9]])
    found = read_with("pipe_table", path, tmp_path / "a", crs="EPSG:4549")
    assert found.layer("water_supply").geometry["node:s:JS1"].coords[0][:2] == (3400.0, 1200.0)
    assert "X is read as north" in found.notes()
    turned = read_with("pipe_table", path, tmp_path / "b", crs="EPSG:4549", axes="east_north")
    assert turned.layer("water_supply").geometry["node:s:JS1"].coords[0][:2] == (1200.0, 3400.0)


def test_a_zone_number_is_taken_off_for_a_crs_without_it(tmp_path: Path) -> None:
    found = read_book(tmp_path, JSPoint=[POINT, ["JS1", NORTH, 40e6 + EAST, 46.9]])
    assert found.layer("water_supply").geometry["node:s:JS1"].x == pytest.approx(EAST)
    assert "zone number 40" in found.notes()


def test_a_zone_number_is_put_on_for_a_crs_with_it(tmp_path: Path) -> None:
    path = book(tmp_path / "s.xlsx", JSPoint=points())
    found = read_with("pipe_table", path, tmp_path / "out", crs="EPSG:4528")  # zone 40, prefixed
    # the campus is EPSG:4549, the same zone without prefix: PROJ brings it back
    assert found.layer("water_supply").geometry["node:s:JS1"].x == pytest.approx(EAST + 10, abs=1e-3)


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:4528"])
def test_a_zone_that_does_not_fit_the_crs_is_refused(tmp_path: Path, crs: str) -> None:
    path = book(tmp_path / "s.xlsx", JSPoint=[POINT, ["JS1", NORTH, 39e6 + EAST, 46.9]])
    with pytest.raises(ZoneMismatchError, match=r"zone 39.*zone 40"):
        read_with("pipe_table", path, tmp_path / "out", crs=crs)


def test_crs_and_datum_are_asked_for(tmp_path: Path) -> None:
    path = book(tmp_path / "s.xlsx", JSPoint=points())
    with pytest.raises(MissingCrsError):
        read_with("pipe_table", path, tmp_path / "a", crs=None)
    with pytest.raises(MissingVerticalDatumError):
        read_with("pipe_table", path, tmp_path / "b", vertical_datum=None)


# --- rows that cannot be used --------------------------------------------------------------------------


def test_every_unusable_point_row_is_counted_and_named(tmp_path: Path) -> None:
    rows = [
        *points(count=6),
        [None] * 7,
        [None, NORTH, EAST, 46.9],
        ["JS8", None, EAST, 46.9],
        ["JS9", "约2885880", EAST, 46.9],
        ["JS1", NORTH, EAST, 46.9],
    ]
    found = read_book(tmp_path, JSPoint=rows)
    assert found.report.skipped == {"blank_row": 1, "no_key": 1, "bad_coordinates": 2, "duplicate": 1}
    assert (found.report.found, found.report.kept) == (11, 6)
    for words in ("row 9: no point number", "row 11: a coordinate is not a number", "JSPoint!12 (JS1)"):
        assert words in found.notes()


def test_every_unusable_line_row_is_counted_and_named(tmp_path: Path) -> None:
    rows = [
        LINE,
        line("JS1", "JS2"),
        line("JS2", "JS1", 起点埋深=1.4, 终点埋深=1.2),  # the same pipe from its other end
        line("JS1", "JS7"),
        line("JS1", "JS1"),
        line("JS1", ""),
        line("JS2", "JS3", 起点埋深="一米"),
        line("JS1", "JS3", 起点埋深=None),
        [" "] * 9,
    ]
    found = read_book(tmp_path, JSPoint=points(), JSLine=rows)
    expected = {"duplicate": 1, "dangling": 1, "invalid_geometry": 1, "no_key": 1, "bad_value": 1, "no_geometry": 1}
    assert found.report.skipped == expected | {"blank_row": 1}
    assert list(found.layer("water_supply", "link").index) == ["link:s:JS1--JS2"]
    for words in ("row 4: no usable point JS7", "row 5: start and end", "row 7: depth or level", "JSLine!3"):
        assert words in found.notes()


def test_two_pipes_of_different_size_between_two_points_are_two(tmp_path: Path) -> None:
    rows = [LINE, line("JS1", "JS2"), line("JS1", "JS2", 管径="DN500")]
    links = read_book(tmp_path, JSPoint=points(), JSLine=rows).layer("water_supply", "link")
    assert sorted(links.index) == ["link:s:JS1--JS2~1", "link:s:JS1--JS2~2"]
    assert sorted(links.diameter_m) == [0.3, 0.5]


def test_an_assumed_depth_is_an_inferred_position(tmp_path: Path) -> None:
    rows = [LINE, line("JS1", "JS2", 起点埋深=None, 终点埋深=None)]
    found = read_book(tmp_path, JSPoint=points(), JSLine=rows, options={"depth_m": 1.0})
    link = found.layer("water_supply").loc["link:s:JS1--JS2"]
    assert link.geometry.coords[0][2] == pytest.approx(46.9 - 1.0 - 0.15)
    assert link.accuracy_class == "inferred"


# --- what a row says -----------------------------------------------------------------------------------


def test_codes_become_the_words_of_the_standard(tmp_path: Path) -> None:
    more = ["流向", "压力(MPa)", "孔数", "权属", "建设年代", "道路名称", "状态", "备注"]
    row = [*line("JS1", "JS2", 埋设方式="ZM", 材质="QM"), "+", 0.4, "4/12", "水务", "2008-05", "乌山路", 0, "抽查"]
    found = read_book(tmp_path, JSPoint=points(), JSLine=[[*LINE, *more], row])
    link = found.layer("water_supply").loc["link:s:JS1--JS2"]
    assert (link.burial, link.material, link.state, link.flow) == ("直埋", "球墨", "在用", "+")
    assert (link.pressure_kpa, link.ducts, link.built_year) == (400.0, 4, 2008)
    assert (link.owner, link.road) == ("水务", "乌山路")
    assert '"备注": "抽查"' in link.attributes
    assert '"孔数": "4/12"' in link.attributes  # says more than the number taken


def test_voltage_in_any_unit_is_kilovolts(tmp_path: Path) -> None:
    rows = [[*LINE, "电压"], [*line("GD1", "GD2"), "10kV"], [*line("GD2", "GD3"), "380V"]]
    links = read_book(tmp_path, DLPoint=points("GD"), DLLine=rows).layer("power", "link")
    assert list(links.voltage_kv) == [10.0, 0.38]
    assert set(links.subclass) == {"GD"}


def test_detected_points_carry_their_uncertainty(tmp_path: Path) -> None:
    rows = [
        [*POINT, "探测方式"],
        *[[*row, way] for row, way in zip(points()[1:], ("隐蔽点", "隐蔽点", "明显点"), strict=True)],
    ]
    found = read_book(
        tmp_path, JSPoint=rows, JSLine=[LINE, line("JS1", "JS2", 起点埋深=0.6, 终点埋深=2.0), line("JS3", "JS1")]
    )
    table = found.layer("water_supply")
    near, deep = table.loc["node:s:JS1"], table.loc["node:s:JS2"]
    assert (deep.plan_sd_m, deep.depth_sd_m) == pytest.approx((0.20, 0.30))  # 0.10 h, 0.15 h at h = 2 m
    assert (near.plan_sd_m, near.depth_sd_m) == pytest.approx((0.14, 0.21))  # its deepest pipe: 1.4 m
    assert np.isnan(table.loc["node:s:JS3"].plan_sd_m)
    assert table.loc["node:s:JS3"].accuracy_class == "measured"
    assert table.loc["link:s:JS3--JS1"].accuracy_class == "detected"  # the worse of its ends


def test_an_unreadable_section_stays_as_text(tmp_path: Path) -> None:
    found = read_book(tmp_path, DLPoint=points("DL"), DLLine=[LINE, line("DL1", "DL2", 管径="3X240")])
    link = found.layer("power").loc["link:s:DL1--DL2"]
    assert np.isnan(link.diameter_m)
    assert np.isnan(link.width_m)
    assert '"管径": "3X240"' in link.attributes
    assert "not a size in mm" in found.notes()


# --- which table is what -------------------------------------------------------------------------------


def test_sheets_of_many_classes_go_to_their_layers(tmp_path: Path) -> None:
    wanted = {
        "JS": "water_supply", "YS": "drainage", "RQ": "gas", "RL": "heat",
        "DL": "power", "TX": "telecom", "GY": "industrial", "QT": "other_pipes",
    }  # fmt: skip
    sheets = {f"{one}Point": points(one) for one in wanted} | {
        f"{one}Line": [LINE, line(f"{one}1", f"{one}2")] for one in wanted
    }
    found = read_book(tmp_path, **sheets)
    for name, layer in wanted.items():
        assert list(found.layer(layer, "link").index) == [f"link:s:{name}1--{name}2"]
    assert set(found.layer("drainage").subclass) == {"YS"}


def test_numbers_that_only_their_class_makes_unique_keep_apart(tmp_path: Path) -> None:
    found = read_book(
        tmp_path,
        JSPoint=points(""),
        JSLine=[LINE, line("1", "2")],
        RQPoint=points(""),
        RQLine=[LINE, line("1", "2")],
    )
    assert found.layer("water_supply", "link").from_id.tolist() == ["node:s:JS.1"]
    assert found.layer("gas", "link").from_id.tolist() == ["node:s:RQ.1"]


def test_the_feature_code_decides_class_and_subclass(tmp_path: Path) -> None:
    rows = [[*POINT, "要素代码"], [*points("A")[1], "52022101"], [*points("A")[2], "52012101"]]
    nodes = read_book(tmp_path, Points=rows).layer("drainage")
    assert nodes.subclass.to_dict() == {"node:s:A1": "WS", "node:s:A2": "YS"}


def test_a_sheet_without_a_class_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(TableUnclearError, match=r"options\.pipe_class"):
        read_book(tmp_path, Sheet1=points("A"))
    named = read_book(tmp_path, Sheet1=points("A"), options={"pipe_class": "WS"})
    assert set(named.layer("drainage").subclass) == {"WS"}


def test_a_title_above_the_headings_and_full_width_text_do_not_matter(tmp_path: Path) -> None:
    rows = [
        ["给水管线点成果表"],
        [],
        ["物探点号", "Ｘ", "Y坐标（m）", "地面高程(m)"],
        ["JS１", "２８８５８８７.906", EAST, 46.9],
    ]
    found = read_book(tmp_path, 给水管线点表=rows)
    node = found.layer("water_supply").loc["node:s:JS1"]
    assert node.geometry.y == pytest.approx(NORTH)
    assert node.source_pos == "给水管线点表!4"


def test_the_report_says_what_was_understood_and_what_was_not(tmp_path: Path) -> None:
    rows = [[*POINT, "调查人", "X坐标"], [*points()[1], "张", 1]]
    found = read_book(tmp_path, JSPoint=rows, 说明=[["图例"]])
    assert "物探点号 → point_no" in found.notes()
    assert "kept as attributes: 调查人" in found.notes()
    assert "ignored as second column of the same meaning: X坐标" in found.notes()
    assert "说明: neither a point nor a line table" in found.notes()
    assert "no line table" in found.notes()


def test_english_and_pinyin_headings_are_understood(tmp_path: Path) -> None:
    found = read_book(
        tmp_path,
        JSPoint=[
            ["Exp_No", "Northing", "Easting", "High", "Subsid"],
            ["J1", NORTH, EAST, 46.9, "阀门"],
            ["J2", NORTH, EAST + 9, 46.9, None],
        ],
        JSLine=[["QDDH", "ZDDH", "QDMS", "ZDMS", "GJ", "CZ"], ["J1", "J2", 1.0, 1.0, "DN200", "PE"]],
    )
    link = found.layer("water_supply").loc["link:s:J1--J2"]
    assert (link.diameter_m, link.material) == (0.2, "PE")


# --- pairs of files ------------------------------------------------------------------------------------


def write_pair(folder: Path, point: str, line_file: str, encoding: str) -> Path:
    for name, rows in ((point, points("WS")), (line_file, [LINE, line("WS1", "WS2", 材质="混凝土")])):
        text = "\r\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        (folder / name).write_bytes(text.encode(encoding))
    return folder / point


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("names", [("WS_point.csv", "WS_line.csv"), ("污水点表.csv", "污水线表.csv")])
def test_a_point_file_finds_its_line_file(tmp_path: Path, encoding: str, names: tuple[str, str]) -> None:
    path = write_pair(tmp_path, *names, encoding)
    reader = PipeTableReader()
    assert reader.supports(path)
    assert reader.companions(path) == [tmp_path / names[1]]
    assert not reader.supports(tmp_path / names[1])  # a part of the other, not a source of its own
    found = read_with("pipe_table", path, tmp_path / "out")
    link = found.layer("drainage").loc["link:s:WS1--WS2"]
    assert (link.material, link.subclass) == ("混凝土", "WS")
    assert link.source_pos == f"{Path(names[1]).stem}!2"


def test_a_line_file_alone_asks_for_its_points(tmp_path: Path) -> None:
    write_pair(tmp_path, "WS_point.csv", "WS_line.csv", "utf-8")
    (tmp_path / "WS_point.csv").unlink()
    assert PipeTableReader().supports(tmp_path / "WS_line.csv")
    with pytest.raises(TableUnclearError, match="point table"):
        read_with("pipe_table", tmp_path / "WS_line.csv", tmp_path / "out")


def test_a_workbook_is_known_by_its_sheets(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", JSPoint=points(), RQPoint=points("RQ"))
    assert load_reader("pipe_table").supports(path)
    assert load_reader("pipe_table").inspect(path).layers == ("water_supply", "gas")
    other = book(tmp_path / "b.xlsx", 表=[["姓名", "单位"], ["甲", "乙"]])
    assert not load_reader("pipe_table").supports(other)


def test_ten_thousand_rows_keep_their_numbers(tmp_path: Path) -> None:
    count = 5000
    rows = [POINT, *[[f"JS{n}", NORTH + n, EAST, 46.9] for n in range(count)]]
    lines = [LINE, *[line(f"JS{n}", f"JS{n + 1}") for n in range(count - 1)]]
    found = read_book(tmp_path, JSPoint=rows, JSLine=lines)
    links = found.layer("water_supply", "link")
    assert found.report.kept == 2 * count - 1
    assert links.length_m.sum() == pytest.approx((count - 1) * np.hypot(1.0, 0.2))
    assert links.source_pos.iloc[-1] == f"JSLine!{count}"


def test_a_column_says_the_class_of_each_row(tmp_path: Path) -> None:
    rows = [[*POINT, "管类"], [*points("A")[1], "雨水管"], [*points("A")[2], "给水"], [*points("A")[3], "火星"]]
    found = read_book(tmp_path, 管线点=rows)
    assert found.layer("drainage").subclass.tolist() == ["YS"]
    assert found.layer("water_supply").point_no.tolist() == ["A2"]
    assert found.report.skipped == {"bad_value": 1}  # nothing else says what A3 is


def test_a_layer_that_the_tables_contradict_is_noted(tmp_path: Path) -> None:
    path = book(tmp_path / "s.xlsx", RQPoint=points("RQ"))
    found = read_with("pipe_table", path, tmp_path / "out", layer="water_supply")
    assert len(found.layer("gas")) == 3
    assert "campus.toml says layer water_supply; by their class the pipes went to gas" in found.notes()


def test_a_table_without_one_usable_point_is_no_crash(tmp_path: Path) -> None:
    found = read_book(tmp_path, JSPoint=[POINT, ["JS1", "x", "y", 46.9]], JSLine=[LINE, line("JS1", "JS2")])
    assert found.report.kept == 0
    assert found.report.skipped == {"bad_coordinates": 1, "dangling": 1}


def test_a_rule_that_nobody_verified_is_said_to_be_so(tmp_path: Path) -> None:
    assert "class QT (其他) are read as crown: not verified" in read_book(tmp_path, QTPoint=points("ZH")).notes()
    sure = read_with("pipe_table", book(tmp_path / "b.xlsx", JSPoint=points()), tmp_path / "b")
    assert "not verified" not in sure.notes()


def test_a_class_column_needs_no_layer(tmp_path: Path) -> None:
    classes = {"管点表": [["管类", *POINT]], "管线表": [["管类", *LINE]]}
    assert not load_reader("pipe_table").inspect(book(tmp_path / "a.xlsx", **classes)).needs_layer
    silent = load_reader("pipe_table").inspect(book(tmp_path / "b.xlsx", 管点表=[POINT], 管线表=[["管类", *LINE]]))
    assert silent.needs_layer
    named = load_reader("pipe_table").inspect(book(tmp_path / "燃气.xlsx", 管点表=[POINT], 管线表=[LINE]))
    assert named.layers == ("gas",)  # as the build will have it
    assert "options.pipe_class" in silent.notes[0]


def test_millimetres_taken_for_metres_are_named_with_the_row(tmp_path: Path) -> None:
    rows = points(X=NORTH * 1000, Y=EAST * 1000)
    with pytest.raises(SourceUnreadableError, match=r"things from JSPoint!2 on lie where nothing on earth does"):
        read_book(tmp_path, options={"axes": "north_east"}, JSPoint=rows, JSLine=[LINE, line("JS1", "JS2")])


# --- old workbooks: files/*.xls were written here with xlwt, everything in them is invented -----------------------


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    path = FILES / "survey.xls"
    assert claims(path) == ["pipe_table"]
    assert load_reader("pipe_table").inspect(path).layers == ("water_supply",)
    found = read_with("pipe_table", path, tmp_path)
    assert axis(found, "water_supply", "link:s:JS1--JS2")[:, 2] == pytest.approx([45.55, 45.35])
    assert found.layer("water_supply", "node").source_pos.tolist() == ["JSPoint!3", "JSPoint!4"]


def test_another_old_workbook_is_told_to_be_saved_again() -> None:
    with pytest.raises(TableUnclearError, match=r"save it as \.xlsx"):
        load_reader("pipe_table").inspect(FILES / "devices.xls")
