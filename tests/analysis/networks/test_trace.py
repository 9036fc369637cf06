"""Tracing against networkx on a whole sewer and a campus, and the reasons why ways end, by hand."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.networks.drawn import drawn, read_layer, valve_rows
from tests.campuses import without_supplement
from tests.examples import examples
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.steps import Direction
from twin.analysis.networks.trace import Trace, trace
from twin.analysis.networks.trace_ends import EndReason
from twin.errors import PipeOutOfUseError, UnknownPipeError
from twin.store.campus import Campus

UP, DOWN, ROUND = Direction.UPSTREAM, Direction.DOWNSTREAM, Direction.CONNECTED
STARTS = 150


def flow_graph(table: pa.Table) -> networkx.MultiDiGraph:
    """The rows as they are: an edge from from_id to to_id, with its length."""
    graph = networkx.MultiDiGraph()
    for row in table.to_pylist():
        if row["kind"] == "node":
            graph.add_node(row["feature_id"])
        else:
            graph.add_edge(row["from_id"], row["to_id"], key=row["feature_id"], length=row["length_m"])
    return graph


def turned_graphs(graph: networkx.MultiDiGraph) -> dict[Direction, networkx.MultiGraph]:
    return {UP: graph.reverse(), DOWN: graph, ROUND: graph.to_undirected()}


def agrees(network: PipeNetwork, graphs: dict[Direction, Any], start: str, direction: Direction) -> Trace:
    """Nodes, links, and the way to each are those of networkx's own walks."""
    found = trace(network, start, direction)
    graph, turned = graphs[DOWN], graphs[direction]
    way = networkx.single_source_dijkstra_path_length(turned, start, weight="length")
    assert set(found.nodes) == set(way)
    if direction is not ROUND:
        other = networkx.ancestors if direction is UP else networkx.descendants
        assert set(found.nodes) == other(graph, start) | {start}
    assert {one: found.distance_m[one] for one in found.nodes} == pytest.approx(way)
    links = {key for _, _, key in turned.edges(way, keys=True)}
    assert set(found.links) == links
    lengths = {key: length for _, _, key, length in turned.edges(way, keys=True, data="length")}
    assert found.length_m == pytest.approx(sum(lengths.values()))
    return found


def test_a_whole_sewer_up_and_down(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "pipes/bellinge/BellingeSWMM_v021_nopervious.inp"
    table = read_layer("swmm", path, tmp_path, "drainage")
    network, graph = PipeNetwork.of(table), flow_graph(table)
    graphs = turned_graphs(graph)
    assert network.unknown_flow == network.open_ended == ()
    sinks = {one for one, degree in graph.out_degree if degree == 0}
    outfalls = set(network.nodes.ids[network.nodes.feature == "outfall"])
    chosen = random.Random(20261128).sample(sorted(graph), STARTS)
    reached = 0
    for start in chosen:
        found = agrees(network, graphs, start, DOWN)
        reached += len(found.nodes)
        ends = {one.feature_id: one.reason for one in found.ends}
        assert set(ends) == sinks & set(found.nodes)
        assert all(reason is EndReason.OUTFALL for node, reason in ends.items() if node in outfalls)
        assert found.unknown == found.assumed == ()
        heads = {one for one, degree in graph.in_degree if degree == 0}
        found = agrees(network, graphs, start, UP)
        reached += len(found.nodes)
        assert {one.feature_id for one in found.ends} == heads & set(found.nodes)
    for start in chosen[:10]:
        agrees(network, graphs, start, ROUND)
    print(f"Bellinge: {STARTS} starts up and down, {reached} nodes reached, {graph.number_of_edges()} links")


def test_every_point_of_a_campus_drain(demo_campus: Path) -> None:
    table = without_supplement(Campus.open(demo_campus).generation.table("drainage"))
    network, graph = PipeNetwork.of(table), flow_graph(table)
    graphs = turned_graphs(graph)
    for start in network.nodes.ids:
        found = agrees(network, graphs, start, DOWN)
        assert [one.reason for one in found.ends] == [EndReason.OUTFALL]


@settings(max_examples=examples(150))
@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(["+", "-", None]), st.integers(0, 30)),
        min_size=1,
        max_size=14,
    ),
    st.sampled_from(list(Direction)),
)
def test_any_network(rows: list[tuple[int, int, str | None, int]], direction: Direction) -> None:
    links = [
        (f"l{turn}", f"n{a}", f"n{b}", {"flow": flow, "length_m": float(length)})
        for turn, (a, b, flow, length) in enumerate(rows)
    ]
    network = PipeNetwork.of(drawn(links))
    graph = networkx.MultiDiGraph()
    for link, a, b, said in links:
        for start, stop, against in ((a, b, "-"), (b, a, "+")):
            if said["flow"] != against or direction is ROUND:
                graph.add_edge(start, stop, key=link, length=said["length_m"])
    turned = graph.reverse() if direction is UP else graph
    way = networkx.single_source_dijkstra_path_length(turned, links[0][1], weight="length")
    found = trace(network, links[0][1], direction)
    assert {one: found.distance_m[one] for one in found.nodes} == pytest.approx(way)
    assert set(found.links) == {key for _, _, key in turned.edges(way, keys=True)}
    unknown = {link for link, _, _, said in links if said["flow"] is None and link in found.links}
    assert set(found.unknown) == (set() if direction is ROUND else unknown)


