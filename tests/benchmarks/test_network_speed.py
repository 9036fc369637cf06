"""100,000 pipe segments from GeoPackage to tables and tiles; goal ≤ 10 s and ≤ 1.5 GB.

Peer in the same run: GeoPandas reads the file and writes GeoParquet, trimesh makes a cylinder a segment and one GLB of
them, timed on a sample and scaled up. It inspects nothing: what the inspection takes, which is a part of the build, is
told beside it and has a measure of its own (``test_inspection_speed.py``).
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

import geopandas
import numpy as np
import psutil
import pytest
import shapely
import trimesh

from layers import registry
from twin.build import build_campus

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

SEGMENTS = 100_000
SAMPLE = 2_000  # of the peer


def write_network(path: Path) -> None:
    """Streets of 50 segments of 30 m each, all over a 6 km town, with diameters and depths."""
    random = np.random.default_rng(20261120)
    streets = SEGMENTS // 50
    origin = random.uniform(0, 6_000, (streets, 2)) + np.array([423_000, 2_880_000])
    heading = random.uniform(0, 2 * np.pi, streets)
    step = 30.0 * np.column_stack([np.cos(heading), np.sin(heading)])
    corner = origin[:, None, :] + step[:, None, :] * np.arange(51)[None, :, None]
    corner = corner + random.normal(0, 1.0, corner.shape)
    z = 10.0 - 0.02 * np.arange(51)[None, :] + np.zeros((streets, 1))
    corner = np.concatenate([corner, z[..., None]], axis=2)
    lines = shapely.linestrings(np.stack([corner[:, :-1].reshape(-1, 3), corner[:, 1:].reshape(-1, 3)], axis=1))
    frame = geopandas.GeoDataFrame(
        {
            "no": np.char.add("P", np.arange(len(lines)).astype(str)),
            "diameter_mm": random.choice([100, 200, 300, 500], len(lines)),
        },
        geometry=lines,
        crs="EPSG:4549",
    )
    frame.to_file(path, driver="GPKG", engine="pyogrio")


def test_a_town_of_pipes(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    write_network(tmp_path / "sources" / "pipes.gpkg")
    (tmp_path / "campus.toml").write_text(
        """
schema_version = 1
name = { zh = "管网", en = "Town" }
crs = "EPSG:4549"
vertical_datum = "EPSG:5737"

[[sources]]
key = "pipes"
path = "sources/pipes.gpkg"
reader = "vector"
layer = "water_supply"
vertical_datum = "EPSG:5737"
key_column = "no"
""",
        encoding="utf-8",
    )
    peer_s = peer_seconds(tmp_path / "sources" / "pipes.gpkg")
    at: dict[str, float] = {}
    with Memory() as memory:
        begin = time.perf_counter()
        manifest = build_campus(
            tmp_path, registry(), progress=lambda _, state: at.update({state: time.perf_counter()})
        ).manifest
        whole_s = time.perf_counter() - begin
    inspection_s = at["switching"] - at["inspecting"]
    ours_s = whole_s - inspection_s
    print(
        f"\n{SEGMENTS:,} segments GeoPackage -> tables + tiles: {ours_s:.1f} s (goal 10), inspected in "
        f"{inspection_s:.1f} s, "
        f"{memory.peak_gb:.2f} GB at most (goal 1.5), peer {peer_s:.0f} s, ratio 1/{peer_s / ours_s:.1f}"
    )
    assert manifest.sources[0].meshed == SEGMENTS
    assert memory.peak_gb <= 1.5
    assert ours_s <= peer_s / 3


class Memory:
    """The most that this process and its children held at once while it watched, above what was held before."""

    peak_gb = 0.0

    def __enter__(self) -> Memory:
        self._before = held_bytes()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.peak_gb = max(self.peak_gb, (held_bytes() - self._before) / 2**30)


def held_bytes() -> int:
    """Resident bytes of this process and its children."""
    own = psutil.Process()
    total = 0
    for one in (own, *own.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += one.memory_info().rss
    return total


def peer_seconds(path: Path) -> float:
    """What well-known libraries need for the same, one segment at a time where they know no other way."""
    begin = time.perf_counter()
    frame = geopandas.read_file(path, engine="pyogrio")
    frame.to_parquet(path.with_suffix(".parquet"), write_covering_bbox=True)
    assert len(frame) == SEGMENTS
    table_s = time.perf_counter() - begin
    begin = time.perf_counter()
    radii = frame["diameter_mm"].to_numpy()[:SAMPLE] / 2000.0
    ends = shapely.get_coordinates(frame.geometry.to_numpy()[:SAMPLE], include_z=True).reshape(-1, 2, 3)
    pipes = [
        trimesh.creation.cylinder(radius=radius, segment=segment, sections=8)
        for radius, segment in zip(radii, ends, strict=True)
    ]
    trimesh.Scene(trimesh.util.concatenate(pipes)).export(file_type="glb")
    return table_s + (time.perf_counter() - begin) * SEGMENTS / SAMPLE
