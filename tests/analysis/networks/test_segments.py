"""The partition by valves against WNTR's, on two benchmark networks with seeded valves at link ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests.analysis.networks.drawn import drawn, read_layer, valve_rows
from twin.analysis.networks.graph import PipeNetwork

if TYPE_CHECKING:
    import wntr

FILES = {"L-TOWN": "pipes/ltown/L-TOWN.inp", "Net3": "pipes/epanet/Net3.inp"}
PLACED = [("strategic", 1), ("strategic", 2), ("random", 120)]


def water_network(path: Path) -> wntr.network.WaterNetworkModel:
    import wntr  # it takes seconds to come, of every process that collects tests

    return wntr.network.WaterNetworkModel(str(path))


def valve_layer(model: wntr.network.WaterNetworkModel, placed: str, number: int, seed: int = 20261128) -> pd.DataFrame:
    import wntr

    return wntr.network.generate_valve_layer(model, placed, n=number, seed=seed)


def same_partition(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Whether two numberings say the same groups."""
    pairs = set(zip(ours.tolist(), theirs.tolist(), strict=True))
    return len(pairs) == len(set(ours.tolist())) == len(set(theirs.tolist()))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("placed", "number"), PLACED)
def test_segments_are_wntrs(shared_data: Path, tmp_path: Path, name: str, placed: str, number: int) -> None:
    import wntr

    path = shared_data / FILES[name]
    model = water_network(path)
    layer = valve_layer(model, placed, number)
    nodes, links, sizes = wntr.metrics.topographic.valve_segments(model.to_graph(), layer)
    pairs = [(f"link:s:{row.link}", f"node:s:{row.node}") for row in layer.itertuples()]
    network = PipeNetwork.of(read_layer("epanet", path, tmp_path, "water_supply"), valves=valve_rows(pairs))
    found = network.segments()
    assert (len(network.nodes.ids), len(network.links.ids)) == (model.num_nodes, model.num_links)
    ours = np.concatenate([found.nodes, found.links])
    theirs = np.concatenate(
        [
            nodes[[one.removeprefix("node:s:") for one in network.nodes.ids]].to_numpy(),
            links[[one.removeprefix("link:s:") for one in network.links.ids]].to_numpy(),
        ]
    )
    assert same_partition(ours, theirs)
    assert found.count == len(sizes) > 10


def test_a_valve_node_is_a_valve_at_the_end_of_each_of_its_pipes() -> None:
    links = [("p", "a", "v"), ("q", "v", "b"), ("r", "v", "c"), ("s", "b", "c"), ("t", "c", "d")]
    as_node = PipeNetwork.of(drawn(links, {"v": {"appurtenance": "阀门井"}})).segments()
    as_ends = PipeNetwork.of(
        drawn(links, {"v": {}}), valves=valve_rows([("p", "v"), ("q", "v"), ("r", "v")])
    ).segments()
    assert same_partition(np.r_[as_node.nodes, as_node.links], np.r_[as_ends.nodes, as_ends.links])
    assert as_node.count == 3  # a with p, the valve, and the rest


def test_segments_without_valves_are_what_hangs_together() -> None:
    found = PipeNetwork.of(drawn([("p", "a", "b"), ("q", "c", "d"), ("gone", "b", "c", {"state": "废弃"})])).segments()
    assert found.count == 2
    assert found.links.tolist()[2] == -1


def test_a_table_without_rows_has_no_segments() -> None:
    network = PipeNetwork.of(drawn([]))
    assert network.segments().count == 0
    assert network.valves == network.sources == network.open_ended == ()
