"""Isolation against a slow second opinion: 200 pipes each of two networks, valve nodes, stuck valves, random graphs."""

from __future__ import annotations

import random
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.networks.drawn import drawn, read_layer, valve_rows
from tests.analysis.networks.plain import PlainNetwork
from tests.analysis.networks.test_segments import FILES, valve_layer, water_network
from tests.campuses import without_supplement
from tests.examples import examples
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import Isolation, isolate
from twin.analysis.networks.rings import Reason
from twin.errors import NotAValveError, PipeOutOfUseError, UnknownPipeError
from twin.store.campus import Campus

BURSTS, FEW = 200, 15
RANDOM = 20261128


def reasons(found: Isolation, *wanted: Reason) -> set[str]:
    return {one.valve_id for one in found.valves if one.reason in wanted}


def everything(found: Isolation) -> set[str]:
    return {*found.lost.links, *found.lost.nodes}


def agrees(
    network: PipeNetwork, plain: PlainNetwork, burst: str, sources: Collection[str], stuck: Collection[str] = ()
) -> Isolation:
    """Asserts that every part of the answer is the second opinion's."""
    found, other = isolate(network, burst, stuck=stuck, sources=sources), plain.answer(burst, sources, stuck)
    assert {*found.segment.links, *found.segment.nodes} == other.segment
    assert {one.valve_id for one in found.valves} == other.ring
    assert reasons(found, Reason.SOURCE) == other.from_source
    assert reasons(found, Reason.BACKFLOW) == other.backflow
    assert reasons(found, Reason.CLOSED) == other.ring & plain.closed - {burst}
    assert everything(found) == other.lost
    assert {*found.beyond.links, *found.beyond.nodes} == other.lost - other.segment
    assert set(found.sources_inside) == set(sources) & other.segment
    return found


def rings_agree(plain: PlainNetwork, found: Isolation, sources: Collection[str]) -> int:
    """Asserts what would change if one more valve stuck, or one less; returns how many were compared."""
    closing = set(found.to_close)
    for one in found.ring_if_stuck:
        other = plain.answer(found.burst, sources, {*found.stuck, one.valve_id})
        assert set(one.close) == (other.from_source | other.backflow) - closing
        assert set(one.needless) == closing - other.from_source - other.backflow - {one.valve_id}
        assert {*one.lost.links, *one.lost.nodes} == other.lost - everything(found)
        assert one.isolable == other.segment.isdisjoint(sources)
    for one in found.by_stuck:
        other = plain.answer(found.burst, sources, set(found.stuck) - {one.valve_id})
        assert {*one.lost.links, *one.lost.nodes} == everything(found) - other.lost
    assert tuple(one.valve_id for one in found.ring_if_stuck) == found.to_close
    return len(found.ring_if_stuck) + len(found.by_stuck)


@pytest.mark.parametrize("count", [FEW, pytest.param(BURSTS, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", FILES)
def test_random_pipes(shared_data: Path, tmp_path: Path, name: str, count: int) -> None:
    """Fifteen in every run, two hundred in the slow set."""
    path = shared_data / FILES[name]
    layer = valve_layer(water_network(path), "strategic", 2)
    pairs = [(f"link:s:{row.link}", f"node:s:{row.node}") for row in layer.itertuples()]
    table = read_layer("epanet", path, tmp_path, "water_supply")
    network, plain = PipeNetwork.of(table, valves=valve_rows(pairs)), PlainNetwork(table, pairs)
    sources = network.sources
    chance = random.Random(RANDOM)
    links = sorted(network.links.ids)
    bursts = chance.sample(links, count) if len(links) > count else chance.choices(links, k=count)
    compared = beyond = 0
    for turn, burst in enumerate(bursts):
        found = agrees(network, plain, burst, sources)
        beyond += bool(found.beyond.links)
        if turn % 8 == 0 and found.to_close:
            stuck = chance.sample(sorted(found.to_close), min(2, len(found.to_close)))
            again = agrees(network, plain, burst, sources, stuck)
            assert set(found.segment.links) < set(again.segment.links)
            compared += rings_agree(plain, again, sources)
    print(f"{name}: {len(bursts)} bursts, {beyond} cut off more than their segment, {compared} further rings compared")
    assert compared > count / 5


def test_every_pipe_of_a_campus_with_valve_nodes(demo_campus: Path) -> None:
    table = without_supplement(Campus.open(demo_campus).generation.table("water_supply"))
    network, plain = PipeNetwork.of(table), PlainNetwork(table)
    assert len(network.valves) == 13
    sources = list(network.sources)
    assert sources == ["node:JS:JS079"]  # 市政接口
    for number, burst in enumerate([*network.links.ids, *network.nodes.ids]):
        found = agrees(network, plain, burst, sources[:1])
        if number % 10 == 0:
            rings_agree(plain, found, sources[:1])


@st.composite
def networks(draw: st.DrawFn) -> tuple[pa.Table, list[tuple[str, str]], set[str], list[str], str, set[str]]:
    """A table, valves at link ends, what is closed, sources, a burst and stuck valves."""
    count = draw(st.integers(2, 8))
    names = [f"n{one}" for one in range(count)]
    level = st.integers(0, 3).map(float)
    node = st.fixed_dictionaries({"appurtenance": st.sampled_from([None, None, "阀门井", "消防栓"])})
    nodes = {one: draw(node) for one in names}
    ends = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), min_size=1, max_size=12))
    status = st.sampled_from(["OPEN", "OPEN", "OPEN", "CLOSED"])
    links = [
        (f"l{turn}", start, stop, {"z": draw(st.tuples(level, level)), "status": draw(status)})
        for turn, (start, stop) in enumerate(ends)
    ]
    places = sorted({(link, end) for link, *both, _ in links for end in both})
    pairs = draw(st.lists(st.sampled_from(places), unique=True, max_size=5))
    valves = [one for one in names if nodes[one]["appurtenance"] == "阀门井"] + [f"{a}@{b}" for a, b in pairs]
    some = st.sets(st.sampled_from(valves)) if valves else st.just(set())
    sources = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    burst = draw(st.sampled_from([*names, *(one[0] for one in links)]))
    return drawn(links, nodes), pairs, draw(some), sources, burst, draw(some)


