"""Pipe drawings in DXF: dialects, what is joined, which text belongs to what, and what is refused."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers.drawings import R12, R2000, R2007, Drawing, workbook_as_drawing
from tests.readers.reading import Reading, read_with
from twin.errors import SourceUnreadableError, TableUnclearError, TwinError, ZoneMismatchError
from twin.readers import claims, load_reader

NORTH, EAST = 2885887.906, 429563.842


def at(east: float, north: float, *height: float) -> tuple[float, ...]:
    return (EAST + east, NORTH + north, *height)


def read_drawing(folder: Path, drawing: Drawing, encoding: str | None = None, **options: Any) -> Reading:
    return read_with("dxf", drawing.save(folder / "d.dxf", encoding), folder / "out", **options)


def axis(link: Any) -> np.ndarray:
    return shapely.get_coordinates(link.geometry, include_z=True)


def links(found: Reading, layer: str = "water_supply") -> Any:
    return found.layer(layer, "link")


def two_points(drawing: Drawing, *, layer: str = "JSPOINT", ground: float | None = 46.9) -> Drawing:
    """JS1 and JS2, 10 m apart, numbered by attributes."""
    for number, east in (("JS1", 0.0), ("JS2", 10.0)):
        drawing.block(layer, "阀门", at(east, 0.0), {"点号": number, "地面高程": ground})
    return drawing


# --- an independent witness ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "layer"), [("JS", "water_supply"), ("PS", "drainage"), ("TX", "telecom")])
def test_the_demos_workbook_drawn_as_dxf_is_the_same_network(
    demo_campus: Path, tmp_path: Path, name: str, layer: str
) -> None:
    workbook = next(demo_campus.rglob(f"{name}.xlsx"))
    table = read_with("pipe_table", workbook, tmp_path / "table").layer(layer)
    drawn = read_drawing(tmp_path, workbook_as_drawing(workbook)).layer(layer)
    # A drawn line cannot say that it passes over a point without joining it: two storm drains of the demo do.
    over = _over_a_third_point(table)
    assert len(over) == (2 if name == "PS" else 0)
    table, drawn = (_without(one, over) for one in (table, drawn))
    assert set(drawn.index) == set(table.index)
    drawn = drawn.loc[table.index]
    for one, other in zip(table.geometry, drawn.geometry, strict=True):
        np.testing.assert_allclose(
            shapely.get_coordinates(other, include_z=True), shapely.get_coordinates(one, include_z=True), atol=1e-3
        )
    for column in ("pipe_class", "subclass", "from_id", "to_id", "feature", "appurtenance", "material"):
        same = (table[column] == drawn[column]) | (table[column].isna() & drawn[column].isna())
        assert same.all(), column
    for column in (
        "diameter_m",
        "width_m",
        "height_m",
        "cover_level_m",
        "bottom_level_m",
        "from_depth_m",
        "to_depth_m",
    ):
        np.testing.assert_allclose(drawn[column].astype(float), table[column].astype(float), atol=1e-3, err_msg=column)


def _over_a_third_point(table: Any) -> list[set[str]]:
    """The points on every link that runs over one that is no end of it: within 5 cm, counted without the reader."""
    nodes, pipes = table[table.kind == "node"], table[table.kind == "link"]
    found = []
    for _, pipe in pipes.iterrows():
        near = set(nodes.index[shapely.distance(nodes.geometry.to_numpy(), pipe.geometry) <= 0.05])
        found += [near] if near - {pipe.from_id, pipe.to_id} else []
    return found


def _without(table: Any, over: list[set[str]]) -> Any:
    """The table without links between points that lie on one line."""
    ends = [set(pair) for pair in zip(table.from_id, table.to_id, strict=True)]
    return table[[not any(pair <= points for points in over) for pair in ends]]


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[float]]:
    """Points on a coarse grid with levels, and pipes between neighbours, so that no pipe runs over a third point."""
    places = draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=10, unique=True))
    near = [(a, b) for a in range(len(places)) for b in range(a) if max(abs(np.subtract(places[a], places[b]))) == 1]
    pipes = draw(st.lists(st.sampled_from(near), max_size=12, unique=True)) if near else []
    levels = draw(st.lists(st.floats(1.0, 90.0).map(lambda z: round(z, 3)), min_size=len(places), max_size=len(places)))
    return places, pipes, levels


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(network=networks(), version=st.sampled_from([R12, R2000, R2007]), shift=st.floats(-0.03, 0.03))
def test_any_small_network_comes_back(tmp_path: Path, network: Any, version: str, shift: float) -> None:
    places, pipes, levels = network
    drawing = Drawing(version)
    drawing.line("QTLINE", at(900, 900, 1), at(910, 900, 1))  # so that it is a pipe drawing in any case
    for number, (x, y) in enumerate(places):
        drawing.block("RQ_POINT", "直线点", at(10 * x, 10 * y), {"点号": f"TR{number}"})
    for a, b in pipes:
        start, end = (at(10 * places[one][0], 10 * places[one][1] + shift, levels[one]) for one in (a, b))
        drawing.polyline("燃气管线", start, end)
    found = read_drawing(tmp_path, drawing).layer("gas")
    nodes, drawn = found[found.kind == "node"], found[found.kind == "link"]
    assert set(nodes.point_no) == {f"TR{number}" for number in range(len(places))}
    pairs = set(zip(drawn.from_id, drawn.to_id, strict=True)) if pipes else set()
    assert pairs == {(f"node:s:TR{a}", f"node:s:TR{b}") for a, b in pipes}
    for _, one in drawn.iterrows():
        ends = [int(name.removeprefix("node:s:TR")) for name in (one.from_id, one.to_id)]
        expected = [at(10 * places[end][0], 10 * places[end][1], levels[end]) for end in ends]
        np.testing.assert_allclose(axis(one), expected, atol=1e-6)


# --- dialects ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "page", "encoding"),
    [
        (R12, None, "gb18030"),
        (R12, "ANSI_1252", "gb18030"),
        (R2000, "ANSI_936", "gb18030"),
        (R2007, "ANSI_936", "utf-8"),
    ],
)
def test_text_is_right_in_every_dialect(tmp_path: Path, version: str, page: str | None, encoding: str) -> None:
    drawing = two_points(Drawing(version, code_page=page), layer="给水POINT")
    drawing.polyline("JSLINE", at(0, 0, 45.5), at(10, 0, 45.5))
    drawing.text("JSTEXT", "DN300", at(5, 0.5))
    found = read_drawing(tmp_path, drawing, encoding).layer("water_supply")
    assert set(found[found.kind == "node"].appurtenance) == {"阀门"}
    pipe = found.loc["link:s:JS1--JS2"]
    assert pipe.diameter_m == 0.3
    assert pipe.source_pos == ("JSLINE!#3" if version == R12 else "JSLINE!108")
    np.testing.assert_allclose(axis(pipe)[:, 2], 45.35)  # half a diameter below the crown


def test_the_code_page_of_the_drawing_counts(tmp_path: Path) -> None:
    drawing = Drawing(code_page="ANSI_950")
    drawing.block("給水POINT", "水表", at(0, 0), {"點號": "JS1"})
    drawing.line("JSLINE", at(0, 0, 45.5), at(10, 0, 45.5))
    node = read_drawing(tmp_path, drawing, "big5", layers={"給水POINT": "JS"}).layer("water_supply", "node").iloc[0]
    assert (node.appurtenance, node.attributes) == ("水表", '{"點號": "JS1"}')


def test_flat_lines_of_r12_and_r2000_lie_by_the_levels_beside_their_points(tmp_path: Path) -> None:
    for version in (R12, R2000):
        drawing = Drawing(version)
        drawing.polyline("WS-管线", at(0, 0), at(10, 0))
        for number, east, ground, pipe in (("WS1", 0, "46.92", "45.10"), ("WS2", 10, "46.80", "45.00")):
            drawing.point("WSPOINT", at(east, 0))
            drawing.text("WS点号", number, at(east + 0.5, 0.5))
            drawing.text("WS地面高程", ground, at(east + 0.5, 1.0))
            drawing.text("WS管底高程", pipe, at(east + 0.5, -1.0))
        drawing.mtext("WSTEXT", r"{\fSimSun|b0;600X300 \P砼}", at(5, 0.5))
        found = read_drawing(tmp_path, drawing)
        pipe_row = links(found, "drainage").loc["link:s:WS1--WS2"]
        assert (pipe_row.width_m, pipe_row.height_m, pipe_row.material) == (0.6, 0.3, "混凝土")
        assert pipe_row.subclass == "WS"
        np.testing.assert_allclose(axis(pipe_row)[:, 2], [45.25, 45.15])  # half the height above the invert
        np.testing.assert_allclose([pipe_row.from_depth_m, pipe_row.to_depth_m], [1.82, 1.80])
        assert "7 of 7 texts" in found.notes()


# --- joining -------------------------------------------------------------------------------------------


def test_lines_are_joined_broken_and_ended_with_points(tmp_path: Path) -> None:
    drawing = two_points(Drawing())
    drawing.block("JSPOINT", "三通", at(5, 0.04), {"点号": "JS3"})  # on the line, 4 cm beside it
    drawing.polyline("JSLINE", at(0.03, 0, 45.0), at(10, 0, 46.0))
    drawing.polyline(
        "JSLINE", at(5, 0.04, 45.5), at(5, 6, 45.5), at(8, 9, 45.5)
    )  # bends without a point, ends in nothing
    drawing.line("JSLINE", at(8.02, 3, 45.0), at(5.02, 3, 45.0))  # ends on the second line, which no vertex marks
    found = read_drawing(tmp_path, drawing)
    pipes, nodes = links(found), found.layer("water_supply", "node")
    assert len(nodes) == 3 + 2 + 2
    assert len(pipes) == 2 + 3 + 1
    assert (nodes.feature == "转折点").sum() == 1
    np.testing.assert_allclose(axis(pipes.loc["link:s:JS1--JS3"])[:, 2], [45.0, 45.5], atol=0.003)
    np.testing.assert_allclose(axis(pipes.loc["link:s:JS1--JS3"])[0, :2], at(0, 0), atol=1e-9)
    assert "3 of 6 line ends lay within 0.05 of a point (the farthest 0.030)" in found.notes()
    assert "broken 2 times" in found.notes()
    assert "3 points were made where lines end and 1" in found.notes()


def test_the_tolerance_is_an_option(tmp_path: Path) -> None:
    drawing = two_points(Drawing())
    drawing.polyline("JSLINE", at(0.3, 0, 45.0), at(10, 0, 45.0))
    assert len(read_drawing(tmp_path, drawing).layer("water_supply", "node")) == 3
    assert set(links(read_drawing(tmp_path, drawing, join_m=0.5)).index) == {"link:s:JS1--JS2"}


def test_an_arc_keeps_its_shape_within_half_the_tolerance(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.arc("给水管线", at(0, 0, 45.0), 20.0, 0.0, 90.0)
    pipes = links(read_drawing(tmp_path, drawing, elevation_reference="axis"))
    middles = np.array([axis(one).mean(axis=0)[:2] for _, one in pipes.iterrows()]) - at(0, 0)
    off = 20.0 - np.hypot(*middles.T)
    assert 0 < off.max() < 0.03
    assert pipes.length_m.sum() == pytest.approx(10 * np.pi, rel=2e-3)


def test_what_is_drawn_twice_is_one_and_is_counted(tmp_path: Path) -> None:
    drawing = two_points(two_points(Drawing()))
    drawing.polyline("JSLINE", at(0, 0, 45.0), at(10, 0, 45.0))
    drawing.polyline("JSLINE", at(10, 0, 45.0), at(0, 0, 45.0))
    drawing.line("JSLINE", at(0, 0, 45.0), at(0.01, 0, 45.0))
    drawing.text("JSTEXT", "说明", at(5, 0), paper=True)
    drawing.block("JSPOINT", "流向箭头", at(5, 0))
    drawing.block("JSLINE", "什么", at(4, 0))
    drawing.line("道路", at(0, 5), at(9, 5))
    found = read_drawing(tmp_path, drawing)
    assert found.report.kept == 3
    assert found.report.skipped == {
        "duplicate": 3, "invalid_geometry": 1, "unsupported_object": 1, "not_selected": 3,
    }  # fmt: skip
    assert "道路 (1)" in found.notes()


# --- texts ---------------------------------------------------------------------------------------------


def test_a_text_between_two_points_is_given_to_neither(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.polyline("JSLINE", at(0, 0, 45.0), at(2, 0, 45.0))
    drawing.text("JSTEXT", "JS7", at(1.0, 0.2))
    found = read_drawing(tmp_path, drawing)
    assert all(number.startswith("N2885") for number in found.layer("water_supply", "node").point_no)
    assert "1 texts may belong to two things" in found.notes()
    assert "'JS7'" in found.notes()
    assert found.report.skipped == {"not_selected": 1}


def test_two_levels_beside_one_point_are_not_chosen_from(tmp_path: Path) -> None:
    drawing = two_points(Drawing(), ground=None)
    drawing.polyline("JSLINE", at(0, 0, 45.0), at(10, 0, 45.0))
    drawing.text("JSTEXT", "46.92", at(0.5, 0.5))
    drawing.text("JSTEXT", "45.20", at(0.5, -0.5))
    drawing.text("JSTEXT", "46.70/45.00", at(10.5, 0.5))
    nodes = read_drawing(tmp_path, drawing).layer("water_supply", "node").set_index("point_no")
    assert np.isnan(nodes.cover_level_m["JS1"])
    assert nodes.cover_level_m["JS2"] == 46.7


def test_attributes_go_before_texts_and_unknown_tags_stay(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.block(
        "JSPOINT", "GC200", at(0, 0), {"WTDH": "JS9", "管顶高程": "45.20 m", "附属物": "水表", "施工队": "二队"}
    )
    drawing.text("JSTEXT", "JS8", at(0.4, 0.4))
    drawing.line("JSLINE", at(0, 0), at(10, 0, 45.0))
    found = read_drawing(tmp_path, drawing)
    node = found.layer("water_supply", "node").loc["node:s:JS9"]
    assert node.appurtenance == "水表"
    assert '"二队"' in node.attributes
    assert '"GC200"' in node.attributes
    assert axis(links(found).iloc[0])[0, 2] == 45.2  # the line has none there


def test_pipes_without_any_level_are_dropped_or_laid_by_depth_m(tmp_path: Path) -> None:
    drawing = two_points(Drawing())
    drawing.line("推测给水管线", at(0, 0), at(10, 0))
    found = read_drawing(tmp_path, drawing)
    assert found.report.skipped == {"no_geometry": 1}
    assert "推测给水管线!108" in found.notes()
    laid = links(read_drawing(tmp_path, drawing, depth_m=1.5)).iloc[0]
    np.testing.assert_allclose(axis(laid)[:, 2], 45.4)
    assert laid.accuracy_class == "inferred"


@pytest.mark.parametrize(
    ("layer", "accuracy"), [("给水-推测", "inferred"), ("JSLINE实测", "measured"), ("JSLINE", "detected")]
)
def test_accuracy_is_what_the_layer_says_else_the_option(tmp_path: Path, layer: str, accuracy: str) -> None:
    drawing = two_points(Drawing())
    drawing.line(layer, at(0, 0, 45), at(10, 0, 45))
    assert links(read_drawing(tmp_path, drawing, accuracy="detected")).iloc[0].accuracy_class == accuracy


# --- coordinates ---------------------------------------------------------------------------------------


def test_units_are_respected_and_a_contradiction_is_asked(tmp_path: Path) -> None:
    drawing = Drawing(unit=4)
    drawing.line("JSLINE", [1000 * one for one in at(0, 0, 45)], [1000 * one for one in at(10, 0, 45)])
    np.testing.assert_allclose(axis(links(read_drawing(tmp_path, drawing)).iloc[0])[0], at(0, 0, 45), atol=1e-6)
    wrong = Drawing(unit=4)
    wrong.line("JSLINE", at(0, 0, 45), at(10, 0, 45))
    with pytest.raises(TableUnclearError, match=r"options\.unit"):
        read_drawing(tmp_path, wrong)
    np.testing.assert_allclose(axis(links(read_drawing(tmp_path, wrong, unit="m")).iloc[0])[0], at(0, 0, 45), atol=1e-6)


def test_x_north_and_zone_prefix_are_seen(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.line("JSLINE", (NORTH, 40000000 + EAST, 45), (NORTH, 40000000 + EAST + 10, 45))
    np.testing.assert_allclose(axis(links(read_drawing(tmp_path, drawing)).iloc[0])[0], at(0, 0, 45), atol=1e-6)
    other = Drawing()
    other.line("JSLINE", (39000000 + EAST, NORTH, 45), (39000000 + EAST + 10, NORTH, 45))
    with pytest.raises(ZoneMismatchError):
        read_drawing(tmp_path, other)


# --- what is refused, what is recognised ---------------------------------------------------------------


def test_drawings_are_recognised_and_told_by_their_layers(tmp_path: Path) -> None:
    drawing = two_points(Drawing())
    drawing.line("JSLINE", at(0, 0, 45), at(10, 0, 45))
    drawing.line("燃气管线", at(0, 3, 45), at(10, 3, 45))
    path = drawing.save(tmp_path / "d.DXF")
    assert claims(path) == ["dxf"]
    seen = load_reader("dxf").inspect(path)
    assert set(seen.layers) == {"water_supply", "gas"}
    assert seen.count == 4
    assert seen.has_heights


def plan(drawing: Drawing) -> Drawing:
    drawing.line("WALL", at(0, 0), at(10, 0))
    drawing.text("TEXT", "DN300", at(1, 1))
    return drawing


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "binary": ("a.dxf", lambda: b"AutoCAD Binary DXF\r\n\x1a\x00" + b"\x00" * 50, "ASCII DXF"),
    "dwg": ("a.dwg", lambda: b"AC1032" + b"\x00" * 50, "ASCII DXF"),
    "plan": ("a.dxf", lambda: plan(Drawing()).as_text().encode(), "only pipe drawings"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_pipe_drawing_is_refused_in_one_line(tmp_path: Path, case: str) -> None:
    name, content, word = REFUSED[case]
    (tmp_path / name).write_bytes(content())
    assert claims(tmp_path / name) == ["dxf"]
    for attempt in (load_reader("dxf").inspect, lambda path: read_with("dxf", path, tmp_path / "out")):
        with pytest.raises(SourceUnreadableError, match=word) as caught:
            attempt(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_layers_may_be_named_in_campus_toml(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.line("图层1", at(0, 0, 45), at(10, 0, 45))
    drawing.line("JSLINE", at(0, 3, 45), at(10, 3, 45))
    found = read_drawing(tmp_path, drawing, layers={"图层1": "污水", "JSLINE": "-"})
    assert links(found, "drainage").iloc[0].subclass == "WS"
    assert "layer.water_supply" not in found.tables
    with pytest.raises(TableUnclearError, match="图层2"):
        read_drawing(tmp_path, drawing, layers={"图层2": "JS"})


# --- CASS: no drawing of its own is at hand; its extended data are written here as its users describe them -----------


def cass_drawing(version: str = R2000) -> Drawing:
    """As CASS draws pipes: all of them on one layer, blocks called gcNNN, the code under the application SOUTH."""
    drawing = Drawing(version=version)
    for number, east in (("P1", 0.0), ("P2", 10.0)):
        drawing.block("GXYZ", "gc170", at(east, 0), {"点号": number, "地面高程": 46.9})
        drawing.coded(("OTHER", "7"), ("SOUTH", "100001"))
    drawing.line("GXYZ", at(0, 0, 45), at(10, 0, 45))
    drawing.coded(("SOUTH", "100002"))
    drawing.line("GXYZ", at(0, 5, 45), at(10, 5, 45))
    drawing.coded(("SOUTH", "51041001"))  # a feature code of CJJ 61 needs no word in campus.toml
    drawing.line("GXYZ", at(0, 9, 45), at(10, 9, 45))
    drawing.coded(("OTHER", "100002"))
    return drawing


@pytest.mark.parametrize("version", [R12, R2000, R2007])
def test_codes_of_cass_tell_the_class_where_the_layer_does_not(tmp_path: Path, version: str) -> None:
    found = read_drawing(tmp_path, cass_drawing(version), codes={"100001": "污水", "100002": "WS"})
    (sewer,) = links(found, "drainage").itertuples()
    assert (sewer.subclass, sewer.from_id, sewer.to_id) == ("WS", "node:s:P1", "node:s:P2")
    assert json.loads(sewer.attributes) == {"CASS": "100002"}
    nodes = found.layer("drainage", "node")
    assert json.loads(nodes.loc["node:s:P1"].attributes) == {"BlockName": "gc170", "CASS": "100001"}
    (water,) = links(found).itertuples()
    assert water.subclass == "JP"
    assert found.report.skipped["not_selected"] == 1, "the line of another application"
    assert "codes of CASS understood: 100001 → WS (2), 100002 → WS (1), 51041001 → JP (1)" in found.notes()


def test_codes_that_nobody_explains_are_named_with_what_to_do(tmp_path: Path) -> None:
    found = read_drawing(tmp_path, cass_drawing())
    assert "layer.drainage" not in found.tables
    assert 'codes of CASS that tell no class: 100001 (2), 100002 (1); write options.codes = { "CODE"' in found.notes()
    drawing = Drawing()
    drawing.line("GXYZ", at(0, 0, 45), at(10, 0, 45))
    drawing.coded(("SOUTH", "100002"))
    with pytest.raises(SourceUnreadableError, match=r"codes of CASS \(100002\).*options\.codes"):
        read_drawing(tmp_path, drawing)
    with pytest.raises(TableUnclearError, match=r"options\.codes: 100002: 'XY' is no pipe class"):
        read_drawing(tmp_path, cass_drawing(), codes={"100002": "XY"})


def test_a_layer_goes_before_the_codes_on_it(tmp_path: Path) -> None:
    drawing = cass_drawing()
    drawing.line("RQLINE", at(0, 20, 45), at(10, 20, 45))
    drawing.coded(("SOUTH", "100002"))
    found = read_drawing(tmp_path, drawing, codes={"100002": "WS", "100001": "WS"}, layers={"GXYZ": "-"})
    assert {one for one in found.tables if one.startswith("layer.")} == {"layer.gas"}
    assert len(links(found, "gas")) == 1


def test_pipes_inside_blocks_are_counted_with_what_to_do(tmp_path: Path) -> None:
    drawing = two_points(Drawing())
    drawing.line("JSLINE", at(0, 0, 45), at(10, 0, 45))
    drawing.define("pasted", "PSLINE", (0, 0, 1), (5, 0, 1))
    drawing.define("symbol", "0", (0, 0, 0), (1, 0, 0))
    drawing.define("never inserted", "PSLINE", (0, 0, 1), (5, 0, 1))
    drawing.block("0", "pasted", at(0, 0))
    drawing.block("0", "symbol", at(0, 0))
    found = read_drawing(tmp_path, drawing)
    assert found.report.skipped["unsupported_object"] == 1
    assert "1 lines on layers of pipes (PSLINE) are drawn inside blocks and not read: explode" in found.notes()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(
    at_share=st.floats(0, 1),
    junk=st.sampled_from([b"", b"nan\n", b"\xff\xfe", b"  0\nSECTION\n", b"1e400\n", b"9" * 300]),
)
def test_a_damaged_drawing_is_read_or_refused(tmp_path: Path, at_share: float, junk: bytes) -> None:
    drawing = two_points(Drawing())
    drawing.polyline("JSLINE", at(0, 0, 45), at(10, 0, 45))
    drawing.text("JSTEXT", "DN300", at(5, 0.5))
    raw = drawing.as_text().encode("gb18030")
    cut = int(at_share * len(raw))
    (tmp_path / "d.dxf").write_bytes(raw[:cut] + junk + raw[cut + len(junk) // 2 :])
    said = ""
    try:
        read_with("dxf", tmp_path / "d.dxf", tmp_path / "out")
    except TwinError as fault:
        said = str(fault)
    assert "\n" not in said


def test_the_reader_says_what_the_words_are_worth() -> None:
    from twin.readers.dxf.words import layer_of

    told = {
        "JSLINE": "JS",
        "PS_LINE": "PS",
        "给水管线": "JS",
        "YSPOINT": "PS",
        "JSTEXT": "JS",
        "WS-管线": "PS",
        "DL_L": "DL",
    }
    assert {name: layer_of(name, {}).pipe_class for name in told} == told
    roles = {
        "JSLINE": "line",
        "YSPOINT": "point",
        "JSTEXT": "text",
        "JS_地面高程": "text",
        "WS-管线": "line",
        "0": None,
    }
    assert {name: layer_of(name, {}).role for name in roles} == roles
    assert dataclasses.astuple(layer_of("A-WALL", {})) == (None, None, None, None)
