"""A town of 100,000 pipes: the network, its segments, a burst and a trace, beside what networkx needs for the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import networkx
import numpy as np
import pyarrow as pa
import pytest
import shapely

from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import isolate
from twin.analysis.networks.steps import Direction
from twin.analysis.networks.trace import trace

pytestmark = [pytest.mark.benchmark, pytest.mark.slow, pytest.mark.timeout(300)]

SIDE = 224  # points along each side of the town: 50,176 points, 99,904 pipes


def town() -> pa.Table:
    """A grid of streets with a valve at two points of three, so that segments stay as small as in a town."""
    random = np.random.default_rng(20261128)
    count = SIDE * SIDE
    grid = np.arange(count).reshape(SIDE, SIDE)
    a = np.concatenate([grid[:, :-1].ravel(), grid[:-1].ravel()])
    b = np.concatenate([grid[:, 1:].ravel(), grid[1:].ravel()])
    row, column = np.divmod(np.arange(count), SIDE)
    place = np.column_stack([column * 30.0, row * 30.0, random.normal(5.0, 1.0, count)])
    nodes = np.char.add("node:s:", np.arange(count).astype(str)).astype(object)
    links = np.char.add("link:s:", np.arange(len(a)).astype(str)).astype(object)
    lines = shapely.linestrings(np.stack([place[a], place[b]], axis=1))
    none, nothing = np.full(count, None, object), np.full(len(a), None, object)
    wkb = np.concatenate([shapely.to_wkb(shapely.points(place)), shapely.to_wkb(lines)])
    columns: dict[str, Any] = {
        "feature_id": np.concatenate([nodes, links]),
        "kind": ["node"] * count + ["link"] * len(a),
        "from_id": np.concatenate([none, nodes[a]]),
        "to_id": np.concatenate([none, nodes[b]]),
        "appurtenance": np.concatenate([np.where(random.random(count) < 2 / 3, "阀门井", None), nothing]),
        "feature": np.concatenate([np.where(np.arange(count) == 0, "水源", None), nothing]),
        "state": ["在用"] * (count + len(a)),
    }
    return pa.table({name: pa.array(one, pa.string()) for name, one in columns.items()} | {"geometry": pa.array(wkb)})


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    done = work()
    return time.perf_counter() - begin, done


def test_a_town_of_pipes() -> None:
    table = town()
    network_s, network = timed(lambda: PipeNetwork.of(table))
    segments_s, segments = timed(network.segments)
    burst_s, found = timed(lambda: isolate(network, "link:s:50000"))
    trace_s, traced = timed(lambda: trace(network, "link:s:50000", Direction.CONNECTED))
    peer_s, (parts, reached) = timed(lambda: peer(table))
    ours_s = network_s + segments_s + trace_s
    print(
        f"\n{len(network.links.ids):,} pipes: network {network_s:.2f} s (goal 1), segments {segments_s * 1e3:.0f} ms, "
        f"burst with {len(found.ring_if_stuck)} further rings {burst_s * 1e3:.0f} ms, trace {trace_s * 1e3:.0f} ms; "
        f"networkx for network, segments and trace {peer_s:.1f} s, ratio 1/{peer_s / ours_s:.1f}"
    )
    assert segments.count == parts
    assert len(traced.nodes) == reached
    assert ours_s < peer_s


def peer(table: pa.Table) -> tuple[int, int]:
    """How many segments there are, and how many nodes are reached from a pipe, by networkx."""
    rows = table.select(["feature_id", "kind", "from_id", "to_id", "appurtenance"]).to_pylist()
    shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    elements, town = networkx.Graph(), networkx.MultiGraph()
    valves = {row["feature_id"] for row in rows if row["appurtenance"]}
    for row in rows:
        elements.add_node(row["feature_id"])
        if row["kind"] == "link":
            town.add_edge(row["from_id"], row["to_id"], length=30.0)
            elements.add_edges_from(
                (row["feature_id"], end) for end in (row["from_id"], row["to_id"]) if end not in valves
            )
    parts = networkx.number_connected_components(elements)
    start = next(row["from_id"] for row in rows if row["feature_id"] == "link:s:50000")
    return parts, len(networkx.single_source_dijkstra_path_length(town, start, weight="length"))