@settings(max_examples=examples(400))
@given(networks())
def test_any_network(case: tuple[pa.Table, list[tuple[str, str]], set[str], list[str], str, set[str]]) -> None:
    table, pairs, closed, sources, burst, stuck = case
    network = PipeNetwork.of(table, valves=valve_rows(pairs), closed=closed)
    plain = PlainNetwork(table, pairs, closed)
    found = agrees(network, plain, burst, sources, stuck)
    rings_agree(plain, found, sources)


# --- by hand -------------------------------------------------------------------------------------------

# source s - v1 - (burst p) - v2 - house h, and a loop s - v3 - c - v4 back to the burst's pipe
LOOP = [
    ("in", "s", "v1"),
    ("p", "v1", "v2"),
    ("out", "v2", "h"),
    ("up", "s", "v3"),
    ("down", "v3", "h"),
]
VALVES = {one: {"appurtenance": "阀门井", "at": (float(one[1]) * 10.0, 0.0, 0.0)} for one in ("v1", "v2", "v3")}
AROUND = {"s": {"feature": "水源"}, **VALVES}


def test_a_pipe_between_two_valves_is_all_that_is_lost_in_a_loop() -> None:
    network = PipeNetwork.of(drawn(LOOP, AROUND))
    found = isolate(network, "p")
    assert found.sources == ("s",)
    assert found.sources_known
    assert found.isolable
    assert found.segment.links == ("p",)
    assert found.to_close == ("v1", "v2")
    assert found.beyond.links == ()
    assert set(found.lost.nodes) == {"v1", "v2"}  # through a closed valve nobody has water


def test_a_stuck_valve_costs_what_lies_up_to_the_next_one() -> None:
    network = PipeNetwork.of(drawn(LOOP, AROUND))
    first = isolate(network, "p")
    by_id = {one.valve_id: one for one in first.ring_if_stuck}
    assert by_id["v2"].close == ("v3",)
    assert set(by_id["v2"].lost.links) == {"out", "down"}
    assert by_id["v2"].lost.length_m == pytest.approx(20.0)
    assert not by_id["v1"].isolable  # between v1 and the source there is no further valve
    found = isolate(network, "p", stuck=["v2"])
    assert set(found.to_close) == {"v1", "v3"}
    assert [one.valve_id for one in found.by_stuck] == ["v2"]
    assert set(found.by_stuck[0].lost.links) == {"out", "down"}
    assert isolate(network, "p", stuck=["v1"]).sources_inside == ("s",)


def test_a_burst_valve_cannot_close_itself() -> None:
    found = isolate(PipeNetwork.of(drawn(LOOP, AROUND)), "v2")
    assert set(found.segment.nodes) == {"v2", "h"}
    assert found.to_close == ("v1", "v3")


def test_without_known_sources_only_the_segment_is_said() -> None:
    network = PipeNetwork.of(drawn(LOOP, VALVES))
    found = isolate(network, "p")
    assert not found.sources_known
    assert [one.reason for one in found.valves] == [Reason.UNKNOWN, Reason.UNKNOWN]
    assert set(found.lost.links) == {"p"}
    assert found.beyond.links == ()
    assert found.isolable is found.ring_if_stuck[0].isolable is None
    assert not isolate(network, "p", sources=[]).sources_known
    assert isolate(network, "p", sources=["s"]).sources_known


def dead_end(**burst: object) -> PipeNetwork:
    """A source, the burst pipe, a valve, and a pipe behind it that nothing else feeds."""
    links = [("in", "s", "v1"), ("p", "v1", "v2", burst), ("tail", "v2", "e", {"z": (2.0, 2.0)})]
    return PipeNetwork.of(drawn(links, AROUND))


