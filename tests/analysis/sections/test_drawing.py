"""Drawings: sound XML that holds nothing but a drawing, true to scale, no text over another, nothing unescaped."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers import registry
from tests.analysis.sections.making import FLAT, link, network, node
from twin.analysis.ground import ground_of
from twin.analysis.sections.cross import CrossSection, cross_section
from twin.analysis.sections.drawing import section_svg
from twin.analysis.sections.drawing_labels import placed, spread
from twin.analysis.sections.drawing_scale import Scale, scale_number, tick_step
from twin.analysis.sections.drawing_words import PipeStyle
from twin.analysis.sections.long import LongSection, long_section
from twin.analysis.sections.svg import text_width
from twin.store.campus import Campus

SVG = "{http://www.w3.org/2000/svg}"
STYLES = {key: PipeStyle(one.standard_colour or one.colour, one.title.zh) for key, one in registry().items()}
Box = tuple[float, float, float, float]


def boxes(root: ET.Element) -> list[tuple[Box, str]]:
    """Where every text is drawn, about, and the text."""
    found = []
    for one in root.iter(f"{SVG}text"):
        x, y, size = (float(one.get(name, "nan")) for name in ("x", "y", "font-size"))
        wide = text_width(one.text or "", size) * 0.96
        shift = {"start": 0.0, "middle": -wide / 2, "end": -wide}[one.get("text-anchor", "start")]
        if one.get("transform"):
            found.append(((x - size * 0.8, y - shift - wide, x, y - shift), one.text or ""))
        else:
            found.append(((x + shift, y - size * 0.8, x + shift + wide, y), one.text or ""))
    return found


def overlapping(root: ET.Element) -> list[tuple[str, str]]:
    every = boxes(root)
    tree = shapely.STRtree([shapely.box(*box) for box, _ in every])
    pairs = tree.query([shapely.box(*box).buffer(-0.6) for box, _ in every], "intersects").T
    return [(every[a][1], every[b][1]) for a, b in pairs if a < b]


def sound(svg: str) -> ET.Element:
    """The drawing as XML, after the checks that hold for every one."""
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    allowed = {"svg", "title", "rect", "line", "polyline", "polygon", "ellipse", "path", "text"}
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= allowed
    for one in root.iter():
        assert not any(name.startswith("on") or name.endswith("href") or name == "style" for name in one.attrib)
    assert "url(" not in svg
    assert svg.count("http") == 1  # the namespace
    _, _, width, height = (float(one) for one in (root.get("viewBox") or "").split())
    for (x, y, x2, y2), text in boxes(root):
        assert x > -1, text
        assert y > -1, text
        assert x2 < width + 1, text
        assert y2 < height + 1, text
    assert not re.search(r"nan|inf", svg.replace("infer", ""))
    return root


@pytest.fixture(scope="module")
def demo(demo_campus: Path) -> Campus:
    return Campus.open(demo_campus)


def demo_sections(demo: Campus) -> list[CrossSection | LongSection]:
    generation = demo.generation
    tables = {
        one: generation.table(one) for one in generation.layer_ids() if "from_id" in generation.table(one).column_names
    }
    ground, buildings = ground_of(generation), generation.table("buildings")
    others = {key: one for key, one in tables.items() if key != "drainage"}
    lines = [
        [(429440, 2885940), (429440, 2885860)],
        [(429350, 2885800), (429700, 2886010)],
        [(429300, 2886100), (429800, 2885600)],
    ]
    found: list[CrossSection | LongSection] = [
        cross_section(shapely.LineString(one), tables, ground, buildings=buildings, half_width_m=wide)
        for one in lines
        for wide in (0.0, 3.0)
    ]
    for goal in ("node:PS:YS004", "node:PS:YS030", "node:PS:YS060"):
        found.append(
            long_section("drainage", tables["drainage"], ground, from_node="node:PS:YS001", to_node=goal, others=others)
        )
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_lies_over_another(demo: Campus, language: str) -> None:
    for section in demo_sections(demo):
        root = sound(section_svg(section, language, styles=STYLES, frame="EPSG:4549　1985 国家高程基准"))
        assert not overlapping(root)


def test_every_pipe_has_its_ellipse_true_to_both_scales() -> None:
    rows = [
        link("p", [(40, -10, 7), (40, 30, 9)], diameter_m=2.0),
        link("q", [(60, -5, 6), (70, 5, 6)], width_m=2, height_m=1),
    ]
    section = cross_section(shapely.LineString([(0, 0), (100, 0)]), {"gas": network("gas", rows)}, FLAT)
    svg = section_svg(section, styles=STYLES)
    root = sound(svg)
    (ellipse,) = root.iter(f"{SVG}ellipse")
    h, v = (float(one) for one in re.search(r"横向 1:([\d.]+)　竖向 1:([\d.]+)", svg).groups())  # type: ignore[union-attr]
    assert float(ellipse.get("rx", 0)) == pytest.approx(1.0 * 4000 / h, abs=0.01)
    assert float(ellipse.get("ry", 0)) == pytest.approx(1.0 * 4000 / v, abs=0.01)
    box = next(
        one
        for one in root.iter(f"{SVG}rect")
        if one.get("fill") == STYLES["gas"].colour and one.get("stroke-width") == "0.6"
    )
    assert float(box.get("width", 0)) == pytest.approx(2.0 * np.sqrt(2) * 4000 / h, abs=0.02)
    assert float(box.get("height", 0)) == pytest.approx(1.0 * 4000 / v, abs=0.02)
    assert ellipse.get("fill") == STYLES["gas"].colour


def test_the_table_holds_what_was_measured() -> None:
    rows = [link("p", [(40, -10, 7), (40, 10, 7)], diameter_m=0.4, material="球墨")]
    svg = section_svg(cross_section(shapely.LineString([(0, 0), (100, 0)]), {"gas": network("gas", rows)}, FLAT))
    texts = [one.text for one in ET.fromstring(svg).iter(f"{SVG}text")]
    for wanted in ("球墨", "40.00", "10.000", "7.200", "7.000", "6.800", "2.80", "90"):
        assert wanted in texts


def test_texts_from_files_are_escaped() -> None:
    evil = "<script>alert(1)</script>&\"'\x00\x1b"
    rows = [
        link(evil, [(40, -10, 7), (40, 10, 7)], diameter_m=0.4, material=evil, from_id="n"),
        node("n", 40, 0.1, 10, cover_level_m=10, bottom_level_m=6, point_no=evil, appurtenance=evil),
    ]
    houses = network(
        "buildings", [{"feature_id": "b", "kind": "building", "name": evil, "geometry": shapely.box(0, -9, 99, 9).wkb}]
    )
    table = network("gas", rows)
    cross = cross_section(shapely.LineString([(0, 0), (100, 0)]), {"gas": table}, FLAT, buildings=houses)
    long = long_section("gas", table, FLAT, link_ids=[evil])
    styles = {"gas": PipeStyle("#ff00ff", evil)}
    for section in (cross, long):
        svg = section_svg(section, styles=styles, title=evil, frame=evil)
        sound(svg)
        assert "<script" not in svg


def test_a_section_without_anything_is_still_a_drawing() -> None:
    from tests.analysis.sections.making import NOWHERE

    section = cross_section(shapely.LineString([(0, 0), (3, 0)]), {}, NOWHERE)
    sound(section_svg(section, "en", title="nothing"))


def test_a_steep_and_a_flat_one_say_their_exaggeration() -> None:
    for height, wanted in ((300.0, "竖向放大 1 倍"), (4.0, "竖向放大 10 倍")):
        pipes = network("gas", [link("p", [(0, 0, 9), (300, 0, 9 + height)], diameter_m=0.2)])
        assert wanted in section_svg(long_section("gas", pipes, FLAT, link_ids=["p"]))


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40), st.floats(1, 20))
def test_leaders_are_moved_apart_in_order_and_no_further_than_needed(places: list[float], gap: float) -> None:
    places = sorted(places)
    moved = spread(places, gap, 0.0, 1000.0)
    steps = np.diff(moved)
    room = (len(places) - 1) * gap <= 1000.0
    assert (steps >= (gap if room else 1000.0 / max(len(places) - 1, 1)) - 1e-6).all()
    assert min(moved) >= -1e-6
    assert max(moved) <= 1000.0 + 1e-6
    if (np.diff(places) >= gap).all():
        assert moved == pytest.approx(places)


@given(st.lists(st.tuples(st.floats(0, 900), st.text("ab排水0", min_size=1, max_size=9)), max_size=25))
def test_labels_do_not_meet_nor_are_crossed_by_leaders(wanted: list[tuple[float, str]]) -> None:
    labels = placed(wanted)
    assert [(one.x, one.text) for one in labels] == wanted
    for number, a in enumerate(labels):
        for b in labels[number + 1 :]:
            left, right = sorted((a, b), key=lambda one: one.x)
            under = left.x <= right.x <= left.x + text_width(left.text, 11.0)
            assert not under or a.row != b.row
            if left.x < right.x and under:
                assert left.row > right.row


@given(st.floats(0.01, 1e5), st.floats(50, 2000))
def test_scales_are_of_the_usual_row_and_fit(metres: float, room: float) -> None:
    number = scale_number(metres, room)
    assert metres * 4000 / number <= room * (1 + 1e-6)
    assert metres * 4000 / number > room * 0.6
    assert tick_step(metres, 8) * 8 >= metres * (1 - 1e-6)


@given(st.floats(1, 5000), st.floats(-100, 3000), st.floats(2, 500))
def test_the_plot_holds_all_levels_and_is_never_squeezed(length: float, low: float, span: float) -> None:
    scale = Scale.fitting(100.0, 50.0, (1300.0, 400.0), length, (low, low + span))
    assert scale.top == pytest.approx(50.0)
    assert scale.y(low) <= scale.bottom + 1e-6
    assert scale.y(low + span) >= scale.top - 1e-6
    assert scale.right <= 1400.0 + 1e-6
    assert scale.exaggeration >= 1 - 1e-9
