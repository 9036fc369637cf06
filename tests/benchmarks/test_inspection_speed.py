"""The inspection of a town's pipes, of the demo and of the composed campus.

Peer: what a surveyor would write in an afternoon with pandas, networkx and geopandas for eight of the same rules, on
the same 100,000 pipes: degrees, pieces, doubled, dangling, lonely, too long, rising drains, crossings. Ours asks
forty-four. CPU seconds, same process.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import geopandas
import networkx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from layers import registry
from tests.analysis.quality.making import generation_of, write_ground
from twin.analysis.quality import CHECKS, inspect
from twin.model.feature import table_schema
from twin.store.campus import Campus

pytestmark = pytest.mark.benchmark

STREETS, STEPS, STEP_M, APART_M = 200, 500, 10.0, 14.0
LONGEST_S = 30.0
LARGEST_RATIO = 3.0


def town() -> pa.Table:
    """200 drains of 500 manholes each, 10 m apart, falling by 5 mm a metre; every hundredth pipe rises."""
    street, step = np.divmod(np.arange(STREETS * (STEPS + 1)), STEPS + 1)
    x, y = step * STEP_M, street * APART_M
    level = 20.0 - step * STEP_M * 0.005
    node_ids = np.char.add("n", np.arange(len(x)).astype(str)).astype(object)
    first = np.flatnonzero(step < STEPS)
    ends = np.column_stack([first, first + 1])
    fall = np.column_stack([level[ends[:, 0]], level[ends[:, 1]]])
    fall[::100, 1] = fall[::100, 0] + 0.3
    corners = np.stack([x[ends], y[ends], fall], axis=2)
    nodes: dict[str, Any] = {
        "feature_id": node_ids,
        "kind": ["node"] * len(x),
        "geometry": shapely.to_wkb(shapely.points(np.column_stack([x, y, np.full(len(x), 22.0)]))),
        "cover_level_m": np.full(len(x), 22.0),
        "feature": ["直线点"] * len(x),
    }
    links: dict[str, Any] = {
        "feature_id": np.char.add("l", np.arange(len(first)).astype(str)).astype(object),
        "kind": ["link"] * len(first),
        "geometry": shapely.to_wkb(shapely.linestrings(corners)),
        "from_id": node_ids[ends[:, 0]],
        "to_id": node_ids[ends[:, 1]],
        "length_m": np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1),
        "diameter_m": np.full(len(first), 0.4),
        "pipe_class": ["PS"] * len(first),
        "elevation_reference": ["invert"] * len(first),
        "flow": ["+"] * len(first),
        "burial": ["直埋"] * len(first),
    }
    return pa.concat_tables([_table(nodes, len(x)), _table(links, len(first))])


def _table(columns: dict[str, Any], size: int) -> pa.Table:
    schema = table_schema(registry()["drainage"])
    common: dict[str, Any] = {
        "layer_id": ["drainage"] * size, "source_key": ["s"] * size, "reader": ["r"] * size, "id_stable": [True] * size,
    }  # fmt: skip
    said = common | columns
    arrays = [pa.array(said[one.name], one.type) if one.name in said else pa.nulls(size, one.type) for one in schema]
    return pa.table(arrays, schema=schema)


def afternoon(table: pa.Table) -> dict[str, int]:
    """Eight rules with the usual tools."""
    frame = table.to_pandas()
    shapes = shapely.from_wkb(frame["geometry"].to_numpy())
    nodes, links = frame[frame["kind"] == "node"], frame[frame["kind"] == "link"]
    lines = geopandas.GeoDataFrame(links, geometry=shapes[(frame["kind"] == "link").to_numpy()])
    graph = networkx.from_pandas_edgelist(links, "from_id", "to_id")
    degree = pd.Series(dict(graph.degree())).reindex(nodes["feature_id"]).fillna(0)
    pieces = list(networkx.connected_components(graph))
    pairs = pd.DataFrame(np.sort(links[["from_id", "to_id"]].to_numpy(str), axis=1))
    start, end = (shapely.get_z(shapely.get_point(lines.geometry.to_numpy(), at)) for at in (0, -1))
    near = geopandas.sjoin(lines[["geometry"]], lines[["geometry"]], predicate="crosses")
    known = set(nodes["feature_id"])
    return {
        "degree_disagrees": int((degree != 2).sum()),
        "network_in_pieces": len(pieces) - 1,
        "link_doubled": int(pairs.duplicated().sum()),
        "link_dangling": int((~links["from_id"].isin(known) | ~links["to_id"].isin(known)).sum()),
        "node_lonely": int((degree == 0).sum()),
        "link_too_long": int((links["length_m"] > 75).sum()),
        "drain_rises": int((end - start > 0.01).sum()),
        "crossing_without_node": len(near) // 2,
    }


@pytest.mark.slow
def test_a_hundred_thousand_pipes(tmp_path: Path) -> None:
    table = town()
    write_ground(tmp_path, np.full((STREETS * 2, STEPS + 2), 22.0), cell_m=STEP_M, west=-5.0)
    begin = time.process_time()
    expected = afternoon(table)
    peer = time.process_time() - begin
    generation = generation_of(tmp_path, {"drainage": table})
    begin = time.process_time()
    report = inspect(generation)
    ours = time.process_time() - begin
    counts = report.by_rule()
    print(f"{STREETS * STEPS:,} pipes, {len(CHECKS)} rules, {len(report.findings):,} findings: {ours:.1f} s")
    print(f"pandas, networkx and geopandas, 8 rules: {peer:.1f} s; ratio {ours / peer:.2f}")
    assert counts["drain_rises"] == expected["drain_rises"] == STREETS * STEPS // 100
    assert counts["degree_disagrees"] == expected["degree_disagrees"] == 2 * STREETS
    for rule in ("link_doubled", "link_dangling", "node_lonely", "link_too_long", "crossing_without_node"):
        assert counts.get(rule, 0) == expected[rule] == 0
    assert ours < LONGEST_S
    assert ours < LARGEST_RATIO * peer


@pytest.mark.parametrize("name", ["demo_campus", "composed_campus"])
def test_a_campus_is_inspected_in_ten_seconds(name: str, request: pytest.FixtureRequest) -> None:
    """Opened and read from disk as a build does at its end; its peer is reading the same tables into geopandas."""
    folder: Path = request.getfixturevalue(name)
    begin = time.perf_counter()
    generation = Campus.open(folder).generation
    report = inspect(generation)
    ours = time.perf_counter() - begin
    begin = time.perf_counter()
    for path in (generation.folder / "layers").glob("*.parquet"):
        geopandas.read_parquet(path)
    peer = time.perf_counter() - begin
    print(f"{name}: {len(report.findings):,} findings in {ours:.2f} s; geopandas reads its tables in {peer:.2f} s")
    print(f"ratio {ours / peer:.1f}")
    assert report.findings
    assert ours < 10.0
