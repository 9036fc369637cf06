"""What a network is made of: valves, sources, what is left out and listed."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.networks.drawn import drawn, read_layer, valve_rows
from tests.campuses import without_supplement
from twin.analysis.networks.connected import components
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import isolate
from twin.analysis.networks.service import without_service
from twin.analysis.networks.steps import Direction
from twin.analysis.networks.terms import folded, terms
from twin.analysis.networks.trace import trace
from twin.errors import NotAPipeLayerError, UnknownPipeError, ValvePlaceError
from twin.store.campus import Campus

ROOT = Path(__file__).resolve().parents[3]


def test_an_epanet_file_says_its_sources_and_control_valves(shared_data: Path, tmp_path: Path) -> None:
    table = read_layer("epanet", shared_data / "pipes/ltown/L-TOWN.inp", tmp_path / "a", "water_supply")
    network = PipeNetwork.of(table)
    assert set(network.sources) == {"node:s:R1", "node:s:R2", "node:s:T1"}
    assert dict(network.control_valves) == dict.fromkeys(("link:s:PRV-1", "link:s:PRV-2", "link:s:PRV-3"), "PRV")
    assert network.valves == ()
    network = PipeNetwork.of(
        read_layer("epanet", shared_data / "pipes/epanet/Net3.inp", tmp_path / "b", "water_supply")
    )
    assert len(network.sources) == 5  # River, Lake, three tanks
    assert network.closed == ("link:s:330",)


def test_a_campus_of_surveyed_points(demo_campus: Path) -> None:
    network = PipeNetwork.of(without_supplement(Campus.open(demo_campus).generation.table("water_supply")))
    assert network.layer_id == "water_supply"
    assert (len(network.nodes.ids), len(network.links.ids), len(network.valves)) == (121, 122, 13)
    assert network.sources == ("node:JS:JS079",)  # 市政接口
    assert isolate(network, network.links.ids[0]).sources_known


@pytest.mark.parametrize("word", ["阀门", "阀门井", " 阀门 孔", "Valve", "Gate Valve"])
def test_spellings_of_valves(word: str) -> None:
    links = [("p", "a", "b"), ("q", "b", "c")]
    assert PipeNetwork.of(drawn(links, {"b": {"appurtenance": word}})).valves == ("b",)
    assert PipeNetwork.of(drawn(links, {"b": {"feature": word}})).valves == ("b",)


def test_words_of_the_table_are_of_one_kind_only() -> None:
    words = terms()
    for one, other in (
        (words.valve, words.source),
        (words.connection, words.not_a_connection),
        (words.along, words.against),
    ):
        assert one.isdisjoint(other)
    assert folded(" 阀门 井\t") in words.valve


def test_links_with_a_missing_or_unknown_end_are_listed_not_lost() -> None:
    network = PipeNetwork.of(drawn([("p", "a", "b"), ("q", "b", None), ("r", "?nobody", "b"), ("s", None, None)]))
    assert network.open_ended == ("q", "r", "s")
    found = isolate(network, "p", sources=["a"])
    assert set(found.segment.links) == {"p", "q", "r"}
    assert isolate(network, "s", sources=["a"]).segment.nodes == ()


def test_empty_and_abandoned_pipes_carry_nothing_unless_wanted() -> None:
    links = [("p", "a", "b"), ("q", "b", "c", {"state": "2"}), ("r", "c", "d", {"state": "报废"}), ("s", "d", "e")]
    network = PipeNetwork.of(drawn(links))
    assert network.out_of_use == ("q", "r")
    assert isolate(network, "p", sources=["a"]).segment.links == ("p",)
    whole = PipeNetwork.of(drawn(links), out_of_use=True)
    assert whole.out_of_use == ()
    assert isolate(whole, "p", sources=["a"]).segment.links == ("p", "q", "r", "s")


def test_valves_of_a_table_have_names_or_get_them() -> None:
    table = drawn([("p", "a", "b"), ("q", "b", "c")])
    assert PipeNetwork.of(table, valves=valve_rows([("p", "b"), ("q", "b")])).valves == ("p@b", "q@b")
    named = valve_rows([("p", "b"), ("q", "b")]).append_column("valve_id", [["V1", "V1"]])
    network = PipeNetwork.of(table, valves=named)
    assert network.valves == ("V1",)
    assert network.segments().count == 3  # a with p, b alone, q with c
    with pytest.raises(ValvePlaceError, match=r"Valve 'p@c'.*'p' ends at node 'c'"):
        PipeNetwork.of(table, valves=valve_rows([("p", "c")]))
    with pytest.raises(UnknownPipeError, match="'z'"):
        PipeNetwork.of(table, closed=["z"])


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(NotAPipeLayerError, match="lacks from_id, to_id"):
        PipeNetwork.of(drawn([]).drop_columns(["from_id", "to_id"]))


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_components_are_what_is_joined(case: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = case
    groups = [{one} for one in range(count)]
    for a, b in pairs:
        if groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for one in groups[b]:
                groups[one] = groups[a]
    a, b = (np.array([pair[end] for pair in pairs], np.int64) for end in (0, 1))
    label = components(count, a, b)
    assert [{int(one) for one in np.flatnonzero(label == label[row])} for row in range(count)] == groups


@pytest.mark.parametrize("name", ["trace", "isolation"])
def test_the_examples_of_the_pages_run(name: str, demo_campus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / f"docs/analyses/{name}.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(code.replace(".demo", str(demo_campus)), f"{name}.md", "exec"), {})
    said = capsys.readouterr().out.strip()
    (expected,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert said == expected.strip()
    assert all(one.__name__ in code for one in {"trace": (trace,), "isolation": (isolate, without_service)}[name])
    assert Direction.DOWNSTREAM in list(Direction)
