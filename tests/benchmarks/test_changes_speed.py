"""Two surveys of 100,000 pipes compared, against pandas merging and geopandas measuring the same, in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import geopandas
import numpy as np
import pandas
import pyarrow as pa
import pytest
import shapely

from twin.analysis.changes import changes_of_layer
from twin.store import geoparquet

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

PIPES = 100_000
TEXTS = ("material", "road", "owner", "burial")
GOAL = 1.0  # of the peer's time


@pytest.fixture(scope="module")
def surveys() -> tuple[pa.Table, pa.Table]:
    """One in ten moved, one in ten of another diameter, 1,000 gone and 1,000 new."""
    random = np.random.default_rng(20261128)
    start = np.column_stack([random.uniform(0, 20_000, (PIPES, 2)), random.uniform(0, 9, PIPES)])
    end = start + np.column_stack([random.uniform(-30, 30, (PIPES, 2)), np.zeros(PIPES)])
    diameter = random.choice([0.1, 0.2, 0.3, 0.6], PIPES)
    by = np.where(random.random((PIPES, 1)) < 0.1, [[0.5, 0.1, -0.05]], 0.0)
    other = np.where(random.random(PIPES) < 0.1, 0.4, diameter)
    old = _survey(np.arange(PIPES), start, end, diameter)
    return old.slice(1_000), _survey(np.arange(PIPES), start + by, end + by, other).slice(0, PIPES - 1_000)


def _survey(number: np.ndarray, start: np.ndarray, end: np.ndarray, diameter: np.ndarray) -> pa.Table:
    shapes = shapely.linestrings(np.stack([start, end], axis=1))
    texts = {
        name: pa.array([f"{name} {one % 7}" for one in number]) for name in ("material", "road", "owner", "burial")
    }
    return pa.table(
        {
            "feature_id": pa.array([f"link:js:{one}" for one in number]),
            "layer_id": pa.array(["water_supply"] * len(number)),
            "kind": pa.array(["link"] * len(number)),
            "geometry": pa.array(shapely.to_wkb(shapes), pa.binary()),
            "bbox": geoparquet.box_array(geoparquet.boxes(shapes)),
            "id_stable": pa.array([True] * len(number)),
            "idx": pa.array(range(len(number)), pa.uint32()),
            "diameter_m": diameter,
            **texts,
        }
    )


def plain(old: pa.Table, new: pa.Table) -> tuple[int, int]:
    """As somebody would write it: merge by id, compare the columns, Hausdorff distance of all pairs."""
    frames = [
        geopandas.GeoDataFrame(
            one.drop_columns(["bbox", "geometry"]).to_pandas(), geometry=shapely.from_wkb(one["geometry"].to_pylist())
        )
        for one in (old, new)
    ]
    both = frames[0].merge(frames[1], on="feature_id", how="outer", suffixes=("_old", "_new"), indicator=True)
    both = both[both["_merge"] == "both"]
    apart = geopandas.GeoSeries(both["geometry_old"]).hausdorff_distance(geopandas.GeoSeries(both["geometry_new"]))
    is_moved = (apart > 0.001).to_numpy()
    is_changed = np.zeros(len(both), bool)
    for name in ("diameter_m", *TEXTS):
        one, other = both[f"{name}_old"], both[f"{name}_new"]
        is_changed |= ((one != other) & ~(pandas.isna(one) & pandas.isna(other))).to_numpy()
    return int(is_moved.sum()), int((is_changed & ~is_moved).sum())


def median_s(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def test_faster_than_a_plain_merge(surveys: tuple[pa.Table, pa.Table]) -> None:
    found = changes_of_layer("water_supply", *surveys)
    assert (found.moved, found.changed) == plain(*surveys)
    assert (found.added, found.removed) == (1_000, 1_000)
    ours, peer = median_s(lambda: changes_of_layer("water_supply", *surveys)), median_s(lambda: plain(*surveys))
    print(f"changes of {PIPES:,} pipes: {ours:.2f} s; pandas and geopandas {peer:.2f} s, ratio {ours / peer:.2f}")
    assert ours < GOAL * peer
