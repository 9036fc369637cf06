"""Long sections: the way through a network, levels at its nodes, slopes and drops; Bellinge against its own file."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from tests.analysis.sections.making import FLAT, NOWHERE, link, network, node
from tests.analysis.sections.swmm_witness import read_inp
from twin.analysis.ground import ground_of
from twin.analysis.sections.long import long_section
from twin.errors import EmptySectionError, NoPathError, SectionPathError, UnknownPipeError
from twin.store.campus import Campus

SEWER = network(
    "drainage",
    [
        node("A", 0, 0, 9.9, cover_level_m=9.9, bottom_level_m=6.5, point_no="WS1", appurtenance="检查井"),
        node("B", 30, 40, 10, cover_level_m=10.0, bottom_level_m=5.0, shaft_diameter_m=0.8),
        node("C", 80, 40, 10),
        node("D", 0, 90, 10),
        link("ab", [(0, 0, 7.2), (30, 40, 6.7)], from_id="A", to_id="B", diameter_m=0.4, material="混凝土"),
        link("cb", [(80, 40, 5.15), (60, 40, 5.45), (30, 40, 5.75)], from_id="C", to_id="B", width_m=0.5, height_m=0.3),
        link("ad", [(0, 0, 7.2), (0, 90, 7.0)], from_id="A", to_id="D"),
        link("dc", [(0, 90, 7.0), (80, 40, 7.0)], from_id="D", to_id="C"),
        node("alone", 500, 500, 10),
    ],
)


def test_levels_slopes_and_drops() -> None:
    section = long_section("drainage", SEWER, FLAT, link_ids=["ab", "cb"])
    a, b, c = section.stations
    assert [one.chainage_m for one in section.stations] == pytest.approx([0.0, 50.0, 100.0])
    assert (a.name, a.kind, a.ground_m, a.terrain_m) == ("WS1", "检查井", 9.9, pytest.approx(10.0))
    assert (a.in_invert_m, a.out_invert_m, a.depth_m) == (None, pytest.approx(7.0), pytest.approx(2.9))
    assert (b.in_invert_m, b.out_invert_m, b.drop_m) == pytest.approx((6.5, 5.6, 0.9))
    assert (b.in_crown_m, b.out_crown_m, b.depth_m) == pytest.approx((6.9, 5.9, 4.4))
    assert (b.shaft_diameter_m, b.diameter_assumed, b.bottom_level_m) == (0.8, False, 5.0)
    assert (c.in_invert_m, c.ground_m, c.cover_level_m) == (pytest.approx(5.0), pytest.approx(10.0), None)
    first, second = section.links
    assert (first.slope_permille, first.size, first.material, first.reversed) == (
        pytest.approx(10.0),
        "DN400",
        "混凝土",
        False,
    )
    assert (second.slope_permille, second.size, second.reversed) == (pytest.approx(12.0), "500×300", True)
    assert second.axis_chainage_m == pytest.approx((50.0, 80.0, 100.0))
    assert second.axis_m == pytest.approx((5.75, 5.45, 5.15))


def test_the_rows_of_a_profile_drawing() -> None:
    table = long_section("drainage", SEWER, FLAT, link_ids=["ab", "cb"]).to_arrow()
    assert table["feature_id"].to_pylist() == ["ab", "cb", None]
    assert table["slope_permille"].to_pylist() == [pytest.approx(10.0), pytest.approx(12.0), None]
    assert table["out_invert_m"].to_pylist() == [pytest.approx(7.0), pytest.approx(5.6), None]
    assert table["size"].to_pylist() == ["DN400", "500×300", None]


def test_backwards_it_is_the_same_seen_from_the_other_end() -> None:
    section = long_section("drainage", SEWER, FLAT, link_ids=["cb", "ab"])
    assert [one.node_id for one in section.stations] == ["C", "B", "A"]
    assert [one.slope_permille for one in section.links] == pytest.approx([-12.0, -10.0])
    assert section.stations[1].drop_m == pytest.approx(-0.9)


def test_the_shortest_way_is_taken() -> None:
    section = long_section("drainage", SEWER, FLAT, from_node="A", to_node="C")
    assert [one.feature_id for one in section.links] == ["ab", "cb"]


@pytest.mark.parametrize(
    ("start", "end", "links"),
    [
        ("ab", "C", ["ab", "cb"]),
        ("ab", "A", ["ab"]),  # whole, though its end is asked
        ("ab", "D", ["ab", "ad"]),
        ("D", "cb", ["dc", "cb"]),
        ("ad", "cb", ["ad", "ab", "cb"]),
        ("ab", "cb", ["ab", "cb"]),
        ("ab", "ab", ["ab"]),
    ],
)
def test_a_way_may_begin_and_end_in_a_link(start: str, end: str, links: list[str]) -> None:
    section = long_section("drainage", SEWER, FLAT, from_node=start, to_node=end)
    assert [one.feature_id for one in section.links] == links


def test_pipes_that_cross_on_the_way() -> None:
    gas = network(
        "gas", [link("g", [(0, 25, 8.6), (40, 25, 8.2)], diameter_m=0.1), link("far", [(0, -9, 8), (9, -9, 8)])]
    )
    (found,) = long_section("drainage", SEWER, FLAT, link_ids=["ab", "cb"], others={"gas": gas}).crossings
    assert found.feature_id == "g"
    assert found.chainage_m == pytest.approx(25 / 40 * 50)
    assert found.axis_m == pytest.approx(8.6 - 0.4 * 18.75 / 40)


def test_links_without_nodes_join_where_they_meet() -> None:
    rows = [
        link("one", [(0, 0, 5), (10, 0, 5)], from_id="nobody"),
        link("two", [(20, 0, 5), (10.02, 0.01, 5)]),
        node("end", 20.03, 0, 6),
    ]
    section = long_section("drainage", network("drainage", rows), NOWHERE, link_ids=["one", "two"])
    assert section.stations[2].node_id == "end"
    assert (section.stations[0].node_id, section.stations[0].ground_m, section.stations[0].depth_m) == (
        "nobody",
        None,
        None,
    )


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(UnknownPipeError, match="zz"):
        long_section("drainage", SEWER, FLAT, link_ids=["ab", "zz"])
    with pytest.raises(UnknownPipeError, match="zz"):
        long_section("drainage", SEWER, FLAT, from_node="A", to_node="zz")
    with pytest.raises(SectionPathError, match=r"'ab' and 'dc'"):
        long_section("drainage", SEWER, FLAT, link_ids=["ab", "dc"])
    with pytest.raises(NoPathError, match="alone"):
        long_section("drainage", SEWER, FLAT, from_node="A", to_node="alone")
    with pytest.raises(EmptySectionError):
        long_section("drainage", SEWER, FLAT, from_node="A", to_node="A")
    with pytest.raises(EmptySectionError):
        long_section("drainage", SEWER, FLAT, link_ids=[])


def test_bellinge_has_the_inverts_and_ways_of_its_file(bellinge: Campus, shared_data: Path) -> None:
    """Inverts at nodes to a millimetre, and the shortest way as networkx finds it, for fifty pairs of nodes."""
    inp = read_inp(shared_data / "pipes" / "bellinge" / "BellingeSWMM_v021_nopervious.inp")
    generation = bellinge.generation
    table, ground = generation.table("drainage"), ground_of(generation)
    lengths = dict(zip(table["feature_id"].to_pylist(), table["length_m"].to_pylist(), strict=True))
    graph = nx.MultiGraph()
    kinds = table["kind"].to_pylist()
    for one, kind, a, b in zip(
        *(table[name].to_pylist() for name in ("feature_id", "kind", "from_id", "to_id")), strict=True
    ):
        if kind == "link":
            graph.add_edge(a, b, key=one, length=lengths[one])
    assert "node" in kinds
    random = np.random.default_rng(8)
    whole = sorted(max(nx.connected_components(graph), key=len))
    compared, worst = 0, 0.0
    for _ in range(50):
        start, goal = random.choice(whole, 2, replace=False)
        section = long_section("drainage", table, ground, from_node=start, to_node=goal)
        shortest = nx.shortest_path_length(graph, start, goal, weight="length")
        assert sum(lengths[one.feature_id] for one in section.links) == pytest.approx(shortest, abs=0.05)
        for row, one in enumerate(section.links):
            key = one.feature_id.rpartition(":")[2]
            if key not in inp.conduits:
                continue
            out, into = section.stations[row].out_invert_m, section.stations[row + 1].in_invert_m
            wanted = inp.conduits[key].inverts[:: -1 if one.reversed else 1]
            assert out is not None
            assert into is not None
            worst = max(worst, abs(out - wanted[0]), abs(into - wanted[1]))
            compared += 2
    assert compared > 1000
    assert worst < 0.001