def test_what_stands_higher_runs_back_and_what_stands_lower_does_not() -> None:
    kinds = {"v1": Reason.SOURCE, "v2": Reason.BACKFLOW}
    assert {one.valve_id: one.reason for one in isolate(dead_end(z=(1.0, 1.0)), "p").valves} == kinds
    kinds["v2"] = Reason.STANDING
    found = isolate(dead_end(z=(3.0, 3.0)), "p")
    assert {one.valve_id: one.reason for one in found.valves} == kinds
    assert found.to_close == ("v1",)
    assert set(found.beyond.links) == {"tail"}  # it has no supply all the same


def test_gas_comes_back_from_below_as_well() -> None:
    found = isolate(dead_end(z=(3.0, 3.0), pipe_class="RQ"), "p")
    assert reasons(found, Reason.BACKFLOW) == {"v2"}


def test_a_valve_with_nothing_behind_it_is_left() -> None:
    network = PipeNetwork.of(drawn([("in", "s", "v1"), ("p", "v1", "v2")], AROUND))
    assert {one.valve_id: one.reason for one in isolate(network, "p").valves} == {
        "v1": Reason.SOURCE,
        "v2": Reason.INSIDE,
    }


def test_a_closed_valve_is_in_the_ring_and_feeds_nobody() -> None:
    network = PipeNetwork.of(drawn(LOOP, AROUND), closed=["v3"])
    assert network.closed == ("v3",)
    found = isolate(network, "out")
    assert {one.valve_id: one.reason for one in found.valves} == {"v2": Reason.SOURCE, "v3": Reason.CLOSED}
    assert set(isolate(network, "p").beyond.links) == {"out", "down"}


def test_a_pipe_stated_closed_feeds_nobody_and_is_not_trusted() -> None:
    links = [("in", "s", "v1"), ("p", "v1", "v2"), ("out", "v2", "h"), ("link", "t", "h", {"status": "CLOSED"})]
    network = PipeNetwork.of(drawn(links, {**AROUND, "t": {"appurtenance": "tank"}}))
    found = isolate(network, "p")
    assert set(found.to_close) == {"v1", "v2"}  # water from the tank may come through the pipe that should be closed
    assert set(found.beyond.links) == {"out"}
    assert set(found.unsupplied.links) == {"link"}


def test_control_valves_close_only_if_asked() -> None:
    links = [("in", "s", "a"), ("prv", "a", "b", {"appurtenance": "valve"}), ("p", "b", "c")]
    table = drawn(links, {"s": {"feature": "reservoir"}})
    assert PipeNetwork.of(table).control_valves == (("prv", ""),)
    assert isolate(PipeNetwork.of(table), "p").to_close == ()
    assert not isolate(PipeNetwork.of(table), "p").isolable
    found = isolate(PipeNetwork.of(table, control_valves=True), "p")
    assert found.to_close == ("prv",)
    assert found.valves[0].way_m == 0.0  # one of its ends is the end of the pipe
    assert not isolate(PipeNetwork.of(table, control_valves=True), "prv").isolable  # it is what burst


def test_valves_come_in_the_order_of_the_way_to_them() -> None:
    links = [("in", "s", "v1"), ("far", "v1", "m", {"length_m": 30.0}), ("p", "m", "v2", {"length_m": 5.0})]
    network = PipeNetwork.of(drawn([*links, ("out", "v2", "s")], AROUND))
    assert [(one.valve_id, one.way_m) for one in isolate(network, "p").valves] == [("v2", 0.0), ("v1", 30.0)]


def test_the_table_of_valves_says_where_they_are() -> None:
    nodes = {**AROUND, "v2": {"appurtenance": "阀门", "at": (7.0, 8.0, 9.0), "name": "J2", "point_no": "JS2"}}
    found = isolate(PipeNetwork.of(drawn(LOOP, nodes)), "p")
    row = next(one for one in found.valves_to_arrow().to_pylist() if one["valve_id"] == "v2")
    assert (row["x"], row["y"], row["z"], row["name"], row["point_no"]) == (7.0, 8.0, 9.0, "J2", "JS2")
    assert (row["appurtenance"], row["diameter_m"], row["reason"], row["feature_id"]) == ("阀门", 0.1, "source", "v2")
    lost = found.to_arrow().to_pylist()
    assert {(one["feature_id"], one["kind"], one["part"]) for one in lost} == {
        ("p", "link", "segment"),
        ("v1", "node", "beyond"),
        ("v2", "node", "beyond"),
    }


def test_mistakes_are_named() -> None:
    network = PipeNetwork.of(drawn([*LOOP, ("old", "h", "z", {"state": "报废"})], AROUND))
    with pytest.raises(UnknownPipeError, match="'nowhere'"):
        isolate(network, "nowhere")
    with pytest.raises(UnknownPipeError, match="'p'"):
        isolate(network, "p", sources=["p"])  # a link is no source
    with pytest.raises(NotAValveError, match="'h'"):
        isolate(network, "p", stuck=["h"])
    with pytest.raises(PipeOutOfUseError, match="'old' is '废弃'"):
        isolate(network, "old")
