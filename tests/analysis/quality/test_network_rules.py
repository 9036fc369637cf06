"""Rules over points and pipes, each on the smallest network that breaks it and on the one that does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.quality.making import asked, ids, write_ground
from tests.analysis.sections.making import link, network, node
from twin.analysis.sections.pipes import Pipes
from twin.mesh.pipes import sweep

Rows = list[dict[str, Any]]


def drain(name: str, start: str, end: str, levels: tuple[float, float], **more: Any) -> dict[str, Any]:
    """A drain of 10 m from A at x = 0, B at 10, C at 20; its axis half a section above the levels."""
    x = {"A": 0.0, "B": 10.0, "C": 20.0, "D": 30.0}
    wide = more.get("diameter_m", 0.3) or 0.0
    points = [(x[start], 0.0, levels[0] + wide / 2), (x[end], 0.0, levels[1] + wide / 2)]
    said = {"pipe_class": "PS", "elevation_reference": "invert", "diameter_m": wide, "flow": "+"} | more
    return link(name, points, from_id=start, to_id=end, **said)


def nodes(*names: str, **more: Any) -> Rows:
    return [node(one, 10.0 * place, 0.0, 8.0, **more) for place, one in enumerate(names)]


def drains(*rows: dict[str, Any], names: str = "ABCD") -> dict[str, pa.Table]:
    return {"drainage": network("drainage", [*nodes(*names), *rows])}


@pytest.mark.parametrize(
    ("rule", "rows", "reported"),
    [
        ("drain_rises", [drain("u", "A", "B", (5.0, 5.2)), drain("v", "B", "C", (5.0, 4.9))], ["u"]),
        ("drain_rises", [drain("u", "B", "A", (5.0, 5.2), flow="-")], []),
        ("drain_rises", [drain("u", "A", "B", (5.0, 5.2), flow=None)], []),  # flows by its fall, so the other way
        ("outlet_above_inlet", [drain("u", "A", "B", (5.2, 5.0)), drain("v", "B", "C", (5.1, 4.9))], ["B"]),
        ("outlet_above_inlet", [drain("u", "A", "B", (5.2, 5.0)), drain("v", "B", "C", (5.0, 4.9))], []),
        (
            "narrows_downstream",
            [drain("u", "A", "B", (5.2, 5.1), diameter_m=0.6), drain("v", "B", "C", (5.0, 4.9))],
            ["v"],
        ),
        (
            "narrows_downstream",
            [drain("u", "A", "B", (5.2, 5.1)), drain("v", "B", "C", (5.0, 4.9), diameter_m=0.6)],
            [],
        ),
        ("no_way_out", [drain("u", "A", "B", (5.2, 5.1))], ["B"]),
        ("link_too_short", [link("s", [(0, 0, 5), (0.02, 0, 5)], from_id="A", to_id="B", length_m=0.02)], ["s"]),
        ("link_too_long", [link("s", [(0, 0, 5), (76, 0, 5)], from_id="A", to_id="B", length_m=76.0)], ["s"]),
        ("link_too_long", [link("s", [(0, 0, 5), (74, 0, 5)], from_id="A", to_id="B", length_m=74.0)], []),
        ("link_steep", [drain("u", "A", "B", (11.0, 5.0))], ["u"]),
        ("link_steep", [drain("u", "A", "B", (10.7, 5.0))], []),  # 29.7 degrees
        ("link_steep", [drain("u", "A", "B", (11.0, 5.0), burial="井内连线")], []),
        ("link_dangling", [drain("u", "A", "B", (5.2, 5.1)) | {"to_id": "Z"}], ["u"]),
        ("link_same_ends", [drain("u", "A", "B", (5.2, 5.1)) | {"to_id": "A"}], ["u"]),
        ("link_doubled", [drain("u", "A", "B", (5.2, 5.1)), drain("v", "B", "A", (5.1, 5.2))], ["v"]),
        ("link_doubled", [drain("u", "A", "B", (5.2, 5.1)), drain("v", "A", "B", (5.2, 5.1), appurtenance="weir")], []),
        ("link_off_its_ends", [drain("u", "A", "B", (5.2, 5.1)) | {"to_id": "C"}], ["u"]),
        ("node_lonely", [drain("u", "A", "B", (5.2, 5.1)), drain("v", "B", "C", (5.1, 5.0))], ["D"]),
        ("sizes_missing", [drain("u", "A", "B", (5.2, 5.1), diameter_m=0.0)], None),
        ("sizes_missing", [drain("u", "A", "B", (5.2, 5.1), diameter_m=None, width_m=0.6)], []),
    ],
)
def test_a_rule_finds_what_it_is_for(rule: str, rows: Rows, reported: list[str] | None, tmp_path: Path) -> None:
    tables = drains(*rows)
    found = asked(rule, tmp_path, tables)
    if reported is None:
        assert [(one.values["count"], one.values["total"]) for one in found] == [(1, 1)]
    else:
        assert ids(found, tables["drainage"]) == reported


def test_an_outfall_is_a_way_out(tmp_path: Path) -> None:
    rows = [*nodes("A"), node("B", 10.0, 0.0, 8.0, appurtenance="出水口"), drain("u", "A", "B", (5.2, 5.1))]
    assert asked("no_way_out", tmp_path, {"drainage": network("drainage", rows)}) == []


def test_levels_of_pressure_pipes_meet_at_a_point(tmp_path: Path) -> None:
    def pipe(name: str, start: float, end: float, z: tuple[float, float], **more: Any) -> dict[str, Any]:
        ends = {"from_id": f"N{start:g}", "to_id": f"N{end:g}"}
        return link(
            name, [(start, 0, z[0]), (end, 0, z[1])], pipe_class="JS", elevation_reference="crown", **ends, **more
        )

    points = [node(f"N{x}", float(x), 0.0, 8.0) for x in (0, 10, 20)]
    # crowns meet at 6.2: axes differ by the difference of their radii
    good = [pipe("u", 0, 10, (6.0, 6.0), diameter_m=0.4), pipe("v", 10, 20, (6.1, 6.1), diameter_m=0.2)]
    bad = [pipe("u", 0, 10, (6.0, 6.0), diameter_m=0.2), pipe("v", 10, 20, (6.1, 6.1), diameter_m=0.2)]
    assert asked("levels_differ_at_point", tmp_path, {"water_supply": network("water_supply", [*points, *good])}) == []
    table = network("water_supply", [*points, *bad])
    (found,) = asked("levels_differ_at_point", tmp_path, {"water_supply": table})
    assert ids([found], table) == ["N10"]
    assert (found.values["low_m"], found.values["high_m"]) == pytest.approx((6.1, 6.2))


@pytest.mark.parametrize(("feature", "pipes", "wrong"), [("三通", 3, False), ("三通", 2, True), ("起讫点", 2, True)])
def test_a_feature_says_how_many_pipes_meet(feature: str, pipes: int, wrong: bool, tmp_path: Path) -> None:
    ends = [node(f"E{n}", 10.0 * np.cos(n), 10.0 * np.sin(n), 8.0) for n in range(pipes)]
    rows = [
        link(f"l{n}", [(0, 0, 6), (10.0 * np.cos(n), 10.0 * np.sin(n), 6)], from_id="M", to_id=f"E{n}")
        for n in range(pipes)
    ]
    table = network("water_supply", [node("M", 0, 0, 8.0, feature=feature), *ends, *rows])
    assert ids(asked("degree_disagrees", tmp_path, {"water_supply": table}), table) == (["M"] if wrong else [])


def test_shafts_and_ground(tmp_path: Path) -> None:
    write_ground(tmp_path, np.full((20, 40), 8.0))
    rows = [
        node("upside", 5, 5, 8.0, cover_level_m=8.0, bottom_level_m=8.4),
        node("shallow", 15, 5, 8.0, cover_level_m=8.0, bottom_level_m=6.5),
        node("high", 25, 5, 9.0, cover_level_m=9.0),
        link("deep", [(15, 5, 6.0), (25, 5, 6.0)], from_id="shallow", to_id="high", diameter_m=0.2),
    ]
    table = network("water_supply", rows)
    assert ids(asked("cover_below_bottom", tmp_path, {"water_supply": table}), table) == ["upside"]
    (below,) = asked("pipe_below_shaft", tmp_path, {"water_supply": table})
    assert ids([below], table) == ["shallow"]
    assert below.values["below_m"] == pytest.approx(6.5 - (6.0 - 0.1))
    assert ids(asked("cover_off_terrain", tmp_path, {"water_supply": table}), table) == ["high"]


@pytest.mark.parametrize("section", [{"diameter_m": 0.6}, {"width_m": 0.6}, {"height_m": 0.6}])
def test_a_section_of_one_side_counts_as_a_square_everywhere(section: dict[str, float], tmp_path: Path) -> None:
    """The inspection takes the invert where clearance has the body's bottom and the drawing its lowest corner."""
    rows = [node("A", 0, 0, 8.0, bottom_level_m=5.0), link("u", [(0, 0, 5.2), (9, 0, 5.2)], from_id="A", **section)]
    table = network("drainage", rows)
    (below,) = asked("pipe_below_shaft", tmp_path, {"drainage": table})
    pipes = Pipes.of({"drainage": table})
    drawn = sweep(
        shapely.from_wkb(np.array([rows[1]["geometry"]])),
        *(np.array([section.get(one, np.nan)]) for one in ("diameter_m", "width_m", "height_m")),
        rgba=np.zeros((1, 4), np.uint8),
        idx=np.zeros(1, np.uint32),
        origin=(0.0, 0.0, 0.0),
    )
    lowest = float(drawn.positions[:, 2].min())
    assert below.values["below_m"] == pytest.approx(5.0 - (5.2 - pipes.tall_m[0] / 2))
    assert pipes.tall_m[0] == 0.6
    assert lowest == pytest.approx(4.9, abs=0.02)  # a circle is drawn by its corners