# --- by hand -------------------------------------------------------------------------------------------


def ends(found: Trace) -> dict[str, EndReason]:
    return {one.feature_id: one.reason for one in found.ends}


def test_a_minus_flows_against_the_order_of_the_ends() -> None:
    links = [("p", "a", "b", {"flow": "+"}), ("q", "c", "b", {"flow": "-"}), ("r", "c", "d", {"flow": "1"})]
    found = trace(PipeNetwork.of(drawn(links)), "a", DOWN)
    assert found.links == ("p", "q", "r")
    assert found.distance_m == {"p": 0.0, "q": 10.0, "r": 20.0, "a": 0.0, "b": 10.0, "c": 20.0, "d": 30.0}
    assert trace(PipeNetwork.of(drawn(links)), "a", UP).links == ()


def drain(**levels: tuple[float, float]) -> PipeNetwork:
    said = {"elevation_reference": "invert", "pipe_class": "PS"}
    return PipeNetwork.of(drawn([(name, name[0], name[1], {**said, "z": z}) for name, z in levels.items()]))


def test_a_drain_flows_by_its_fall_and_that_is_said() -> None:
    found = trace(drain(ab=(5.0, 4.0), cb=(3.0, 4.0), cd=(3.0, 3.0)), "a", DOWN)
    assert found.links == ("ab", "cb", "cd")
    assert set(found.assumed) == {"ab", "cb"}
    assert found.unknown == ("cd",)  # level: it may flow either way
    assert {row["feature_id"]: row["flow_known_by"] for row in found.to_arrow().to_pylist()} == {
        **dict.fromkeys("abcd"),
        **{"ab": "fall", "cb": "fall", "cd": "unknown"},
    }


def test_a_pressure_pipe_does_not_flow_by_its_fall() -> None:
    links = [("p", "a", "b", {"pipe_class": "JS", "elevation_reference": "crown", "z": (5.0, 4.0)})]
    assert trace(PipeNetwork.of(drawn(links)), "b", DOWN).unknown == ("p",)


def test_a_pump_lets_through_in_one_direction() -> None:
    links = [("p", "a", "b", {"appurtenance": "pump"}), ("q", "c", "b", {"status": "CV"})]
    network = PipeNetwork.of(drawn(links))
    assert trace(network, "b", DOWN).links == ()
    assert set(trace(network, "b", UP).links) == {"p", "q"}
    assert network.unknown_flow == ()


def test_where_the_direction_is_not_wanted_unknown_it_stops() -> None:
    links = [("p", "a", "b", {"flow": "+"}), ("q", "b", "c")]
    network = PipeNetwork.of(drawn(links))
    found = trace(network, "a", DOWN, through_unknown=False)
    assert found.links == ("p",)
    assert ends(found) == {"b": EndReason.FLOW_UNKNOWN}
    assert ends(trace(network, "a", DOWN)) == {"c": EndReason.DEAD_END}


def test_a_low_point_is_where_the_flow_turns() -> None:
    links = [("p", "a", "b", {"flow": "+"}), ("q", "c", "b", {"flow": "+"})]
    network = PipeNetwork.of(drawn(links))
    assert ends(trace(network, "a", DOWN)) == {"b": EndReason.FLOW_TURNS}
    assert ends(trace(network, "b", UP)) == {"a": EndReason.DEAD_END, "c": EndReason.DEAD_END}


@pytest.mark.parametrize(
    ("said", "direction", "reason"),
    [
        ({"feature": "出水口"}, DOWN, EndReason.OUTFALL),
        ({"appurtenance": "outfall"}, ROUND, EndReason.OUTFALL),
        ({"feature": "泵站"}, ROUND, EndReason.SOURCE),
        ({}, DOWN, EndReason.DEAD_END),
    ],
)
def test_the_last_point_says_what_it_is(said: dict[str, str], direction: Direction, reason: EndReason) -> None:
    network = PipeNetwork.of(drawn([("p", "a", "b", {"flow": "+"})], {"a": {}, "b": said}))
    assert ends(trace(network, "a", direction)) == {"b": reason}


