"""A window over a million features: our file against the same rows unsorted and without boxes, in the same run.

Goals: p50 ≤ 6 ms with geometry from GeoParquet and ≤ 1/10 of the plain file; ≤ 0.05 ms for boxes and ≤ 0.3 ms exact
from the index in memory.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from twin.store import geoparquet
from twin.store.spatial import SpatialIndex
from twin.store.window import WindowReader

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

FEATURES = 1_000_000
SIDE_M = 60_000.0
WINDOW_M = 1100.0  # about 340 hits


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, pa.Table]:
    """The same million short lines twice: as we write them, and shuffled without a box column."""
    folder = tmp_path_factory.mktemp("million")
    random = np.random.default_rng(20261120)
    start = random.uniform(0, SIDE_M, (FEATURES, 2))
    ends = start + random.uniform(-20, 20, (FEATURES, 2))
    z = random.uniform(0, 50, FEATURES)
    points = np.stack([np.column_stack([start, z]), np.column_stack([ends, z])], axis=1)
    geometry = shapely.linestrings(points)
    box = geoparquet.boxes(geometry)
    order = geoparquet.morton_order(box)
    ids = np.char.add("link:js:", np.arange(FEATURES).astype(str))
    wkb = shapely.to_wkb(geometry)
    table = pa.table(
        {
            "feature_id": ids[order],
            "geometry": pa.array(wkb[order], pa.binary()),
            "bbox": geoparquet.box_array(box[order]),
            "idx": np.arange(FEATURES, dtype=np.uint32),
        }
    )
    geoparquet.write(folder / "ours.parquet", table, "EPSG:4549")
    pq.write_table(pa.table({"feature_id": ids, "geometry": pa.array(wkb, pa.binary())}), folder / "plain.parquet")
    return folder / "ours.parquet", folder / "plain.parquet", table


def p50_ms(ask: Callable[[tuple[float, float, float, float]], int], rounds: int) -> float:
    random = np.random.default_rng(7)
    times: list[float] = []
    hits = 0
    for _ in range(rounds):
        west, south = random.uniform(0, SIDE_M - WINDOW_M, 2)
        begin = time.perf_counter()
        hits += ask((west, south, west + WINDOW_M, south + WINDOW_M))
        times.append((time.perf_counter() - begin) * 1000)
    assert hits > 100 * rounds
    return statistics.median(times)


def test_window_from_file(million: tuple[Path, Path, pa.Table]) -> None:
    ours, plain, _ = million
    reader = WindowReader()
    reader.read(ours, (0, 0, 10, 10))

    def from_plain(window: tuple[float, float, float, float]) -> int:
        """What one must do without boxes: read all, look at every shape."""
        geometry = shapely.from_wkb(pq.read_table(plain, columns=["geometry"])["geometry"].to_numpy())
        return int(shapely.intersects_xy(shapely.box(*window), *shapely.bounds(geometry)[:, :2].T).sum())

    ours_ms = p50_ms(lambda window: len(reader.read(ours, window)), 60)
    plain_ms = p50_ms(from_plain, 3)
    ratio = plain_ms / ours_ms
    print(f"\nwindow over {FEATURES:,}: ours p50 {ours_ms:.2f} ms, plain {plain_ms:.0f} ms, ratio 1/{ratio:.0f}")
    assert ours_ms <= plain_ms / 10


def test_window_from_memory(million: tuple[Path, Path, pa.Table]) -> None:
    """Boxes against a scan of all boxes; exact against asking every shape, and against shapely's own tree of them."""
    _, _, table = million
    index = SpatialIndex.of([table])
    box = np.column_stack(
        [table["bbox"].combine_chunks().field(name).to_numpy() for name in ("xmin", "ymin", "xmax", "ymax")]
    )
    geometry = shapely.from_wkb(table["geometry"].to_numpy())
    tree = shapely.STRtree(geometry)

    def scan(window: tuple[float, float, float, float]) -> int:
        west, south, east, north = window
        hit = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
        return int(hit.sum())

    def ask_all(window: tuple[float, float, float, float]) -> int:
        asked = shapely.box(*window)
        shapely.prepare(asked)
        return int(shapely.intersects(asked, geometry).sum())

    boxes_ms = p50_ms(lambda window: len(index.query(*window)), 300)
    scan_ms = p50_ms(scan, 20)
    exact_ms = p50_ms(lambda window: len(index.intersecting(shapely.box(*window))), 300)
    tree_ms = p50_ms(lambda window: len(tree.query(shapely.box(*window), predicate="intersects")), 300)
    all_ms = p50_ms(ask_all, 5)
    print(f"\nin memory: boxes {boxes_ms:.3f} ms, numpy scan {scan_ms:.1f} ms, ratio 1/{scan_ms / boxes_ms:.0f}")
    print(
        f"in memory: exact {exact_ms:.3f} ms, every shape asked {all_ms:.0f} ms, ratio 1/{all_ms / exact_ms:.0f};"
        f" shapely's tree of shapes {tree_ms:.3f} ms, ratio {exact_ms / tree_ms:.1f}"
    )
    assert boxes_ms <= scan_ms / 50
    assert exact_ms <= all_ms / 40