def test_room_between_pipes_and_over_them(tmp_path: Path) -> None:
    """A pipe 0.3 m below the ground, one in the air, two of a class that meet, two of different classes."""
    write_ground(tmp_path, np.full((60, 60), 8.0))
    water = [
        link("shallow", [(5, 5, 7.6), (5, 15, 7.6)], diameter_m=0.2, from_id="a", to_id="b"),
        link("air", [(50, 5, 8.5), (50, 15, 8.5)], diameter_m=0.2, from_id="c", to_id="d"),
        link("one", [(20, 10, 6.0), (30, 10, 6.0)], diameter_m=0.2, from_id="e", to_id="f"),
        link("other", [(25, 5, 6.1), (25, 15, 6.1)], diameter_m=0.2, from_id="g", to_id="h"),
        link("deep", [(20, 13, 4.0), (30, 13, 4.0)], diameter_m=0.2, from_id="i", to_id="j"),
    ]
    gas = [link("gas", [(20, 40, 6.0), (30, 40, 6.0)], diameter_m=0.2, from_id="k", to_id="l")]
    drainage = [link("drain", [(25, 35, 6.15), (25, 45, 6.15)], diameter_m=0.2, from_id="m", to_id="n")]
    tables = {one: network(one, rows) for one, rows in (("water_supply", water), ("gas", gas), ("drainage", drainage))}
    table = tables["water_supply"]
    (shallow,) = asked("cover_shallow", tmp_path, tables)
    assert (ids([shallow], table), shallow.values["cover_m"]) == (["shallow"], pytest.approx(0.3))
    (above,) = asked("pipe_above_ground", tmp_path, tables)
    assert (ids([above], table), above.values["above_m"]) == (["air"], pytest.approx(0.6))
    (crossing,) = asked("crossing_without_node", tmp_path, tables)
    assert {table["feature_id"][row].as_py() for row in crossing.rows} == {"one", "other"}
    assert (crossing.shape.x, crossing.shape.y) == pytest.approx((25.0, 10.0))  # type: ignore[union-attr]
    (clash,) = asked("pipes_clash", tmp_path, tables)
    assert clash.values["overlap_m"] == pytest.approx(0.05)  # 0.2 of both radii, axes 0.15 apart
    assert asked("clearance_short", tmp_path, tables) == []