def test_pipes_out_of_use_end_the_way() -> None:
    links = [("p", "a", "b", {"flow": "+"}), ("old", "b", "c", {"flow": "+", "state": "废弃"})]
    network = PipeNetwork.of(drawn(links))
    assert network.out_of_use == ("old",)
    found = trace(network, "a", DOWN)
    assert found.links == ("p",)
    assert ends(found) == {"b": EndReason.OUT_OF_USE}
    assert trace(PipeNetwork.of(drawn(links), out_of_use=True), "a", DOWN).links == ("p", "old")
    with pytest.raises(PipeOutOfUseError, match="'old'"):
        trace(network, "old", DOWN)


@pytest.mark.parametrize("other", [None, "?lost"])
def test_a_pipe_without_a_known_end_is_reached_and_said(other: str | None) -> None:
    network = PipeNetwork.of(drawn([("p", "a", "b", {"flow": "+"}), ("q", "b", other, {"flow": "+"})]))
    assert network.open_ended == ("q",)
    found = trace(network, "a", DOWN)
    assert found.links == ("p", "q")
    assert [(one.feature_id, one.reason, one.distance_m) for one in found.ends] == [("q", EndReason.OPEN_END, 20.0)]
    assert ends(trace(network, "q", DOWN)) == {"q": EndReason.OPEN_END}


def test_closed_valves_stop_the_way_unless_it_may_go_through() -> None:
    links = [("p", "a", "v", {"flow": "+"}), ("q", "v", "b", {"flow": "+"}), ("r", "b", "c", {"flow": "+"})]
    table = drawn(links, {"v": {"appurtenance": "阀门井"}})
    network = PipeNetwork.of(table, closed=["v"])
    found = trace(network, "a", DOWN)
    assert (found.links, found.nodes) == (("p",), ("a", "v"))
    assert ends(found) == {"v": EndReason.CLOSED}
    assert trace(network, "a", DOWN, through_closed=True).links == ("p", "q", "r")
    at_end = PipeNetwork.of(table, valves=valve_rows([("r", "c")]), closed=["r@c"])
    found = trace(at_end, "a", DOWN)
    assert (found.links, found.nodes) == (("p", "q", "r"), ("a", "v", "b"))  # the pipe fills up to its far end
    assert ends(found) == {"r": EndReason.CLOSED}
    shut = PipeNetwork.of(table, closed=["r"])
    found = trace(shut, "a", DOWN)
    assert found.links == ("p", "q")
    assert ends(found) == {"b": EndReason.CLOSED}


def test_a_limit_leaves_out_what_begins_beyond_it() -> None:
    links = [(f"l{one}", f"n{one}", f"n{one + 1}", {"flow": "+"}) for one in range(5)]
    found = trace(PipeNetwork.of(drawn(links)), "n0", DOWN, most_m=25.0)
    assert found.links == ("l0", "l1", "l2")
    assert found.nodes == ("n0", "n1", "n2")
    assert [(one.feature_id, one.reason, one.distance_m) for one in found.ends] == [("l2", EndReason.LIMIT, 25.0)]
    whole = trace(PipeNetwork.of(drawn(links)), "n0", DOWN, most_m=30.0)
    assert whole.nodes[-1] == "n3"
    assert whole.links == ("l0", "l1", "l2")
    assert ends(whole) == {"n3": EndReason.LIMIT}
    assert ends(trace(PipeNetwork.of(drawn(links)), "n0", DOWN, most_m=50.0)) == {"n5": EndReason.DEAD_END}


def test_a_start_in_a_pipe_counts_from_where_the_way_leaves_it() -> None:
    links = [("p", "a", "b", {"flow": "+"}), ("q", "b", "c", {"flow": "+"})]
    network = PipeNetwork.of(drawn(links))
    assert trace(network, "p", DOWN).distance_m == {"p": 0.0, "q": 0.0, "b": 0.0, "c": 10.0}
    assert trace(network, "p", UP).distance_m == {"p": 0.0, "a": 0.0}
    assert trace(network, "p", ROUND).distance_m == {"p": 0.0, "q": 0.0, "a": 0.0, "b": 0.0, "c": 10.0}
    assert ends(trace(network, "q", DOWN)) == {"c": EndReason.DEAD_END}
    with pytest.raises(UnknownPipeError):
        trace(network, "z", DOWN)


def test_a_length_that_is_missing_is_that_of_the_axis() -> None:
    table = drawn([("p", "a", "b", {"length_m": None})], {"a": {"at": (0.0, 0.0, 0.0)}, "b": {"at": (3.0, 4.0, 0.0)}})
    network = PipeNetwork.of(table)
    assert trace(network, "a", ROUND).length_m == 5.0
    rows = table.to_pylist()
    rows[-1]["geometry"] = None
    bare = PipeNetwork.of(pa.Table.from_pylist(rows, schema=table.schema))
    assert bare.unknown_length == ("p",)
    assert np.isfinite(trace(bare, "a", ROUND).length_m)
