"""What a section shows of pipes across, along, upright and beside it, of shafts and of buildings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.sections.making import FLAT, NOWHERE, link, network, node, terrain_of
from twin.analysis.sections.cross import CrossSection, PipeCut, cross_section

EAST = shapely.LineString([(0, 0), (100, 0)])


def cut(rows: list[dict[str, object]], line: shapely.LineString = EAST, **options: float) -> CrossSection:
    return cross_section(line, {"gas": network("gas", rows)}, FLAT, **options)


def only(section: CrossSection) -> PipeCut:
    (found,) = section.pipes
    return found


def test_a_pipe_across() -> None:
    found = only(cut([link("p", [(20, -10, 7), (20, 30, 9)], diameter_m=0.4, material="钢")]))
    assert found.relation == "crosses"
    assert (found.chainage_m, found.angle_deg) == pytest.approx((20.0, 90.0))
    assert (found.axis_m, found.crown_m, found.invert_m) == pytest.approx((7.5, 7.7, 7.3))
    assert (found.ground_m, found.cover_m) == pytest.approx((10.0, 2.3))
    assert (found.from_chainage_m, found.to_chainage_m, found.cut_width_m) == pytest.approx((19.8, 20.2, 0.4))
    assert (found.material, found.x, found.y) == ("钢", pytest.approx(20.0), pytest.approx(0.0))


def test_an_oblique_pipe_is_cut_wider() -> None:
    found = only(cut([link("p", [(20, -10, 7), (20 + 20 * np.sqrt(3), 10, 7)], diameter_m=0.4)]))
    assert found.angle_deg == pytest.approx(30.0)
    assert found.cut_width_m == pytest.approx(0.8)


def test_a_box_has_its_height() -> None:
    found = only(cut([link("p", [(20, -1, 7), (20, 1, 7)], width_m=0.6, height_m=0.3)]))
    assert (found.crown_m, found.invert_m, found.is_box, found.cut_width_m) == pytest.approx((7.15, 6.85, True, 0.6))


def test_an_unknown_size_is_said_and_counts_nothing() -> None:
    found = only(cut([link("p", [(20, -1, 7), (20, 1, 7)])]))
    assert (found.width_m, found.height_m) == (None, None)
    assert found.crown_m == found.invert_m == found.axis_m == pytest.approx(7.0)


def test_a_pipe_along_the_line_is_shown_where_it_stays_in_it() -> None:
    found = only(cut([link("p", [(-10, 0, 5), (10, 0, 7), (40, 0, 8)][0:2], diameter_m=0.2)]))
    assert found.relation == "along"
    assert (found.from_chainage_m, found.to_chainage_m) == pytest.approx((0.0, 10.0))
    assert (found.from_axis_m, found.to_axis_m) == pytest.approx((6.0, 7.0))
    assert (found.chainage_m, found.axis_m) == pytest.approx((5.0, 6.5))


def test_a_pipe_whose_wall_is_cut_is_along_and_a_thinner_one_is_not_there() -> None:
    rows = [
        link("wide", [(10, 0.3, 5), (30, 0.3, 5)], diameter_m=0.8),
        link("thin", [(10, 0.3, 5), (30, 0.3, 5)], diameter_m=0.5),
    ]
    found = only(cut(rows))
    assert (found.feature_id, found.relation, found.offset_m) == ("wide", "along", pytest.approx(0.3))


def test_the_opposite_direction_gives_the_same_from_low_to_high_chainage() -> None:
    found = only(cut([link("p", [(30, 0, 7), (10, 0, 5)], diameter_m=0.2)]))
    assert (found.from_chainage_m, found.from_axis_m, found.to_axis_m) == pytest.approx((10.0, 5.0, 7.0))


def test_an_upright_pipe_is_cut_along_a_chord() -> None:
    rows = [
        link("p", [(20, 0.3, 4), (20, 0.3, 9)], diameter_m=1.0),
        link("off", [(50, 0.6, 4), (50, 0.6, 9)], diameter_m=1.0),
    ]
    found = only(cut(rows))
    assert (found.relation, found.feature_id, found.angle_deg) == ("upright", "p", None)
    assert (found.invert_m, found.crown_m) == pytest.approx((4.0, 9.0))
    assert found.cut_width_m == pytest.approx(0.8)


def test_what_is_beside_is_shown_in_the_strip_only_and_once() -> None:
    rows = [link("p", [(20, 1, 7), (20, 5, 7), (30, 1.5, 8)], diameter_m=0.2)]
    assert not cut(rows).pipes
    found = only(cut(rows, half_width_m=2.0))
    assert (found.relation, found.chainage_m, found.offset_m) == ("beside", pytest.approx(20.0), pytest.approx(1.0))
    right = only(cut([link("p", [(20, -1, 7), (20, -5, 7)])], half_width_m=2.0))
    assert right.offset_m == pytest.approx(-1.0)


def test_a_line_with_corners_meets_a_pipe_as_often_as_it_crosses_it() -> None:
    line = shapely.LineString([(0, 0), (20, 0), (20, 10), (0, 10)])
    found = cut([link("p", [(10, -5, 5), (10, 15, 7)], diameter_m=0.1)], line).pipes
    assert [one.chainage_m for one in found] == pytest.approx([10.0, 40.0])
    assert [one.axis_m for one in found] == pytest.approx([5.5, 6.5])


def test_a_corner_on_the_pipe_and_a_bend_on_the_line_are_one_crossing() -> None:
    line = shapely.LineString([(0, 0), (10, 0), (20, 5)])
    assert len(cut([link("p", [(10, -5, 5), (10, 5, 5)])], line).pipes) == 1
    assert len(cut([link("p", [(10, -5, 5), (10, 0, 5), (12, 5, 5)])]).pipes) == 1


def test_two_links_that_join_on_the_line_are_both_shown() -> None:
    rows = [link("a", [(10, -5, 5), (10, 0, 5)]), link("b", [(10, 0, 5), (10, 5, 6)])]
    assert [one.feature_id for one in cut(rows).pipes] == ["a", "b"]


def test_what_has_no_height_is_counted() -> None:
    rows = [link("ok", [(20, -1, 7), (20, 1, 7)]), link("flat", [(20, -1, float("nan")), (20, 1, 7)])]
    table = network("gas", rows)
    section = cross_section(EAST, {"gas": table}, FLAT)
    assert (section.found, section.skipped, len(section.pipes)) == (2, {"no axis with heights": 1}, 1)


def test_no_ground_no_cover() -> None:
    pipes = network("gas", [link("p", [(20, -1, 7), (20, 1, 7)])])
    found = only(cross_section(EAST, {"gas": pipes}, NOWHERE))
    assert (found.ground_m, found.cover_m) == (None, None)


def test_a_stated_uncertainty_wins_over_the_class() -> None:
    rows = [
        link("said", [(20, -1, 7), (20, 1, 7)], plan_sd_m=0.03, depth_sd_m=0.02, accuracy_class="measured"),
        link("deep", [(30, -1, 7), (30, 1, 7)], accuracy_class="detected"),
    ]
    said, deep = cut(rows).pipes
    assert (said.plan_sd_m, said.depth_sd_m, said.sd_by_class) == (0.03, 0.02, False)
    assert (deep.plan_sd_m, deep.depth_sd_m, deep.sd_by_class) == (pytest.approx(0.3), pytest.approx(0.45), True)


def test_shafts_that_the_plane_cuts() -> None:
    rows = [
        node("in", 20, 0.4, 10, cover_level_m=10.0, bottom_level_m=6.0, shaft_diameter_m=1.2, appurtenance="检查井"),
        node("out", 30, 0.7, 10, cover_level_m=10.0, bottom_level_m=6.0, shaft_diameter_m=1.2),
        node("assumed", 40, -0.4, 10, cover_level_m=10.0, bottom_level_m=6.0),
        node("bend", 50, 0.4, 10, cover_level_m=10.0, feature="弯头"),
    ]
    section = cut(rows)
    assert [one.feature_id for one in section.nodes] == ["in", "assumed"]
    first, second = section.nodes
    assert (first.chainage_m, first.offset_m, first.diameter_m) == pytest.approx((20.0, 0.4, 1.2))
    assert (first.cover_level_m, first.bottom_level_m, first.kind) == (10.0, 6.0, "检查井")
    assert (second.offset_m, second.diameter_m, second.diameter_assumed) == (pytest.approx(-0.4), 1.0, True)
    assert "bend" in {one.feature_id for one in cut(rows, half_width_m=1.0).nodes}


def test_buildings_and_the_ground_they_stand_on() -> None:
    hill = terrain_of(lambda x, _: 10 + x / 10, (-5.0, -20.0, 105.0, 20.0))
    rows = [
        {
            "feature_id": "u",
            "kind": "building",
            "name": "U",
            "height_m": 9.0,
            "geometry": shapely.Polygon(
                [(20, -5), (60, -5), (60, 5), (50, 5), (50, -1), (30, -1), (30, 5), (20, 5)]
            ).wkb,
        },
        {"feature_id": "far", "kind": "building", "geometry": shapely.box(0, 50, 10, 60).wkb},
    ]
    section = cross_section(EAST, {}, hill, buildings=network("buildings", rows))
    assert [(one.feature_id, one.from_chainage_m, one.to_chainage_m) for one in section.buildings] == [
        ("u", pytest.approx(20.0), pytest.approx(30.0)),
        ("u", pytest.approx(50.0), pytest.approx(60.0)),
    ]
    assert section.buildings[0].lowest_ground_m == pytest.approx(12.0)
    assert section.buildings[0].highest_ground_m == pytest.approx(13.0)
    assert section.buildings_arrow().num_rows == 2


@given(
    st.floats(-40, 40),
    st.floats(-40, 40),
    st.floats(0, 2 * np.pi),
    st.floats(1, 60),
    st.floats(-5, 5),
    st.floats(-5, 5),
)
def test_every_crossing_is_where_shapely_finds_it(
    x: float, y: float, turn: float, long: float, z: float, z2: float
) -> None:
    a, b = (x, y), (x + long * np.cos(turn), y + long * np.sin(turn))
    line = shapely.LineString([(-50, -7), (0, 3), (60, -11)])
    found = [one for one in cut([link("p", [(*a, z), (*b, z2)])], line).pipes if one.relation == "crosses"]
    witness = shapely.get_parts(shapely.intersection(shapely.LineString([a, b]), line))
    witness = [one for one in witness if one.geom_type == "Point" and not one.is_empty]
    # a pipe that only touches the line is met by one and missed by the other, by less than a micrometre
    ends = [shapely.distance(shapely.Point(one), line) for one in (a, b)]
    if min(ends) < 1e-5 or shapely.distance(shapely.LineString([a, b]), shapely.Point(0, 3)) < 1e-5:
        return
    angles = [one for one in found if (one.angle_deg or 0) < 0.06]
    assert len(found) == len(witness) or angles
    for one, point in zip(found, sorted(witness, key=lambda other: line.project(other)), strict=False):
        assert one.chainage_m == pytest.approx(line.project(point), abs=1e-6)
        share = np.hypot(point.x - a[0], point.y - a[1]) / long
        assert one.axis_m == pytest.approx(z + (z2 - z) * share, abs=1e-6)


def test_a_table_of_it() -> None:
    table = cut([link("p", [(20, -1, 7), (20, 1, 7)], diameter_m=0.2)]).to_arrow()
    assert table.schema.field("cover_m").type == pa.float64()
    assert table.column("feature_id").to_pylist() == ["p"]
    assert cut([]).to_arrow().schema == table.schema