def test_two_points_at_one_place(tmp_path: Path) -> None:
    rows = [node("A", 0, 0, 8.0), node("B", 0.004, 0.004, 8.0), node("C", 0, 0, 6.0), node("D", 5, 0, 8.0)]
    table = network("water_supply", rows)
    assert ids(asked("points_at_one_place", tmp_path, {"water_supply": table}), table) == ["B"]


@given(
    pairs=st.sets(st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(lambda pair: pair[0] < pair[1]), min_size=1)
)
def test_pieces_are_those_of_networkx(pairs: set[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    places = {n: (float(n % 5) * 10, float(n // 5) * 10, 6.0) for n in range(15)}
    rows = [link(f"l{a}-{b}", [places[a], places[b]], from_id=f"n{a}", to_id=f"n{b}") for a, b in sorted(pairs)]
    table = network("water_supply", [*(node(f"n{n}", *places[n]) for n in places), *rows])
    found = asked("network_in_pieces", tmp_path_factory.getbasetemp(), {"water_supply": table})
    pieces = sorted(networkx.connected_components(networkx.Graph(list(pairs))), key=len)
    sizes = sorted(sum(1 for a, _ in pairs if a in piece) for piece in pieces)
    assert sorted(one.values["links"] for one in found) == sizes[:-1]
    assert all(one.values["whole"] == sizes[-1] for one in found)


@given(bearings=st.lists(st.sampled_from(range(1, 360, 3)), min_size=2, max_size=6, unique=True))
def test_sharp_angles_are_those_of_all_pairs(bearings: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Among neighbours around a point the least angle of all pairs is found."""
    ends = [(20 * np.cos(np.radians(one)), 20 * np.sin(np.radians(one))) for one in bearings]
    rows = [
        link(f"l{n}", [(0, 0, 6), (x, y, 6)], from_id="M", to_id=f"n{n}", length_m=20.0)
        for n, (x, y) in enumerate(ends)
    ]
    table = network(
        "water_supply", [node("M", 0, 0, 8), *(node(f"n{n}", x, y, 8) for n, (x, y) in enumerate(ends)), *rows]
    )
    found = asked("sharp_angle", tmp_path_factory.getbasetemp(), {"water_supply": table})
    between = [min(abs(a - b), 360 - abs(a - b)) for n, a in enumerate(bearings) for b in bearings[n + 1 :]]
    assert bool(found) == (min(between) < 10 - 1e-9)
    if found:
        assert min(one.values["angle_deg"] for one in found) == pytest.approx(min(between), abs=1e-6)
